// TaskProgress: what the updates of one A2A task have told so far. Folded from the stream's JSON;
// parts that a newer server may add are passed over.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model_core/base/json.h"
#include "model_core/base/status.h"

namespace deploy::cli {

class TaskProgress {
 public:
  // Folds one StreamResponse. Names what is new: "plan", "decision", "step-s1", "answer", "state";
  // "held" where the reason says what keeps the run from going on.
  std::vector<std::string> Apply(const base::Json& update);
  // The reason in both languages, of the run as RunService tells it; not of one that has gone on
  // meanwhile.
  void TakeReasons(const base::Json& run);

  const std::string& id() const { return id_; }
  const std::string& state() const { return state_; }    // "TASK_STATE_WORKING"
  const std::string& reason() const { return reason_; }  // the agent's words on its state
  // The same in `language` where it was taken, else as it was told.
  const std::string& ReasonIn(base::Language language) const;
  const base::Json& missing() const { return missing_; }      // slots, when input is required
  const base::Json& approvals() const { return approvals_; }  // pending ones, when an approval is
  // The data of an artifact ("plan", "decision", "step-s1"); null if it has not come.
  const base::Json& Artifact(const std::string& id) const;
  const std::string& answer() const { return answer_; }

  bool Ended() const;
  bool NeedsInput() const { return state_ == "TASK_STATE_INPUT_REQUIRED"; }
  bool NeedsApproval() const { return state_ == "TASK_STATE_AUTH_REQUIRED"; }

  // All of it as one document:
  // {"run_id","state","reason","reason_en","reason_ko","plan","decision","steps","answer",…}. The
  // reason is in the language of the request; those of both languages are empty where not taken.
  base::Json ToJson() const;

 private:
  bool SetStatus(const base::Json& status);
  bool SetArtifact(const base::Json& artifact);

  std::string id_, state_, reason_, reason_en_, reason_ko_, answer_;
  base::Json missing_ = base::Json::array(), approvals_ = base::Json::array();
  std::map<std::string, base::Json> artifacts_;
};

}  // namespace deploy::cli
