#include "deploy/cli/task_progress.h"

#include "deploy/cli/members.h"
#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StringOr;

constexpr std::string_view kStep = "step-";

// The parts of a message or artifact: its text, and its data laid over one another.
struct Content {
  std::string text;
  Json data = Json::object();
};
Content ContentOf(const Json& holder) {
  Content content;
  for (const Json& part : Items(holder, "parts")) {
    content.text += StringOr(part, "text", "");
    if (const Json data = Member(part, "data"); data.is_object()) content.data.update(data);
  }
  return content;
}

const Json kNull;

}  // namespace

bool TaskProgress::SetStatus(const Json& status) {
  const Content content = ContentOf(Member(status, "message"));
  const std::string state = StringOr(status, "state", "");
  if (state.empty()) return false;
  const Json missing = Items(content.data, "missing"), approvals = Items(content.data, "approvals");
  const bool same =
      state == state_ && content.text == reason_ && missing == missing_ && approvals == approvals_;
  state_ = state;
  reason_ = content.text;
  missing_ = missing;
  approvals_ = approvals;
  if (!same) reason_en_ = reason_ko_ = "";
  return !same;
}

void TaskProgress::TakeReasons(const Json& run) {
  const std::string english = StringOr(run, "reason_en", ""),
                    korean = StringOr(run, "reason_ko", "");
  if (reason_ != english && reason_ != korean) return;
  reason_en_ = english;
  reason_ko_ = korean;
}

bool TaskProgress::SetArtifact(const Json& artifact) {
  const std::string id = StringOr(artifact, "artifact_id", "");
  Content content = ContentOf(artifact);
  if (id == "answer") {
    answer_ = content.text;
  } else if (id == "plan") {
    content.data = Json(Member(content.data, "plan"));
  }
  Json& held = artifacts_[id];
  if (held == content.data) return false;
  held = std::move(content.data);
  return true;
}

std::vector<std::string> TaskProgress::Apply(const Json& update) {
  std::vector<std::string> news;
  const auto artifact = [&](const Json& json) {
    if (SetArtifact(json)) news.push_back(StringOr(json, "artifact_id", ""));
  };
  if (const Json task = Member(update, "task"); task.is_object()) {
    id_ = StringOr(task, "id", id_);
    for (const Json& item : Items(task, "artifacts")) artifact(item);
    if (SetStatus(Member(task, "status"))) news.push_back("state");
  }
  if (const Json change = Member(update, "artifact_update"); change.is_object()) {
    artifact(Member(change, "artifact"));
  }
  if (const Json change = Member(update, "status_update"); change.is_object()) {
    const bool held = StringOr(Member(change, "metadata"), "event", "") == "run.held";
    if (SetStatus(Member(change, "status"))) news.push_back(held ? "held" : "state");
  }
  return news;
}

const std::string& TaskProgress::ReasonIn(base::Language language) const {
  const std::string& taken = language == base::Language::kKorean ? reason_ko_ : reason_en_;
  return taken.empty() ? reason_ : taken;
}

const Json& TaskProgress::Artifact(const std::string& id) const {
  const auto it = artifacts_.find(id);
  return it == artifacts_.end() ? kNull : it->second;
}

bool TaskProgress::Ended() const {
  return state_ == "TASK_STATE_COMPLETED" || state_ == "TASK_STATE_FAILED" ||
         state_ == "TASK_STATE_CANCELED" || state_ == "TASK_STATE_REJECTED";
}

Json TaskProgress::ToJson() const {
  Json steps = Json::array();
  for (const auto& [id, data] : artifacts_) {
    if (id.starts_with(kStep)) steps.push_back(data);
  }
  constexpr std::string_view kPrefix = "TASK_STATE_";
  const std::string state =
      base::LowerAscii(state_.starts_with(kPrefix) ? state_.substr(kPrefix.size()) : state_);
  return {{"run_id", id_},
          {"state", state},
          {"reason", reason_},
          {"reason_en", reason_en_},
          {"reason_ko", reason_ko_},
          {"plan", Artifact("plan")},
          {"decision", Artifact("decision")},
          {"steps", std::move(steps)},
          {"missing", missing_},
          {"approvals", approvals_},
          {"answer", answer_},
          {"citations", Items(Artifact("answer"), "citations")}};
}

}  // namespace deploy::cli
