// CallLog: what the log has of one tool call: that it began, each repeat, how it ended and after
// how long. None of its arguments: they may be personal.
#pragma once

#include <chrono>
#include <optional>

#include "model_core/base/json.h"
#include "tools/tool.h"

namespace tools {

class CallLog {
 public:
  explicit CallLog(const ToolCall& call);

  void Began() const;
  void Repeats(const ToolOutcome& outcome, int attempt, absl::Duration wait) const;
  // Level warning where it was forbidden, else info.
  void Ended(const ToolOutcome& outcome, int attempts) const;
  // nullopt: it had not happened.
  void LookedUp(const std::optional<ToolOutcome>& found, int attempts) const;

 private:
  base::Json Fields(base::Json more) const;

  const base::Json call_;
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

}  // namespace tools
