#include "agents/planning/said_parts.h"

#include <re2/re2.h>

#include "agents/planning/clauses.h"
#include "agents/planning/matching.h"

namespace agents {
namespace {

using re2::RE2;

// What stands around a quotation and one of its marks on each side.
struct Words {
  RE2 before, behind;
};

const Words& OfHeadings() {
  static const auto* const words = new Words{
      RE2("(?i:(?:subject|titled?|headed|entitled|called|named|heading)(?: line)?[:,]? ?\\S{1,3}$)|"
          "(?:제목|이름)(?:은|는|:)? ?\\S{1,3}$"),
      RE2("^[^\\s,.;:](?:이라는|라는|란|이란)? ?(?:제목|이름)")};
  return *words;
}

const Words& OfBodies() {
  static const auto* const words = new Words{
      RE2("(?i:\\b(?:body|text|message)(?: is| of| reading)?[:,]? ?\\S{1,3}$)|"
          "(?:본문|내용)(?:은|는|에는|에|:)? ?\\S{1,3}$"),
      RE2("^[^\\s,.;:](?:(?:이?라는|이?란|라고 하는) (?:문장|문구|말|글)|이?라는|이?란)?(?:을|를)? "
          "?(?:본문|내용)")};
  return *words;
}

// 제목은 계약 해지 검토: to the end of the clause.
void FindBareHeadings(std::string_view request, std::vector<base::Quotation>& headings) {
  static const RE2* const bare = new RE2("제목(?:은|:) ?([가-힣A-Za-z0-9])");
  const std::string text = base::WithoutQuotations(request);
  Groups groups;
  for (size_t at = 0; at < text.size() && FindFrom(text, *bare, at, groups);) {
    const auto begin = static_cast<size_t>(groups[1].data() - text.data());
    at = ClauseEnd(text, begin);
    headings.push_back({begin, at});
  }
}

}  // namespace

SaidParts FindSaidParts(std::string_view request) {
  SaidParts parts;
  for (const base::Quotation& quotation : base::Quotations(request)) {
    const std::string_view before = request.substr(0, quotation.begin);
    const std::string_view behind = request.substr(quotation.end);
    const bool body = Matches(before, OfBodies().before);
    if (Matches(before, OfHeadings().before) || (!body && Matches(behind, OfHeadings().behind))) {
      parts.headings.push_back(quotation);
    } else if (body || Matches(behind, OfBodies().behind)) {
      parts.bodies.push_back(quotation);
    }
  }
  FindBareHeadings(request, parts.headings);
  return parts;
}

}  // namespace agents
