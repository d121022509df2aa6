// Doubt: which acts of a written plan the model was not sure of. An act that nobody asked for costs
// more than a question, so that what acts is kept only where nothing else was nearly as likely.
#pragma once

#include <optional>
#include <vector>

#include "agents/planning/plan_search.h"
#include "tools/catalogue.h"

namespace agents {

class Doubt {
 public:
  // Both outlive it.
  Doubt(const tools::Catalogue& catalogue, const PlanVocabulary& vocabulary)
      : catalogue_(catalogue), vocabulary_(vocabulary) {}

  // That there is to be a plan at all was close, or which.
  bool OfPlan(const WrittenPlan& written) const;

  // The plan is less likely than all others together.
  bool OfValues(const WrittenPlan& written) const;

  // The first place where an act was named though a tool that is none, or the step of one begun
  // though the plan's end, was nearly as likely.
  std::optional<model_core::TokenChoice> OfAct(const WrittenPlan& written) const;

  // The beginning of the plan that takes the other way at a choice.
  static std::vector<int32_t> Otherwise(const WrittenPlan& written,
                                        const model_core::TokenChoice& choice);

 private:
  bool NamesAct(int32_t token) const;

  const tools::Catalogue& catalogue_;
  const PlanVocabulary& vocabulary_;
};

}  // namespace agents
