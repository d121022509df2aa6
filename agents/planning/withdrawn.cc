#include "agents/planning/withdrawn.h"

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "agents/planning/clauses.h"
#include "agents/planning/matching.h"
#include "agents/planning/order_words.h"
#include "model_core/base/quotations.h"

namespace agents {
namespace {

using re2::RE2;

// How little an act is for what stands in text[begin, end): 0; 1 where its clause reports (REQ-611
// went in yesterday); 2 where it says to leave it (AL-6187은 두고).
int Withdrawal(std::string_view text, size_t begin, size_t end) {
  const size_t first = ClauseBegin(text, begin);
  const std::string_view clause = text.substr(first, ClauseEnd(text, end) - first);
  const std::string_view korean = text.substr(end, KoreanClauseEnd(text, end) - end);
  const KoreanOrderWords& in_korean = KoreanOrderWords::Get();
  const EnglishOrderWords& in_english = EnglishOrderWords::Get();
  if (Matches(korean, in_korean.left) || Matches(clause, in_english.left)) return 2;
  // AL-6187, which was raised at 3: its object is told of, not what is to be done.
  static const RE2* const of_object = new RE2("(?i:\\b(?:which|that|who)\\b)");
  const bool english = Matches(clause, in_english.reported) && !Matches(clause, *of_object);
  return Matches(korean, in_korean.reported) || english ? 1 : 0;
}

// The same of its number, where that stands alone as well: REQ-418이랑 REQ-419 중에 418은 올렸으니
// …
std::optional<int> NumberWithdrawal(std::string_view text, const Candidate& identifier) {
  const std::string_view name = text.substr(identifier.begin, identifier.end - identifier.begin);
  const std::string_view number = name.substr(name.rfind('-') + 1);
  constexpr size_t kDigitsMin = 3;  // of fewer there are other numbers
  std::optional<int> most;
  if (number.size() < kDigitsMin) return most;
  for (size_t at = text.find(number); at != text.npos; at = text.find(number, at + 1)) {
    const bool alone = at > 0 && text[at - 1] == ' ';
    const size_t end = at + number.size();
    const bool ends = end == text.size() || text[end] < '0' || text[end] > '9';
    if (alone && ends) most = std::max(most.value_or(0), Withdrawal(text, at, end));
  }
  return most;
}

using Withdrawals = std::map<std::string, std::map<std::string, int>>;  // by kind and literal

// Of an identifier named twice the place counts that withdraws it least.
Withdrawals AllWithdrawals(std::string_view request, const std::vector<Candidate>& identifiers) {
  const std::string text = base::WithoutQuotations(request);
  Withdrawals all;
  for (const Candidate& identifier : identifiers) {
    const auto by_number = NumberWithdrawal(text, identifier);
    const int here = by_number ? *by_number : Withdrawal(text, identifier.begin, identifier.end);
    for (const auto& [kind, literal] : identifier.literals) {
      int& least = all[kind].emplace(literal, here).first->second;
      least = std::min(least, here);
    }
  }
  return all;
}

bool Holds(const Findings& own, const std::pair<std::string, std::string>& literal) {
  const auto kind = own.literals.find(literal.first);
  return kind != own.literals.end() &&
         std::find(kind->second.begin(), kind->second.end(), literal.second) != kind->second.end();
}

}  // namespace

void DropWithdrawn(std::string_view request, const std::vector<Candidate>& identifiers,
                   Findings& own) {
  static const RE2* const together =
      new RE2("둘 ?다|모두|각각|전부|다 같이|(?i:\\b(?:both|all|each)\\b)");
  if (Matches(request, *together)) return;
  for (const auto& [kind, literals] : AllWithdrawals(request, identifiers)) {
    const auto least =
        std::min_element(literals.begin(), literals.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    std::erase_if(own.literals[kind], [&](const std::string& literal) {
      const auto at = literals.find(literal);
      return at != literals.end() && at->second > least->second;
    });
  }
  std::erase_if(own.bounds, [&](size_t bound) {
    return std::any_of(identifiers.begin(), identifiers.end(), [&](const Candidate& identifier) {
      return identifier.begin <= bound && bound <= identifier.end &&
             !Holds(own, identifier.literals.front());
    });
  });
}

}  // namespace agents
