#include "agents/planning/plan_search.h"

#include <algorithm>

#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::StrCat;
using model_core::GenerateRequest;
using model_core::GenerateResult;
using model_core::TokenChoice;

// By so much a plan must be likelier: products of rounded shares order nothing closer.
constexpr double kClearly = 1 + 1e-5;

absl::Status TooLong(int tokens_max) {
  return base::Error(
      absl::StatusCode::kResourceExhausted,
      StrCat("the plan is longer than ", tokens_max, " tokens; ask for less at once"),
      StrCat("계획이 ", tokens_max, "토큰보다 깁니다. 요청을 나누어 주십시오"));
}

// How many of its tokens; the end may have been a choice too.
size_t Chosen(const WrittenPlan& plan) {
  const bool end =
      !plan.choices.empty() && static_cast<size_t>(plan.choices.back().index) == plan.tokens.size();
  return plan.choices.size() - (end ? 1 : 0);
}

}  // namespace

absl::StatusOr<WrittenPlan> PlanSearch::Finish(WrittenPlan plan) {
  PlanConstraint constraint(grammar_, vocabulary_);
  for (int32_t token : plan.tokens) RETURN_IF_ERROR(constraint.Accept(token));
  if (!constraint.Done()) {
    GenerateRequest request = asked_;
    const auto begun = static_cast<int32_t>(plan.tokens.size());
    request.prompt.insert(request.prompt.end(), plan.tokens.begin(), plan.tokens.end());
    request.tokens_max -= begun;
    request.constraint = &constraint;
    request.wants_choices = true;
    ASSIGN_OR_RETURN(const GenerateResult made, model_.Generate(request));
    milliseconds_ += made.prefill_ms + made.decode_ms;
    if (made.finish != GenerateResult::Finish::kStop) return TooLong(asked_.tokens_max);
    plan.tokens.insert(plan.tokens.end(), made.tokens.begin(), made.tokens.end());
    for (TokenChoice choice : made.choices) {
      choice.index += begun;
      plan.probability *= static_cast<double>(choice.share);
      plan.choices.push_back(choice);
    }
  }
  plan.text = constraint.written();
  plan.grammars = constraint.grammars();
  plan.forced_tokens = plan.tokens.size() - Chosen(plan);
  return plan;
}

// The ways that leave `plan` after its first `fixed` tokens.
void PlanSearch::AddBranches(const WrittenPlan& plan, size_t fixed) {
  double before = 1;
  for (auto at = plan.choices.begin(); at != plan.choices.end(); ++at) {
    if (static_cast<size_t>(at->index) >= fixed && at->other >= 0) {
      WrittenPlan branch;
      branch.tokens.assign(plan.tokens.begin(), plan.tokens.begin() + at->index);
      branch.tokens.push_back(at->other);
      branch.choices.assign(plan.choices.begin(), at);
      branch.choices.push_back({.index = at->index, .share = at->other_share});
      branch.probability = before * static_cast<double>(at->other_share);
      branches_.push_back(std::move(branch));
    }
    before *= static_cast<double>(at->share);
  }
}

absl::StatusOr<WrittenPlan> PlanSearch::Likeliest(const std::vector<int32_t>& first, int branches) {
  WrittenPlan begun;
  begun.tokens = first;
  ASSIGN_OR_RETURN(WrittenPlan best, Finish(std::move(begun)));
  branches_.clear();
  AddBranches(best, std::max<size_t>(first.size(), 1));
  for (int tried = 0; tried < branches && !branches_.empty(); ++tried) {
    const auto next = std::max_element(
        branches_.begin(), branches_.end(),
        [](const auto& a, const auto& b) { return a.probability < b.probability; });
    if (next->probability <= best.probability * kClearly) break;
    WrittenPlan branch = std::move(*next);
    branches_.erase(next);
    const size_t fixed = branch.tokens.size();
    ASSIGN_OR_RETURN(WrittenPlan plan, Finish(std::move(branch)));
    AddBranches(plan, fixed);
    if (plan.probability > best.probability * kClearly) best = std::move(plan);
  }
  return best;
}

}  // namespace agents
