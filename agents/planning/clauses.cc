#include "agents/planning/clauses.h"

#include <re2/re2.h>

namespace agents {
namespace {

bool EndsClause(std::string_view text, size_t at) {
  if (text[at] == '\n') return true;
  const bool mark = std::string_view(".,;:?!").find(text[at]) != std::string_view::npos;
  return mark && (at + 1 == text.size() || text[at + 1] == ' ' || text[at + 1] == '\n');
}

}  // namespace

size_t ClauseBegin(std::string_view text, size_t at) {
  while (at > 0 && !EndsClause(text, at - 1)) --at;
  return at;
}

size_t ClauseEnd(std::string_view text, size_t at) {
  while (at < text.size() && !EndsClause(text, at)) ++at;
  return at;
}

size_t KoreanClauseEnd(std::string_view text, size_t at, size_t least) {
  static const re2::RE2* const join =
      new re2::RE2("[가-힣](?:고|며|지만|는데|던데|니까|으니|으나|테니) ");
  const size_t end = ClauseEnd(text, at);
  const re2::StringPiece whole(text.data(), text.size());
  re2::StringPiece found;
  while (join->Match(whole, at, end, re2::RE2::UNANCHORED, &found, 1)) {
    at = static_cast<size_t>(found.data() + found.size() - text.data());
    if (at >= least) return at;
  }
  return end;
}

}  // namespace agents
