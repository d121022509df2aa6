#include "agents/planning/plan_constraint.h"

#include <algorithm>
#include <bit>

#include "model_core/base/strings.h"

namespace agents {
namespace {

constexpr const char* kControl[] = {"<|pad|>", "<|bos|>", "<|end|>", "<|values|>", "<|plan|>"};
constexpr const char* kSteps = R"({"verdict":"plan","steps":[)";

}  // namespace

absl::StatusOr<PlanVocabulary> PlanVocabulary::Make(const model_core::Tokenizer& tokenizer) {
  PlanVocabulary made;
  std::vector<std::string> hidden;
  for (const char* token : kControl) {
    if (tokenizer.TokenId(token) < 0) {
      return base::Error(
          absl::StatusCode::kInvalidArgument,
          base::StrCat("tokenizer: the planner's control token ", token, " is missing"),
          base::StrCat("토크나이저: 계획기의 제어 토큰 ", token, ": 없습니다"));
    }
    if (token != kControl[2]) hidden.emplace_back(token);
  }
  made.bos = tokenizer.TokenId("<|bos|>");
  made.end = tokenizer.TokenId("<|end|>");
  made.values = tokenizer.TokenId("<|values|>");
  made.plan = tokenizer.TokenId("<|plan|>");
  made.steps = tokenizer.TokenId(kSteps);
  ASSIGN_OR_RETURN(made.factory, model_core::GrammarFactory::Make(tokenizer, made.end, hidden));
  for (int32_t id = 0; id < static_cast<int32_t>(tokenizer.vocabulary_size()); ++id) {
    ASSIGN_OR_RETURN(std::string bytes, tokenizer.Bytes(std::span(&id, 1)));
    made.bytes.push_back(std::move(bytes));
  }
  return made;
}

PlanConstraint::PlanConstraint(const PlanGrammar& grammar, const PlanVocabulary& vocabulary)
    : grammar_(grammar), vocabulary_(vocabulary), mask_((vocabulary.bytes.size() + 31) / 32) {
  status_ = EnterStage();
}

// A stage begins where the last one ended; within a stage there is nothing to do.
absl::Status PlanConstraint::EnterStage() {
  const auto stage = grammar_.Stage(written_);
  if (!stage) return absl::OkStatus();
  grammars_ += *stage;
  ASSIGN_OR_RETURN(stage_,
                   vocabulary_.factory->Make(model_core::GrammarFactory::Kind::kLark, *stage));
  return absl::OkStatus();
}

absl::Status PlanConstraint::Refresh() {
  RETURN_IF_ERROR(status_);
  if (!fresh_) RETURN_IF_ERROR(stage_->ComputeMask(mask_));
  fresh_ = true;
  return absl::OkStatus();
}

int32_t PlanConstraint::Forced() {
  const std::string text = stage_->ForcedText();
  int32_t longest = -1;
  size_t size = 0;
  for (size_t word = 0; word < mask_.size() && !text.empty(); ++word) {
    for (uint32_t bits = mask_[word]; bits != 0; bits &= bits - 1) {
      const size_t token = word * 32 + static_cast<size_t>(std::countr_zero(bits));
      const std::string& bytes = vocabulary_.bytes[token];
      if (!text.starts_with(bytes)) return -1;
      if (bytes.size() > size) {
        longest = static_cast<int32_t>(token);
        size = bytes.size();
      }
    }
  }
  return longest;
}

std::span<const int32_t> PlanConstraint::ForcedTokens() {
  if (ended_ || !Refresh().ok() || stage_->Done()) return {};
  forced_ = Forced();
  return forced_ < 0 ? std::span<const int32_t>() : std::span<const int32_t>(&forced_, 1);
}

absl::Status PlanConstraint::ComputeMask(std::span<uint32_t> bitmask) {
  RETURN_IF_ERROR(Refresh());
  std::fill(bitmask.begin(), bitmask.end(), 0);
  std::copy_n(mask_.begin(), std::min(mask_.size(), bitmask.size()), bitmask.begin());
  return absl::OkStatus();
}

absl::Status PlanConstraint::Accept(int32_t token) {
  RETURN_IF_ERROR(status_);
  RETURN_IF_ERROR(stage_->Accept(token));
  fresh_ = false;
  if (token == vocabulary_.end) {
    ended_ = true;
    return absl::OkStatus();
  }
  written_ += vocabulary_.bytes[static_cast<size_t>(token)];
  return status_ = EnterStage();
}

bool PlanConstraint::Done() { return ended_ || (status_.ok() && stage_->Done()); }

}  // namespace agents
