#include "agents/planning/answered.h"

#include <algorithm>

#include "agents/planning/choices.h"
#include "agents/planning/matching.h"
#include "agents/planning/measures.h"
#include "agents/planning/said_parts.h"
#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using re2::RE2;

const tools::ArgumentSpec* ArgumentOf(const std::string& slot, const tools::ToolSpec* tool) {
  return tool == nullptr ? nullptr : tool->Argument(slot.substr(slot.rfind('.') + 1));
}

// No name of anybody.
bool Nobody(std::string_view words) {
  static const RE2* const nobody = new RE2(
      "^(?i:it|them|him|her|us|me|you|whom|others?|all|an?|this|that|these|those|about|every\\w*|"
      "some\\w*|any\\w*|same|usual|right|relevant|appropriate|responsible|people|persons?|DOC)$|"
      "^(?:해당|담당|관련|소관|우리|어느|그쪽|상대)");
  return Matches(words, *nobody);
}

// Whom it is to go to: send it to the legal office, email accounting: "…", 법무실에 메일로 보내줘.
bool Addressed(std::string_view request) {
  static const RE2* const to = new RE2(
      "(?i:\\b(?:send|e-?mail|mail|write|forward|export)\\b[^.;?!:]{0,40}?\\bto "
      "(?:the |our |my )?([\\w'’]+))");
  static const RE2* const mail = new RE2(
      "(?i:\\b(?:e-?mail|mail|send) (?:the |our |my )?([\\w'’]+)"
      "(?: [\\w'’]+){0,4}?(?: an? (?:e-?)?mail| the following| that|:| *$))");
  static const RE2* const korean = new RE2(
      "([가-힣]{2,}(?:실|과|팀|부|청|센터|병원|대학|위원회|담당|님))(?:에|에게|한테|께|앞으로) "
      "[^.?!,\\n]{0,16}(?:메일|보내|발송|전달|반출)");
  const std::string own = base::WithoutQuotations(request);
  bool named = false;
  for (const RE2* words : {to, mail, korean}) {
    Groups groups;
    for (size_t at = 0; at < own.size() && FindFrom(own, *words, at, groups);) {
      if (words == to && Nobody(groups[1])) return false;
      named = named || !Nobody(groups[1]);
      at = static_cast<size_t>(groups[0].data() - own.data()) + groups[0].size();
    }
  }
  return named;
}

// How much of a thing: 경유 200리터, 3 tonnes of sand.
bool Measured(std::string_view request) {
  static const RE2* const measure = new RE2(base::StrCat("\\d", kMeasure));
  return Matches(base::WithoutQuotations(request), *measure);
}

// Where it is to be set: 55도로 바꿔줘, raise it to 3.5 bar.
bool Targeted(std::string_view request) {
  static const RE2* const target = new RE2(
      "\\d ?(?:도|℃|°C|%|퍼센트|[A-Za-z]{1,5})?(?:으?로|까지) ?(?:바꾸|바꿔|올려|올리|내려|내리|"
      "낮추|낮춰|높이|높여|맞추|맞춰|변경|설정|조정)|"
      "(?i:\\b(?:set|raise|lower|bring|change|reduce|increase|adjust|put|turn)\\b[^.;?!]{0,40}?"
      "\\bto "
      "-?\\d)");
  static const RE2* const span = new RE2("(?i:\\bfrom -?\\d[^ ]* to -?\\d)");
  const std::string own = base::WithoutQuotations(request);
  return Matches(own, *target) && !Matches(own, *span);
}

// Lists of names are not: one item may be named by its number, and others by words.
bool Answered(const std::string& slot, const tools::Catalogue& catalogue, std::string_view request,
              const Recognition& recognition) {
  const tools::ToolSpec* tool = catalogue.Find(slot.substr(0, slot.rfind('.')));
  const tools::ArgumentSpec* argument = ArgumentOf(slot, tool);
  if (argument == nullptr) return false;
  if (argument->destination) return Addressed(request);
  if (argument->list && argument->Takes("int")) return Measured(request);
  if (argument->list) return false;
  if (argument->Takes("number")) return Targeted(request);
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
  const std::vector<base::Quotation> headings = FindSaidParts(request).headings;
  const std::vector<base::Quotation> quotations = base::Quotations(request);
  return static_cast<size_t>(
      std::count_if(quotations.begin(), quotations.end(), [&](const base::Quotation& quotation) {
        return std::none_of(headings.begin(), headings.end(), [&](const base::Quotation& heading) {
          return heading.begin == quotation.begin;
        });
      }));
}

}  // namespace

bool AsksForAnswered(const Plan& plan, const tools::Catalogue& catalogue, std::string_view request,
                     const Recognition& recognition) {
  size_t quotes = 0;
  for (const std::string& slot : plan.missing) {
    if (Answered(slot, catalogue, request, recognition)) continue;
    if (!WantsQuote(slot, catalogue)) return false;
    ++quotes;
  }
  return !plan.missing.empty() && (quotes == 0 || quotes <= QuotedWords(request));
}

void DropAnswered(Plan& plan, const tools::Catalogue& catalogue, std::string_view request,
                  const Recognition& recognition) {
  if (AsksForAnswered(plan, catalogue, request, recognition)) return;
  std::erase_if(plan.missing, [&](const std::string& slot) {
    return Answered(slot, catalogue, request, recognition);
  });
}

}  // namespace agents
