#include "tools/tool_executor.h"

#include <thread>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "tools/call_log.h"

namespace tools {
namespace {

ToolError Missing(const std::string& name) {
  return MakeToolError(
      "unreachable", base::StrCat("tool '", name, "': no connector gives it"),
      base::StrCat("도구 '", name, "'", base::Particle(name, "을"), " 제공하는 연결이 없습니다"));
}

bool MayRepeat(const ToolSpec& spec) {
  return spec.effect == Effect::kRead || spec.recovery == Recovery::kIdempotent;
}

}  // namespace

ToolExecutor::ToolExecutor(ToolRegistry& registry, base::Clock& clock, base::Random& random,
                           ExecutorOptions options)
    : registry_(registry), clock_(clock), random_(random), options_(options) {}

CallContext ToolExecutor::Context(const std::function<bool()>& cancelled) {
  return {clock_.Now() + options_.call_timeout, cancelled};
}

// As the catalogue has it: its shape, and a label no lower than the tool's. An effect that answered
// in another shape has happened all the same, so nobody may take it for a failure.
ToolOutcome ToolExecutor::Checked(const ToolSpec& spec, const ToolCall& call,
                                  ToolOutcome outcome) const {
  if (!outcome.ok()) {
    ToolError error = outcome.error();
    const bool lost = error.code == "timeout" || error.code == "malformed_upstream";
    error.in_doubt = spec.effect != Effect::kRead && (error.in_doubt || lost);
    return error;
  }
  if (auto malformed = CheckResult(spec, outcome.result().value)) {
    malformed->in_doubt = spec.effect != Effect::kRead;
    return *malformed;
  }
  ToolResult result = outcome.result();
  result.label =
      RaisedToFloor(spec, result.label,
                    FloorLabel(registry_.catalogue(), spec, call.arguments(), call.binding.label));
  return result;
}

ToolOutcome ToolExecutor::Execute(const ToolCall& call, const PermitMaker& permit,
                                  const std::function<bool()>& cancelled) {
  const CallLog log(call);
  log.Began();
  int attempts = 0;
  ToolOutcome outcome = Repeat(call, permit, cancelled, log, attempts);
  log.Ended(outcome, attempts);
  return outcome;
}

ToolOutcome ToolExecutor::Repeat(const ToolCall& call, const PermitMaker& permit,
                                 const std::function<bool()>& cancelled, const CallLog& log,
                                 int& attempts) {
  const ToolSpec* spec = registry_.catalogue().Find(call.binding.tool);
  Tool* tool = registry_.Find(call.binding.tool);
  if (spec == nullptr || tool == nullptr) return Missing(call.binding.tool);
  absl::Duration wait = options_.backoff;
  std::optional<ToolError> doubt;  // an attempt may have had its effect: no later failure undoes it
  for (attempts = 1;; ++attempts) {
    ToolOutcome outcome = Checked(*spec, call, Attempt(*tool, call, permit, cancelled));
    if (!outcome.ok() && outcome.error().in_doubt) doubt = outcome.error();
    const bool again = !outcome.ok() && (outcome.error().retryable || outcome.error().in_doubt) &&
                       MayRepeat(*spec) && attempts < options_.attempts_max &&
                       !(cancelled && cancelled());
    if (!again) return doubt && !outcome.ok() ? ToolOutcome(*doubt) : outcome;
    const absl::Duration pause =
        wait * (0.5 + static_cast<double>(random_.Next() % 1000) / 1000.0);  // jitter
    log.Repeats(outcome, attempts, pause);
    std::this_thread::sleep_for(absl::ToChronoMilliseconds(pause));
    wait *= 2;
  }
}

ToolOutcome ToolExecutor::Attempt(Tool& tool, const ToolCall& call, const PermitMaker& permit,
                                  const std::function<bool()>& cancelled) {
  auto made = permit();
  if (!made.ok()) {
    return MakeToolError("forbidden", std::string(made.status().message()),
                         base::Message(made.status(), base::Language::kKorean));
  }
  return tool.Call(call, *std::move(made), Context(cancelled));
}

RecordsFound ToolExecutor::Records(const std::string& tool, const base::Json& arguments,
                                   absl::Time deadline) {
  Tool* given = registry_.Find(tool);
  if (given == nullptr) return policies::NamedRecords{};
  for (int attempts = 1;; ++attempts) {
    RecordsFound found = given->Records(arguments, {deadline, {}});
    const auto* error = std::get_if<ToolError>(&found);
    const absl::Duration pause = options_.backoff * attempts;
    const bool again = error != nullptr && error->retryable && attempts < options_.attempts_max &&
                       clock_.Now() + pause < deadline;
    if (!again) return found;
    std::this_thread::sleep_for(absl::ToChronoMilliseconds(pause));
  }
}

std::optional<ToolOutcome> ToolExecutor::Reconcile(const ToolCall& call,
                                                   const std::function<bool()>& cancelled) {
  const CallLog log(call);
  int attempts = 0;
  auto found = LookUp(call, cancelled, attempts);
  log.LookedUp(found, attempts);
  return found;
}

std::optional<ToolOutcome> ToolExecutor::LookUp(const ToolCall& call,
                                                const std::function<bool()>& cancelled,
                                                int& attempts) {
  const ToolSpec* spec = registry_.catalogue().Find(call.binding.tool);
  Tool* tool = registry_.Find(call.binding.tool);
  if (spec == nullptr || tool == nullptr) {
    ToolError missing = Missing(call.binding.tool);
    missing.in_doubt = true;  // nobody can be asked
    return ToolOutcome(std::move(missing));
  }
  for (attempts = 1;; ++attempts) {
    auto found = tool->Reconcile(call, Context(cancelled));
    if (!found) return std::nullopt;
    ToolOutcome outcome = Checked(*spec, call, *std::move(found));
    if (outcome.ok()) return outcome;
    if (!outcome.error().retryable || attempts == options_.attempts_max) {
      ToolError error = outcome.error();
      error.in_doubt = true;  // a look-up that fails tells nothing about the effect
      return ToolOutcome(std::move(error));
    }
    std::this_thread::sleep_for(absl::ToChronoMilliseconds(options_.backoff * attempts));
  }
}

}  // namespace tools
