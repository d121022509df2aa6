#include "agents/planning/answered.h"

#include <algorithm>

#include "agents/planning/choices.h"
#include "agents/planning/matching.h"
#include "model_core/base/quotations.h"

namespace agents {
namespace {

using re2::RE2;

const tools::ArgumentSpec* ArgumentOf(const std::string& slot, const tools::ToolSpec* tool) {
  return tool == nullptr ? nullptr : tool->Argument(slot.substr(slot.rfind('.') + 1));
}

// Lists are not: one item may be named by its number, and others by words.
bool Answered(const std::string& slot, const tools::Catalogue& catalogue,
              const Recognition& recognition) {
  const tools::ToolSpec* tool = catalogue.Find(slot.substr(0, slot.rfind('.')));
  const tools::ArgumentSpec* argument = ArgumentOf(slot, tool);
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

bool WantsQuote(const std::string& slot, const tools::Catalogue& catalogue) {
  const tools::ArgumentSpec* argument =
      ArgumentOf(slot, catalogue.Find(slot.substr(0, slot.rfind('.'))));
  return argument != nullptr && argument->Takes("quote");
}

// Its quotations but those that it says are headings (subject 'Power maintenance').
size_t QuotedWords(std::string_view request) {
  static const RE2* const before = new RE2(
      "(?i:(?:subject|titled?|headed|entitled|called|named|heading)(?: line)?[:,]? ?\\S{1,3}$)|"
      "(?:제목|이름)(?:은|는|:)? ?\\S{1,3}$");
  static const RE2* const behind = new RE2("^\\S{1,3}?(?:이라는|라는|란|이란)? ?(?:제목|이름)");
  const std::vector<base::Quotation> quotations = base::Quotations(request);
  return static_cast<size_t>(
      std::count_if(quotations.begin(), quotations.end(), [&](const base::Quotation& quotation) {
        return !Matches(request.substr(0, quotation.begin), *before) &&
               !Matches(request.substr(quotation.end), *behind);
      }));
}

}  // namespace

bool AsksForAnswered(const Plan& plan, const tools::Catalogue& catalogue, std::string_view request,
                     const Recognition& recognition) {
  size_t quotes = 0;
  for (const std::string& slot : plan.missing) {
    if (Answered(slot, catalogue, recognition)) continue;
    if (!WantsQuote(slot, catalogue)) return false;
    ++quotes;
  }
  return !plan.missing.empty() && (quotes == 0 || quotes <= QuotedWords(request));
}

void DropAnswered(Plan& plan, const tools::Catalogue& catalogue, std::string_view request,
                  const Recognition& recognition) {
  if (AsksForAnswered(plan, catalogue, request, recognition)) return;
  std::erase_if(plan.missing,
                [&](const std::string& slot) { return Answered(slot, catalogue, recognition); });
}

}  // namespace agents
