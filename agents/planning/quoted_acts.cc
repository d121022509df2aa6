#include "agents/planning/quoted_acts.h"

#include <algorithm>

#include "agents/planning/kinds.h"
#include "model_core/base/quotations.h"
#include "model_core/base/text.h"

namespace agents {

std::string WithNeutralQuotations(std::string_view request) {
  return base::ReplaceQuotations(request, [](std::string_view words) -> std::string {
    const std::u32string points = base::CodePoints(words);
    return std::any_of(points.begin(), points.end(), base::IsHangulSyllable) ? "내용" : "text";
  });
}

std::set<std::string> ActsBeyond(const Plan& plan, const Plan& neutral,
                                 const tools::Catalogue& catalogue) {
  std::set<std::string> beyond;
  for (const Step& step : plan.steps) {
    if (Acts(*catalogue.Find(step.tool))) beyond.insert(step.tool);
  }
  for (const Step& step : neutral.steps) beyond.erase(step.tool);
  for (const std::string& slot : neutral.missing) beyond.erase(ToolOfSlot(slot));
  return beyond;
}

}  // namespace agents
