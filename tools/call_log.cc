#include "tools/call_log.h"

#include <cmath>

#include "model_core/base/log.h"

namespace tools {
namespace {

std::string OutcomeOf(const ToolOutcome& outcome) {
  return outcome.ok() ? "ok" : outcome.error().code;
}

// To a tenth.
double MillisecondsSince(std::chrono::steady_clock::time_point begun) {
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begun;
  return std::round(took.count() * 10) / 10;
}

}  // namespace

CallLog::CallLog(const ToolCall& call)
    : call_(base::Json{{"run_id", call.binding.run_id},
                       {"step", call.binding.step_id},
                       {"tool", call.binding.tool}}) {}

base::Json CallLog::Fields(base::Json more) const {
  base::Json fields = call_;
  fields.update(more);
  return fields;
}

void CallLog::Began() const { base::LogInfo("tool_call.started", call_); }

void CallLog::Repeats(const ToolOutcome& outcome, int attempt, absl::Duration wait) const {
  base::LogDebug("tool_call.repeated",
                 Fields({{"outcome", OutcomeOf(outcome)},
                         {"attempt", attempt},
                         {"again_in_milliseconds", absl::ToInt64Milliseconds(wait)}}));
}

void CallLog::Ended(const ToolOutcome& outcome, int attempts) const {
  const std::string code = OutcomeOf(outcome);
  const base::Json fields = Fields({{"outcome", code},
                                    {"attempts", attempts},
                                    {"milliseconds", MillisecondsSince(begun_)},
                                    {"in_doubt", !outcome.ok() && outcome.error().in_doubt}});
  if (code == "forbidden") return base::LogWarning("tool_call.forbidden", fields);
  base::LogInfo("tool_call.finished", fields);
}

void CallLog::LookedUp(const std::optional<ToolOutcome>& found, int attempts) const {
  base::LogInfo("tool_call.looked_up", Fields({{"outcome", found ? OutcomeOf(*found) : "not_done"},
                                               {"attempts", attempts},
                                               {"milliseconds", MillisecondsSince(begun_)}}));
}

}  // namespace tools
