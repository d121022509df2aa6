#include "tools/tool_executor.h"

#include <thread>

#include "model_core/base/strings.h"

namespace tools {
namespace {

ToolError Missing(const std::string& name) {
  return MakeToolError("unreachable", base::StrCat("tool '", name, "': no connector gives it"),
                       base::StrCat("도구 '", name, "'을(를) 제공하는 연결이 없습니다"));
}

bool MayRepeat(const ToolSpec& spec) {
  return spec.effect == Effect::kRead || spec.recovery == Recovery::kIdempotent;
}

policies::Label AtLeast(const ToolSpec& spec, policies::Label label, const policies::Label& floor) {
  const policies::Integrity integrity = label.integrity;
  label = policies::Join(label, policies::WithIntegrity(floor, policies::Integrity::kUser));
  if (spec.label == "source" && label.mil != policies::Mil::kNone) label.n2sf = policies::N2sf::kC;
  return policies::WithIntegrity(label, integrity);
}

}  // namespace

ToolExecutor::ToolExecutor(ToolRegistry& registry, base::Clock& clock, base::Random& random,
                           ExecutorOptions options)
    : registry_(registry), clock_(clock), random_(random), options_(options) {}

CallContext ToolExecutor::Context(const std::function<bool()>& cancelled) {
  return {clock_.Now() + options_.call_timeout, cancelled};
}

ToolOutcome ToolExecutor::Execute(const ToolCall& call, const PermitMaker& permit,
                                  const std::function<bool()>& cancelled) {
  const ToolSpec* spec = registry_.catalogue().Find(call.binding.tool);
  Tool* tool = registry_.Find(call.binding.tool);
  if (spec == nullptr || tool == nullptr) return Missing(call.binding.tool);
  absl::Duration wait = options_.backoff;
  for (int attempt = 1;; ++attempt) {
    ToolOutcome outcome = Attempt(*tool, call, permit, cancelled);
    const bool again = !outcome.ok() && outcome.error().retryable && MayRepeat(*spec) &&
                       attempt < options_.attempts_max && !(cancelled && cancelled());
    if (!again) {
      if (!outcome.ok()) return outcome;
      if (auto malformed = CheckResult(*spec, outcome.result().value)) return *malformed;
      ToolResult result = outcome.result();
      result.label = AtLeast(*spec, result.label,
                             FloorLabel(registry_.catalogue(), *spec, call.arguments(), call.binding.label));
      return result;
    }
    const double jitter = 0.5 + static_cast<double>(random_.Next() % 1000) / 1000.0;
    std::this_thread::sleep_for(absl::ToChronoMilliseconds(wait * jitter));
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

std::optional<ToolOutcome> ToolExecutor::Reconcile(const ToolCall& call,
                                                   const std::function<bool()>& cancelled) {
  Tool* tool = registry_.Find(call.binding.tool);
  if (tool == nullptr) return ToolOutcome(Missing(call.binding.tool));
  return tool->Reconcile(call, Context(cancelled));
}

}  // namespace tools
