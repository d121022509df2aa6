#include "agents/planning/doubt.h"

#include "agents/planning/kinds.h"

namespace agents {
namespace {

using model_core::TokenChoice;

// So many times as likely as the other way must a plan be that acts, and each act in it; and the
// very plan as likely as all others together. Of 3,389 cases 9 acted unasked with 8 for an act, 7
// with 40, 5 with 100, which loses 5 plans.
constexpr float kPlanDoubt = 8, kActDoubt = 100;
constexpr double kLikely = 0.5;

bool Close(const TokenChoice& choice, float doubt) {
  return choice.other >= 0 && choice.share < doubt * choice.other_share;
}

}  // namespace

bool Doubt::NamesAct(int32_t token) const {
  const auto* tool = catalogue_.Find(vocabulary_.bytes[static_cast<size_t>(token)]);
  return tool != nullptr && Acts(*tool);
}

bool Doubt::OfPlan(const WrittenPlan& written) const {
  if (vocabulary_.steps < 0 || written.choices.empty()) return false;
  const TokenChoice& verdict = written.choices.front();
  return verdict.index == 0 && written.tokens.front() == vocabulary_.steps && verdict.other >= 0 &&
         (Close(verdict, kPlanDoubt) || OfValues(written));
}

bool Doubt::OfValues(const WrittenPlan& written) const { return written.probability < kLikely; }

std::optional<TokenChoice> Doubt::OfAct(const WrittenPlan& written) const {
  for (const TokenChoice& choice : written.choices) {
    const auto at = static_cast<size_t>(choice.index);
    if (!Close(choice, kActDoubt) || at >= written.tokens.size()) continue;
    const bool named = NamesAct(written.tokens[at]) && !NamesAct(choice.other);
    const bool begun = at + 1 < written.tokens.size() && NamesAct(written.tokens[at + 1]) &&
                       vocabulary_.bytes[static_cast<size_t>(choice.other)] == kPlanEnd;
    if (named || begun) return choice;
  }
  return std::nullopt;
}

std::vector<int32_t> Doubt::Otherwise(const WrittenPlan& written, const TokenChoice& choice) {
  std::vector<int32_t> tokens(written.tokens.begin(), written.tokens.begin() + choice.index);
  tokens.push_back(choice.other);
  return tokens;
}

}  // namespace agents
