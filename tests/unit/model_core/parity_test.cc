// The forward pass against the reference implementation, for every family.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "model_core/cpu/cpu_device.h"
#include "model_core/transformer/transformer.h"
#include "tests/unit/model_core/golden.h"

namespace model_core {
namespace {

using testing::ElementsAreArray;

// The model's outputs for `tokens` cut into passes of `chunk`: logits of every position, and the
// traces joined.
struct Outcome {
  std::vector<float> logits;                   // [tokens, vocabulary]
  std::vector<std::vector<float>> hidden;      // by stage: [tokens, hidden]
  std::vector<std::vector<uint32_t>> experts;  // by layer
  std::vector<std::vector<float>> expert_weights;
};

template <typename T>
void Join(std::vector<std::vector<T>>& to, const std::vector<std::vector<T>>& from) {
  to.resize(from.size());
  for (size_t i = 0; i < from.size(); ++i)
    to[i].insert(to[i].end(), from[i].begin(), from[i].end());
}

Outcome Feed(const Transformer& model, std::span<const int32_t> tokens, size_t chunk) {
  TeamOfOne team;
  Sequence sequence(model.device(), model.config(), team.size());
  EXPECT_TRUE(sequence.Reserve(tokens.size()).ok());
  Outcome outcome;
  std::vector<float> logits(model.config().vocabulary);
  for (size_t at = 0; at < tokens.size(); at += chunk) {
    const size_t count = std::min(chunk, tokens.size() - at);
    Trace trace;
    model.Forward(tokens.subspan(at, count), sequence, team, &trace);
    Join(outcome.hidden, trace.hidden);
    Join(outcome.experts, trace.experts);
    Join(outcome.expert_weights, trace.expert_weights);
    for (size_t row = 0; row < count; ++row) {
      model.Logits(sequence, row, {}, team, logits);
      outcome.logits.insert(outcome.logits.end(), logits.begin(), logits.end());
    }
  }
  return outcome;
}

std::vector<int32_t> Greedy(const Transformer& model, const std::vector<int32_t>& prompt,
                            size_t chunk, size_t steps) {
  TeamOfOne team;
  Sequence sequence(model.device(), model.config(), team.size());
  EXPECT_TRUE(sequence.Reserve(prompt.size() + steps).ok());
  std::vector<int32_t> made, pending = prompt;
  std::vector<float> logits(model.config().vocabulary);
  while (made.size() < steps) {
    for (size_t at = 0; at < pending.size(); at += chunk) {
      const size_t count = std::min(chunk, pending.size() - at);
      model.Forward(std::span(pending).subspan(at, count), sequence, team);
      model.Logits(sequence, count - 1, {}, team, logits);
    }
    made.push_back(
        static_cast<int32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin()));
    pending = {made.back()};
  }
  return made;
}

class Parity : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    auto loaded = Transformer::Load(GoldenDirectory(GetParam()), CpuDevice(*FindKernels("")));
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    model_ = *std::move(loaded);
  }
  // The vision folder's first prompt holds an image.
  bool HasImage(const std::string& prompt) const { return golden_.Has(prompt + ".pixel_values"); }
  std::vector<std::string> Prompts() const {
    std::vector<std::string> prompts;
    for (const char* name : {"p0", "p1", "p2"}) {
      if (golden_.Has(std::string(name) + ".input_ids") && !HasImage(name)) prompts.push_back(name);
    }
    return prompts;
  }

  Golden golden_{GetParam()};
  std::unique_ptr<Transformer> model_;
};

TEST_P(Parity, LogitsMatchTheReferenceAtEveryPosition) {
  ASSERT_FALSE(Prompts().empty());
  for (const std::string& prompt : Prompts()) {
    const Outcome outcome = Feed(*model_, golden_.Ids(prompt + ".input_ids"), kPrefillTokensMax);
    EXPECT_LE(Nmse(outcome.logits, golden_.Floats(prompt + ".logits")), kNmseMax) << prompt;
  }
}

TEST_P(Parity, HiddenStatesMatchAfterEveryLayer) {
  for (const std::string& prompt : Prompts()) {
    if (!golden_.Has(prompt + ".hidden.embed")) continue;
    const Outcome outcome = Feed(*model_, golden_.Ids(prompt + ".input_ids"), kPrefillTokensMax);
    const size_t layers = model_->config().layers.size();
    for (size_t stage = 0; stage <= layers + 1; ++stage) {
      const std::string name = stage == 0       ? "embed"
                               : stage > layers ? "norm"
                                                : base::StrCat(stage - 1);
      if (!golden_.Has(prompt + ".hidden." + name)) continue;
      EXPECT_LE(Nmse(outcome.hidden[stage], golden_.Floats(prompt + ".hidden." + name)), kNmseMax)
          << prompt << name;
    }
  }
}

TEST_P(Parity, RouterChoosesTheSameExpertsWithTheSameWeights) {
  const bool told = GetParam() != std::string_view("k_exaone_fp8_channel");
  if (!told || !golden_.Has("p0.input_ids") || HasImage("p0")) return;
  const Outcome outcome = Feed(*model_, golden_.Ids("p0.input_ids"), kPrefillTokensMax);
  for (size_t layer = 0; layer < model_->config().layers.size(); ++layer) {
    const std::string name = base::StrCat("p0.router.", layer);
    EXPECT_EQ(golden_.Has(name + ".experts"), model_->config().layers[layer].moe);
    if (!model_->config().layers[layer].moe) continue;
    const std::vector<int32_t> experts = golden_.Ids(name + ".experts");
    EXPECT_THAT(outcome.experts[layer], ElementsAreArray(experts)) << name;
    EXPECT_LE(Nmse(outcome.expert_weights[layer], golden_.Floats(name + ".weights")), kNmseMax)
        << name;
  }
}

TEST_P(Parity, TwentyFourGreedyTokensAreTheSameForAnyChunking) {
  for (const std::string& prompt : Prompts()) {
    const std::vector<int32_t> tokens = golden_.Ids(prompt + ".input_ids");
    for (size_t chunk : {size_t{64}, size_t{1}, size_t{7}, size_t{16}, size_t{33}}) {
      EXPECT_THAT(Greedy(*model_, tokens, chunk, 24),
                  ElementsAreArray(golden_.Ids(prompt + ".greedy")))
          << prompt << " in chunks of " << chunk;
    }
  }
}

TEST_P(Parity, ChunksOfAnySizeGiveTheSameBits) {
  for (const std::string& prompt : Prompts()) {
    const std::vector<int32_t> tokens = golden_.Ids(prompt + ".input_ids");
    const Outcome whole = Feed(*model_, tokens, kPrefillTokensMax);
    for (size_t chunk : {1, 2, 3, 5, 8, 13, 63}) {
      EXPECT_EQ(Feed(*model_, tokens, chunk).logits, whole.logits)
          << prompt << " in chunks of " << chunk;
    }
  }
}

TEST_P(Parity, EveryKernelVariantGivesTheSameBits) {
  for (const std::string_view variant : kKernelNames) {
    const Kernels* kernels = FindKernels(variant);
    if (kernels == nullptr) continue;  // this CPU lacks it
    auto other = Transformer::Load(GoldenDirectory(GetParam()), CpuDevice(*kernels));
    ASSERT_TRUE(other.ok()) << other.status();
    const std::string prompt = Prompts().front();
    const std::vector<int32_t> tokens = golden_.Ids(prompt + ".input_ids");
    EXPECT_EQ(Feed(**other, tokens, 16).logits, Feed(*model_, tokens, 16).logits) << variant;
  }
}

INSTANTIATE_TEST_SUITE_P(Families, Parity,
                         testing::Values("exaone4", "k_exaone", "k_exaone_fp8",
                                         "k_exaone_fp8_channel", "ax_k1", "ax_k1_nobias",
                                         "hyperclova_x", "hyperclova_x_vision", "vaetki",
                                         "solar_open"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace model_core
