// PlanWriter: one plan of one request, written by the model under the request's grammar.
#pragma once

#include <memory>
#include <set>
#include <vector>

#include "agents/planner.h"
#include "agents/planning/acronyms.h"
#include "agents/planning/plan_search.h"
#include "agents/planning/recogniser.h"
#include "model_core/tokenizer.h"

namespace agents {

// Thread-safe as its model is.
class PlanWriter {
 public:
  // The catalogue outlives it.
  PlanWriter(const tools::Catalogue& catalogue, std::unique_ptr<model_core::Tokenizer> tokenizer,
             PlanVocabulary vocabulary, std::unique_ptr<model_core::Engine> model);

  // The likeliest plan without the `barred` tools, of the ways that are tried (PlanSearch), or what
  // stands in for one that acts and is doubtful. `steps`: the likeliest that has steps, though the
  // model would rather ask or refuse; none, unless it is likelier than all other plans.
  absl::StatusOr<PlanResult> Write(const PlanRequest& request, const std::set<std::string>& barred,
                                   int branches = PlanSearch::kBranchesMax,
                                   bool steps = false) const;

  // Whether plans with steps begin with a token of their own.
  bool CanForceSteps() const { return vocabulary_.steps >= 0; }

  const model_core::Engine& model() const { return *model_; }

 private:
  absl::StatusOr<std::vector<int32_t>> Prompt(const std::string& text,
                                              const Recognition& recognition) const;
  absl::StatusOr<PlanResult> Read(const PlanRequest& request, const Recognition& recognition,
                                  const std::vector<int32_t>& prompt,
                                  const WrittenPlan& written) const;
  PlanResult Describe(const std::vector<int32_t>& prompt, const WrittenPlan& written) const;

  const tools::Catalogue& catalogue_;
  const Acronyms acronyms_;
  const std::unique_ptr<model_core::Tokenizer> tokenizer_;
  const PlanVocabulary vocabulary_;
  const std::unique_ptr<model_core::Engine> model_;
};

// The plan that `result` holds, or the tool on whose name it ended because it may not be used.
Plan Wanted(const PlanResult& result, const tools::Catalogue& catalogue);

bool Acts(const Plan& plan, const tools::Catalogue& catalogue);

}  // namespace agents
