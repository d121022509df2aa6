#include "agents/planning/plan_grammar.h"

#include <algorithm>

#include "agents/plan.h"
#include "agents/planning/argument_grammar.h"
#include "agents/planning/kinds.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::StrCat;
using base::StrJoin;
using tools::ToolSpec;

constexpr std::string_view kToolKey = "\"tool\":\"";
constexpr std::string_view kToArguments = "\",\"arguments\":{";
constexpr std::string_view kAsk = "{\"verdict\":\"ask\",\"missing\":[";
// Which tokens are forced is decided by PlanConstraint: long control tokens may cross where
// llguidance would cut.
constexpr char kHeader[] = "%llguidance {\"no_forcing\":true}\n";

// The tools of the steps in `written`, in order. No value can hold the key: quotation marks are no
// part of a span.
Sources ToolsIn(std::string_view written, const tools::Catalogue& catalogue) {
  Sources tools;
  for (size_t at = written.find(kToolKey); at != std::string_view::npos;
       at = written.find(kToolKey, at)) {
    at += kToolKey.size();
    tools.push_back(catalogue.Find(written.substr(at, written.find('"', at) - at)));
  }
  return tools;
}

bool EndsWithSlot(std::string_view written) {
  return written.starts_with(kAsk) && written.size() > kAsk.size() + 1 && written.ends_with('"') &&
         !written.ends_with(",\"");
}

// Slots that may follow those in `written`: none twice, none of the `barred` tools.
std::vector<std::string> SlotsLeft(std::string_view written, const tools::Catalogue& catalogue,
                                   const std::set<std::string>& barred) {
  std::vector<std::string> left;
  for (const std::string& slot : AskableSlots(catalogue)) {
    if (barred.contains(ToolOfSlot(slot))) continue;
    const std::string quoted = StrCat("\"", slot, "\"");
    if (written.find(quoted) == std::string_view::npos) left.push_back(LarkQuote(quoted));
  }
  return left;
}

}  // namespace

PlanGrammar::PlanGrammar(const tools::Catalogue& catalogue, std::string_view text,
                         const Recognition& recognition, std::set<std::string> usable,
                         std::set<std::string> barred)
    : catalogue_(catalogue),
      text_(text),
      recognition_(recognition),
      usable_(std::move(usable)),
      barred_(std::move(barred)) {}

std::optional<std::string> PlanGrammar::Stage(std::string_view written) const {
  if (written.empty()) return Opening();
  if (written.ends_with(kToArguments)) return AfterTool(written);
  if (EndsWithSlot(written)) return AfterSlot(written);
  return std::nullopt;
}

std::string UnusableTool(std::string_view written, const tools::Catalogue& catalogue) {
  if (written.starts_with(kAsk) || !written.ends_with('"')) return "";
  const Sources tools = ToolsIn(written, catalogue);
  return tools.empty() || tools.back() == nullptr ? "" : tools.back()->name;
}

std::string PlanGrammar::Opening() const {
  const std::string plan = LarkQuote("{\"verdict\":\"plan\",\"steps\":[{\"id\":\"s1\",\"tool\":\"");
  const std::string refuse =
      StrCat(LarkQuote("{\"verdict\":\"refuse\",\"reason\":\"harmful\"}"), " | ",
             LarkQuote("{\"verdict\":\"refuse\",\"reason\":\"out_of_scope\"}"));
  const std::string slots = StrJoin(SlotsLeft("", catalogue_, barred_), " | ");
  const std::string tool = NextTool({});
  if (tool.empty() && slots.empty()) return StrCat(kHeader, "start: ", refuse, "\n");
  return StrCat(kHeader, "start: ", plan, " tool | ", LarkQuote(kAsk), " slot | ", refuse,
                "\ntool: ", tool, "\nslot: ", slots, "\n");
}

// Which tool a step may have, given those of the steps before it: its name and what follows it.
std::string PlanGrammar::NextTool(const Sources& sources) const {
  std::vector<std::string> names;
  for (const ToolSpec& tool : catalogue_.tools()) {
    if (barred_.contains(tool.name)) continue;
    if (!usable_.contains(tool.name)) {
      names.push_back(LarkQuote(StrCat(tool.name, "\"")));
    } else if (Completable(tool, recognition_, sources)) {
      names.push_back(LarkQuote(StrCat(tool.name, kToArguments)));
    }
  }
  return StrJoin(names, " | ");
}

std::string PlanGrammar::AfterTool(std::string_view written) const {
  Sources sources = ToolsIn(written, catalogue_);
  const ToolSpec& tool = *sources.back();
  const std::string next = NextTool(sources);
  sources.pop_back();
  const size_t step = sources.size() + 1;
  std::string more;
  if (step < kStepsMax && !next.empty()) {
    more = StrCat(" | ", LarkQuote(StrCat("}},{\"id\":\"s", step + 1, "\",\"tool\":\"")), " (",
                  next, ")");
  }
  return StrCat(kHeader, "start: arguments (", LarkQuote(kPlanEnd), more, ")\n",
                ArgumentGrammar(catalogue_, tool, text_, recognition_, sources));
}

std::string PlanGrammar::AfterSlot(std::string_view written) const {
  const std::vector<std::string> left = SlotsLeft(written, catalogue_, barred_);
  const std::string more = left.empty() ? "" : StrCat(" | \",\" (", StrJoin(left, " | "), ")");
  return StrCat(kHeader, "start: \"]}\"", more, "\n");
}

}  // namespace agents
