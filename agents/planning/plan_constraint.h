// PlanConstraint: holds a model to the stages of a plan grammar, one after the other.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agents/planning/plan_grammar.h"
#include "model_core/grammar.h"

namespace agents {

// What every constraint over one tokenizer shares. Thread-safe.
struct PlanVocabulary {
  static absl::StatusOr<PlanVocabulary> Make(const model_core::Tokenizer& tokenizer);

  std::unique_ptr<model_core::GrammarFactory> factory;
  std::vector<std::string> bytes;  // of each token
  int32_t bos = 0, end = 0, values = 0, plan = 0;
  int32_t steps = 0;  // begins a plan that has steps; -1: no single token does
};

class PlanConstraint : public model_core::TokenConstraint {
 public:
  // Both outlive the constraint.
  PlanConstraint(const PlanGrammar& grammar, const PlanVocabulary& vocabulary);

  // The longest token of the text that the grammar forces, if no permitted token crosses its end:
  // that is how a plan is spelled in training.
  std::span<const int32_t> ForcedTokens() override;
  absl::Status ComputeMask(std::span<uint32_t> bitmask) override;
  absl::Status Accept(int32_t token) override;
  bool Done() override;

  const std::string& written() const { return written_; }    // bytes accepted so far
  const std::string& grammars() const { return grammars_; }  // every stage so far, end to end

 private:
  absl::Status EnterStage();
  absl::Status Refresh();  // of mask_
  int32_t Forced();        // -1: there is a choice

  const PlanGrammar& grammar_;
  const PlanVocabulary& vocabulary_;
  std::unique_ptr<model_core::GrammarConstraint> stage_;
  absl::Status status_;  // of entering the stage
  std::string written_, grammars_;
  std::vector<uint32_t> mask_;
  bool fresh_ = false;  // mask_ is that of the place reached
  int32_t forced_ = -1;
  bool ended_ = false;
};

}  // namespace agents
