#include "agents/planning/quoted_acts.h"

#include <algorithm>

#include "agents/planning/kinds.h"
#include "model_core/base/quotations.h"
#include "model_core/base/text.h"

namespace agents {

std::string WithNeutralQuotations(std::string_view request) {
  std::string out;
  size_t from = 0;
  for (const base::Quotation& quotation : base::Quotations(request)) {
    const std::u32string words = base::CodePoints(quotation.In(request));
    const bool korean = std::any_of(words.begin(), words.end(), base::IsHangulSyllable);
    out += request.substr(from, quotation.begin - from);
    out += korean ? "내용" : "text";
    from = quotation.end;
  }
  return out += request.substr(from);
}

std::set<std::string> ActsBeyond(const Plan& plan, const Plan& neutral,
                                 const tools::Catalogue& catalogue) {
  std::set<std::string> beyond;
  for (const Step& step : plan.steps) {
    if (Acts(*catalogue.Find(step.tool))) beyond.insert(step.tool);
  }
  for (const Step& step : neutral.steps) beyond.erase(step.tool);
  for (const std::string& slot : neutral.missing) beyond.erase(slot.substr(0, slot.rfind('.')));
  return beyond;
}

}  // namespace agents
