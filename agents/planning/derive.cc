// What a plan implies and the planner need not write: the order of effects, and who must confirm
// them.
#include <algorithm>
#include <set>

#include "agents/plan.h"
#include "agents/planning/conditions.h"
#include "agents/planning/kinds.h"

namespace agents {
namespace {

using tools::Effect;
using tools::ToolSpec;

// Steps that `step` waits for, near or far, through references and `after`.
std::set<std::string> Reached(const Plan& plan, const Step& step) {
  std::set<std::string> reached;
  std::vector<std::string> open = step.after;
  for (const Reference& reference : References(step.arguments)) open.push_back(reference.step);
  while (!open.empty()) {
    const std::string id = std::move(open.back());
    open.pop_back();
    const Step* source = plan.Find(id);
    if (source == nullptr || !reached.insert(id).second) continue;
    open.insert(open.end(), source->after.begin(), source->after.end());
    for (const Reference& reference : References(source->arguments)) open.push_back(reference.step);
  }
  return reached;
}

// Every earlier step that nothing else makes `step` wait for; the nearest first, since it may reach
// the others.
void WaitForEarlier(const Plan& plan, size_t index, Step& step) {
  for (size_t i = index; i-- > 0;) {
    if (!Reached(plan, step).contains(plan.steps[i].id)) step.after.push_back(plan.steps[i].id);
  }
  std::reverse(step.after.begin(), step.after.end());
}

bool Guarded(const Plan& plan, const Step& step, const tools::Catalogue& catalogue) {
  const std::set<std::string> reached = Reached(plan, step);
  return std::any_of(reached.begin(), reached.end(), [&](const std::string& id) {
    return catalogue.FindGuard(plan.Find(id)->tool) != nullptr;
  });
}

// The last word of a tool's title names the act (청구서 상신): where it stands before the
// condition, the act does too. An act that the request does not name so may hang on the condition.
bool NamedBefore(const ToolSpec& tool, std::string_view request, size_t condition) {
  const std::string_view act = std::string_view(tool.title).substr(tool.title.rfind(' ') + 1);
  return request.substr(0, condition).find(act) != std::string_view::npos &&
         request.substr(condition).find(act) == std::string_view::npos;
}

}  // namespace

void Derive(Plan& plan, const tools::Catalogue& catalogue, std::string_view request) {
  Step* last_effect = nullptr;
  const auto condition = FirstCondition(request);
  for (size_t i = 0; i < plan.steps.size(); ++i) {
    Step& step = plan.steps[i];
    step.after.clear();
    step.confirm = false;
    const ToolSpec* tool = catalogue.Find(step.tool);
    if (tool == nullptr || tool->effect == Effect::kRead) continue;
    if (Acts(*tool)) WaitForEarlier(plan, i, step);
    last_effect = &step;
    step.confirm =
        condition && !NamedBefore(*tool, request, *condition) && !Guarded(plan, step, catalogue);
  }
  // The act may also be named before its condition (처방에 서명해줘, 이상 없으면): the last one
  // hangs on it.
  if (condition && last_effect != nullptr)
    last_effect->confirm = !Guarded(plan, *last_effect, catalogue);
}

}  // namespace agents
