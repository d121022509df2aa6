#include "agents/planning/answered.h"

#include <algorithm>

#include "agents/planning/choices.h"

namespace agents {
namespace {

// Lists are not: one item may be named by its number, and others by words.
bool Answered(const std::string& slot, const tools::Catalogue& catalogue,
              const Recognition& recognition) {
  const size_t dot = slot.rfind('.');
  const tools::ToolSpec* tool = catalogue.Find(slot.substr(0, dot));
  const tools::ArgumentSpec* argument =
      tool == nullptr ? nullptr : tool->Argument(slot.substr(dot + 1));
  if (argument == nullptr || argument->list) return false;
  const Findings& found = FindingsFor(*tool, *argument, recognition);
  size_t count = 0;
  for (const std::string& kind : argument->kinds) {
    const auto literals = found.literals.find(kind);
    if (kind.starts_with("id:") && literals != found.literals.end())
      count += literals->second.size();
  }
  return count == 1;
}

}  // namespace

bool AsksForAnswered(const Plan& plan, const tools::Catalogue& catalogue,
                     const Recognition& recognition) {
  return !plan.missing.empty() &&
         std::all_of(plan.missing.begin(), plan.missing.end(), [&](const std::string& slot) {
           return Answered(slot, catalogue, recognition);
         });
}

void DropAnswered(Plan& plan, const tools::Catalogue& catalogue, const Recognition& recognition) {
  if (AsksForAnswered(plan, catalogue, recognition)) return;
  std::erase_if(plan.missing,
                [&](const std::string& slot) { return Answered(slot, catalogue, recognition); });
}

}  // namespace agents
