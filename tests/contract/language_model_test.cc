// What every LanguageModel promises, of the embedded engine with a small model of each kind of
// attention.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model_core/engine.h"
#include "tests/unit/model_core/golden.h"

namespace model_core {
namespace {

using absl::StatusCode;

// Permits the tokens from `least` on, forces a first one, and fails when it is told to.
class FromOn : public TokenConstraint {
 public:
  explicit FromOn(int32_t least) : forced_{least} {}

  std::span<const int32_t> ForcedTokens() override { return accepted_ == 0 ? forced_ : none_; }
  absl::Status ComputeMask(std::span<uint32_t> mask) override {
    if (accepted_ == fails_at) return absl::DataLossError("as told");
    for (size_t i = 0; i < mask.size() * 32; ++i) {
      const uint32_t bit = 1U << (i % 32);
      mask[i / 32] = i < static_cast<size_t>(forced_[0]) ? mask[i / 32] & ~bit : mask[i / 32] | bit;
    }
    return absl::OkStatus();
  }
  absl::Status Accept(int32_t token) override {
    EXPECT_GE(token, forced_[0]);
    ++accepted_;
    return absl::OkStatus();
  }
  bool Done() override { return accepted_ >= done_at; }

  int fails_at = -1, done_at = 1000;

 private:
  const std::vector<int32_t> forced_, none_;
  int accepted_ = 0;
};

class LanguageModelContract : public testing::TestWithParam<const char*> {
 protected:
  GenerateRequest Request() const {
    GenerateRequest request;
    request.prompt = golden_.Ids("p1.input_ids");
    request.tokens_max = 12;
    request.past_end = true;
    return request;
  }
  GenerateResult Generate(const GenerateRequest& request) {
    auto result = model().Generate(request);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *std::move(result) : GenerateResult();
  }
  StatusCode CodeOf(const GenerateRequest& request) {
    return model().Generate(request).status().code();
  }
  LanguageModel& model() { return *engine_; }

  const Golden golden_{GetParam()};
  const std::unique_ptr<Engine> engine_ = *MakeEngine(GoldenDirectory(GetParam()));
};

TEST_P(LanguageModelContract, SaysWhoItIs) {
  EXPECT_FALSE(model().id().empty());
  EXPECT_EQ(model().weights_sha256().size(), 64U);
  EXPECT_GT(model().vocabulary_size(), 0U);
  EXPECT_GT(model().context_tokens_max(), 0U);
}

TEST_P(LanguageModelContract, TheSameRequestGivesTheSameTokensWhateverTheThreads) {
  const GenerateResult first = Generate(Request());
  EXPECT_EQ(first.tokens.size(), 12U);
  EXPECT_EQ(first.finish, GenerateResult::Finish::kLength);
  EXPECT_EQ(Generate(Request()).tokens, first.tokens);
  EngineOptions two;
  two.threads = 2;
  const auto other = *MakeEngine(GoldenDirectory(GetParam()), two);
  EXPECT_EQ(other->Generate(Request())->tokens, first.tokens);
}

TEST_P(LanguageModelContract, PartsAreTheAnswerAsItComes) {
  GenerateRequest request = Request();
  std::vector<int32_t> parts;
  request.on_part = [&](const GeneratedPart& part) {
    parts.insert(parts.end(), part.tokens.begin(), part.tokens.end());
  };
  EXPECT_EQ(Generate(request).tokens, parts);
}

TEST_P(LanguageModelContract, AStopTokenEndsTheAnswerAndIsNotPartOfIt) {
  const std::vector<int32_t> whole = Generate(Request()).tokens;
  GenerateRequest request = Request();
  request.stop_tokens = {whole[5]};
  const GenerateResult stopped = Generate(request);
  EXPECT_EQ(stopped.finish, GenerateResult::Finish::kStop);
  EXPECT_THAT(stopped.tokens, testing::Not(testing::Contains(whole[5])));
  EXPECT_LE(stopped.tokens.size(), 5U);
}

TEST_P(LanguageModelContract, AConstraintHoldsForcesAndEndsTheAnswer) {
  FromOn constraint(static_cast<int32_t>(model().vocabulary_size() / 2));
  constraint.done_at = 6;
  GenerateRequest request = Request();
  request.constraint = &constraint;
  const GenerateResult held = Generate(request);
  EXPECT_EQ(held.tokens.size(), 6U);
  EXPECT_EQ(held.forced_tokens, 1U);
  EXPECT_EQ(held.finish, GenerateResult::Finish::kStop);
}

TEST_P(LanguageModelContract, AnErrorOfTheConstraintIsTheAnswer) {
  FromOn constraint(1);
  constraint.fails_at = 3;
  GenerateRequest request = Request();
  request.constraint = &constraint;
  EXPECT_EQ(CodeOf(request), StatusCode::kDataLoss);
}

TEST_P(LanguageModelContract, WhatCannotBeAskedIsRefused) {
  GenerateRequest request = Request();
  for (const int32_t token : {-1, static_cast<int32_t>(model().vocabulary_size())}) {
    request.prompt.back() = token;
    EXPECT_EQ(CodeOf(request), StatusCode::kInvalidArgument) << token;
  }
  request.prompt.clear();
  EXPECT_EQ(CodeOf(request), StatusCode::kInvalidArgument);
  request.prompt.assign(model().context_tokens_max() + 1, 1);
  EXPECT_EQ(CodeOf(request), StatusCode::kInvalidArgument);
  request = Request();
  request.stop_strings.assign(kStopStringsMax + 1, "x");
  EXPECT_EQ(CodeOf(request), StatusCode::kInvalidArgument);
}

TEST_P(LanguageModelContract, TimeThatIsUpAndCancellationEndTheRequest) {
  GenerateRequest request = Request();
  request.deadline = absl::InfinitePast();
  EXPECT_EQ(CodeOf(request), StatusCode::kDeadlineExceeded);
  request = Request();
  request.cancelled = [] { return true; };
  EXPECT_EQ(CodeOf(request), StatusCode::kCancelled);
}

INSTANTIATE_TEST_SUITE_P(Golden, LanguageModelContract,
                         testing::Values("k_exaone", "ax_k1", "hyperclova_x"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace model_core
