// PlanSearch: the likeliest plan that a grammar permits, by the model's own probabilities. Taking
// the likeliest token each time is not that: a word taken early may leave only unlikely ends.
#pragma once

#include <string>
#include <vector>

#include "agents/planning/plan_constraint.h"
#include "model_core/language_model.h"

namespace agents {

struct WrittenPlan {            // whole, or its beginning
  std::vector<int32_t> tokens;  // without the one that ends it
  std::string text;
  std::string grammars;                          // every stage on the way, end to end
  double probability = 1;                        // of all tokens from the first on that were chosen
  std::vector<model_core::TokenChoice> choices;  // on the way; indices into tokens
  size_t forced_tokens = 0;                      // of them; they were never a choice
};

class PlanSearch {
 public:
  static constexpr int kBranchesMax = 4;

  // All outlive the search. `asked`: prompt, stop tokens, limits; the rest is filled in here.
  PlanSearch(model_core::LanguageModel& model, const PlanGrammar& grammar,
             const PlanVocabulary& vocabulary, const model_core::GenerateRequest& asked)
      : model_(model), grammar_(grammar), vocabulary_(vocabulary), asked_(asked) {}

  // The likeliest of the plans that begin with `first` (empty: with the token that is likeliest
  // there, a verdict). The other way is tried at the places where it could still lead to a likelier
  // plan, the most promising first, `branches` times: within that, and of the two likeliest
  // tokens at each place, none is likelier. The same model and request give the same plan, bit for
  // bit. Errors of the model; ResourceExhausted: longer than asked.tokens_max.
  absl::StatusOr<WrittenPlan> Likeliest(const std::vector<int32_t>& first,
                                        int branches = kBranchesMax);

  double milliseconds() const { return milliseconds_; }  // in the model, for all that was tried

 private:
  // What is left of a plan that has only begun.
  absl::StatusOr<WrittenPlan> Finish(WrittenPlan plan);
  void AddBranches(const WrittenPlan& plan, size_t fixed);

  model_core::LanguageModel& model_;
  const PlanGrammar& grammar_;
  const PlanVocabulary& vocabulary_;
  const model_core::GenerateRequest& asked_;
  std::vector<WrittenPlan> branches_;  // begun, not tried
  double milliseconds_ = 0;
};

}  // namespace agents
