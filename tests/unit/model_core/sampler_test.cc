// What a sampler picks, and that it picks the same everywhere.
#include "model_core/engine/sampler.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "model_core/base/strings.h"
#include "model_core/engine/counter_random.h"

namespace model_core {
namespace {

using testing::HasSubstr;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kNone = -std::numeric_limits<float>::infinity();

int32_t Pick(const Sampling& how, std::vector<float> logits, uint64_t index = 0,
             const std::vector<uint32_t>& mask = {}, const std::vector<int32_t>& prompt = {},
             const std::vector<int32_t>& answer = {}) {
  SamplerRoom room(logits.size());
  Sampler sampler(how, ScalarKernels(), prompt, logits.size(), 100);
  for (int32_t token : answer) sampler.Took(token);
  const auto token = sampler.Pick(logits, mask, index, room);
  EXPECT_TRUE(token.ok()) << token.status();
  return token.ok() ? *token : -1;
}

// How often each token is drawn in `draws` places of one answer.
std::map<int32_t, int> Draw(const Sampling& how, const std::vector<float>& logits, int draws,
                            const std::vector<uint32_t>& mask = {}) {
  std::map<int32_t, int> counts;
  for (int i = 0; i < draws; ++i) ++counts[Pick(how, logits, static_cast<uint64_t>(i), mask)];
  return counts;
}

TEST(CounterRandom, IsPhiloxAsPublished) {  // the known answers of Random123
  EXPECT_EQ(Philox({0, 0, 0, 0}, {0, 0}),
            (CounterBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr uint32_t kAll = 0xffffffff;
  EXPECT_EQ(Philox({kAll, kAll, kAll, kAll}, {kAll, kAll}),
            (CounterBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(Philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (CounterBlock{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(CounterRandom, FillsTheUnitIntervalEvenly) {
  std::vector<int> tenths(10);
  double sum = 0;
  for (uint64_t i = 0; i < 100'000; ++i) {
    const double value = CounterUniform(7, i);
    ASSERT_TRUE(value >= 0 && value < 1);
    ++tenths[static_cast<size_t>(value * 10)];
    sum += value;
  }
  EXPECT_NEAR(sum / 100'000, 0.5, 0.005);
  for (int count : tenths) EXPECT_NEAR(count, 10'000, 400);
}

TEST(Sampler, PicksTheLikeliestUnlessAsked) {
  EXPECT_EQ(Pick({}, {1, 3, 2, 3}), 1);
  EXPECT_EQ(Pick({}, {kNan, 3, kNan, 4}), 3);
  EXPECT_EQ(Pick({}, {9, 3, 2, 1}, 0, {0b1100}), 2);
}

TEST(Sampler, DrawsByProbability) {
  Sampling how;
  how.temperature = 1;
  const auto counts = Draw(how, {0, std::log(2.0F), std::log(5.0F), kNone}, 40'000);
  EXPECT_NEAR(counts.at(0), 5'000, 250);
  EXPECT_NEAR(counts.at(1), 10'000, 300);
  EXPECT_NEAR(counts.at(2), 25'000, 350);
  EXPECT_FALSE(counts.contains(3));
}

TEST(Sampler, ATemperatureFlattensOrSharpens) {
  Sampling how;
  how.temperature = 2;
  const auto flat = Draw(how, {0, std::log(4.0F)}, 30'000);
  EXPECT_NEAR(flat.at(0), 10'000, 350);  // e^(log 4 / 2) = 2
  how.temperature = 0.5F;
  const auto sharp = Draw(how, {0, std::log(2.0F)}, 30'000);
  EXPECT_NEAR(sharp.at(0), 6'000, 300);  // 1 : 4
}

TEST(Sampler, TheSameSeedAndPlaceGiveTheSameTokenInEveryKernel) {
  std::vector<float> logits(5'000);
  for (size_t i = 0; i < logits.size(); ++i)
    logits[i] = static_cast<float>(8 * CounterUniform(3, i));
  Sampling how;
  how.temperature = 0.9F;
  how.top_p = 0.95F;
  how.min_p = 0.01F;
  std::vector<int32_t> first;
  for (const char* name : {"scalar", "avx2", "avx512"}) {
    const Kernels* kernels = FindKernels(name);
    if (kernels == nullptr) continue;
    SamplerRoom room(logits.size());
    std::vector<int32_t> made;
    for (uint64_t seed = 0; seed < 50; ++seed) {
      how.seed = seed;
      std::vector<float> scratch = logits;
      const Sampler sampler(how, *kernels, {}, logits.size(), 0);
      made.push_back(*sampler.Pick(scratch, {}, seed * 3, room));
    }
    if (first.empty()) first = made;
    EXPECT_EQ(made, first) << name;
  }
  EXPECT_GT(std::set<int32_t>(first.begin(), first.end()).size(), 20U);
}

TEST(Sampler, TopKTopPAndMinPCutTheUnlikely) {
  const std::vector<float> logits = {std::log(1.0F), std::log(4.0F), std::log(2.0F),
                                     std::log(3.0F)};  // 10, 40, 20, 30 %
  Sampling how;
  how.temperature = 1;
  how.top_k = 2;
  auto counts = Draw(how, logits, 7'000);
  EXPECT_EQ(counts.size(), 2U);
  EXPECT_NEAR(counts.at(1), 4'000, 200);
  EXPECT_NEAR(counts.at(3), 3'000, 200);
  how.top_k = 0;
  how.top_p = 0.75F;
  counts = Draw(how, logits, 9'000);
  EXPECT_EQ(counts.size(), 3U);
  EXPECT_NEAR(counts.at(2), 2'000, 200);
  how.top_p = 1;
  how.min_p = 0.6F;
  counts = Draw(how, logits, 7'000);
  EXPECT_EQ(counts.size(), 2U);
  how = {};
  how.temperature = 10;
  how.top_k = 1;
  EXPECT_EQ(Draw(how, logits, 100).at(1), 100);
}

TEST(Sampler, OfManyEquallyLikelyTokensTopKKeepsTheFirst) {
  Sampling how;
  how.temperature = 1;
  how.top_k = 300;  // further than is sorted at first
  for (const auto& [token, count] : Draw(how, std::vector<float>(1'000, 1.5F), 500)) {
    EXPECT_LT(token, 300);
  }
}

TEST(Sampler, NeverLeavesTheMask) {
  Sampling how;
  how.temperature = 5;
  for (int variant = 0; variant < 3; ++variant) {
    how.top_k = variant == 1 ? 3 : 0;
    how.top_p = variant == 2 ? 0.9F : 1;
    const auto counts = Draw(how, {9, 1, 1, 9, 1, kNan}, 300, {0b110110});
    EXPECT_EQ(counts.size(), 3U);
    for (const auto& [token, count] : counts) EXPECT_TRUE(token == 1 || token == 2 || token == 4);
  }
}

TEST(Sampler, PenaltiesCountPromptAndAnswerAsSaid) {
  Sampling how;
  how.repetition_penalty = 2;
  EXPECT_EQ(Pick(how, {3, 2, 1}, 0, {}, {0}), 1);    // 1.5 < 2
  EXPECT_EQ(Pick(how, {-1, -1.5F}, 0, {}, {0}), 1);  // -2 < -1.5
  how = {};
  how.presence_penalty = 1.5F;
  EXPECT_EQ(Pick(how, {3, 2, 1}, 0, {}, {0}), 0);  // not in the answer
  EXPECT_EQ(Pick(how, {3, 2, 1}, 0, {}, {}, {0, 0, 0}), 1);
  how = {};
  how.frequency_penalty = 0.6F;
  EXPECT_EQ(Pick(how, {3, 2, 1}, 0, {}, {}, {0}), 0);
  EXPECT_EQ(Pick(how, {3, 2, 1}, 0, {}, {}, {0, 0}), 1);
}

TEST(Sampler, ABiasMovesAScore) {
  Sampling how;
  how.logit_bias = {{2, 5}, {1, -100}};
  EXPECT_EQ(Pick(how, {1, 3, 2}), 2);
}

TEST(Sampler, TellsWhatAChoiceWasAmong) {
  SamplerRoom room(5);
  Sampling how;
  how.logit_bias = {{0, -1}};
  how.temperature = 3;  // the shares are those at 1
  const Sampler sampler(how, ScalarKernels(), {}, 5, 0);
  std::vector<float> logits = {1 + std::log(5.0F), std::log(2.0F), std::log(3.0F), 9, kNan};
  const uint32_t mask[] = {0b10111};
  ASSERT_TRUE(sampler.Pick(logits, mask, 0, room).ok());
  const TokenChoice choice = sampler.Describe(2, logits, mask, 7, room);
  EXPECT_EQ(choice.index, 7);
  EXPECT_NEAR(choice.share, 0.3, 1e-6);
  EXPECT_EQ(choice.other, 0);
  EXPECT_NEAR(choice.other_share, 0.5, 1e-6);
  const uint32_t alone[] = {0b00010};
  const TokenChoice only = sampler.Describe(1, logits, alone, 0, room);
  EXPECT_EQ(only.share, 1);
  EXPECT_EQ(only.other, -1);
}

TEST(Sampler, SaysThatThereIsNoNumber) {
  std::vector<float> logits = {1, kNan, kNan};
  SamplerRoom room(3);
  const Sampling how;
  const Sampler sampler(how, ScalarKernels(), {}, 3, 0);
  const uint32_t mask[] = {0b110};
  EXPECT_EQ(sampler.Pick(logits, mask, 0, room).status().code(), absl::StatusCode::kDataLoss);
}

TEST(Sampling, IsRefusedOutsideItsLimitsInBothLanguages) {
  const auto refused = [](auto change, std::string_view name, std::string_view limit,
                          std::string_view korean) {
    Sampling how;
    change(how);
    const absl::Status status = CheckSampling(how, 100);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << name;
    EXPECT_THAT(std::string(status.message()), HasSubstr(std::string(name)));
    EXPECT_THAT(std::string(status.message()), HasSubstr(std::string(limit)));
    EXPECT_THAT(base::Message(status, base::Language::kKorean), HasSubstr(std::string(korean)));
  };
  refused([](Sampling& s) { s.temperature = -0.5F; }, "temperature is -0.5", "0 to 10", "0 ~ 10");
  refused([](Sampling& s) { s.temperature = kNan; }, "temperature is nan", "0 to 10", "0 ~ 10");
  refused([](Sampling& s) { s.top_k = -1; }, "top_k is -1", "0 and above", "0 이상");
  refused([](Sampling& s) { s.top_p = 0; }, "top_p is 0", "above 0 to 1", "0 초과 1 이하");
  refused([](Sampling& s) { s.min_p = 2; }, "min_p is 2", "0 to 1", "0 ~ 1");
  refused([](Sampling& s) { s.repetition_penalty = 0; }, "repetition_penalty is 0", "0.01 to 100",
          "0.01 ~ 100");
  refused([](Sampling& s) { s.presence_penalty = 3; }, "presence_penalty is 3", "-2 to 2",
          "-2 ~ 2");
  refused([](Sampling& s) { s.frequency_penalty = -3; }, "frequency_penalty is -3", "-2 to 2",
          "-2 ~ 2");
  refused([](Sampling& s) { s.logit_bias = {{100, 1}}; }, "token is 100", "0 to 99", "0 ~ 99");
  refused(
      [](Sampling& s) {
        s.logit_bias = {{5, 101}};
      },
      "token 5 is 101", "-100 to 100", "-100 ~ 100");
  EXPECT_TRUE(CheckSampling({}, 100).ok());
}

}  // namespace
}  // namespace model_core
