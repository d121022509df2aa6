// Prompts of up to 32K tokens: the same tokens however they are cut, and no more memory than the
// formula says.
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "model_core/bench/made_weights.h"
#include "model_core/cpu/cpu_device.h"
#include "model_core/engine/counter_random.h"
#include "model_core/engine/thread_team.h"
#include "model_core/transformer/transformer.h"
#include "tests/unit/model_core/narrow_hybrid.h"

namespace model_core {
namespace {

constexpr size_t kAnswer = 8;

struct Case {
  const char* name;
  Dtype kind;
  size_t prompt;  // tokens
};

class LongPrompt : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    for (size_t i = 0; i < GetParam().prompt; ++i)
      prompt_.push_back(static_cast<int32_t>(CounterUniform(1, i) * 64));
    weights_ = *MadeWeights::Make(config_, /*apart=*/true, /*seed=*/1);
    model_ = *Transformer::FromWeights(config_, WeightFiles::Of(weights_.tensors()),
                                       CpuDevice(*FindKernels("")), Precision::kStored);
  }

  // Logits of each answer token, of the prompt fed in chunks.
  std::vector<float> Answer(size_t chunk) {
    KvPool pool(layout_.page_bytes(), layout_.PagesFor(GetParam().prompt + kAnswer));
    KvCache cache(layout_, pool);
    PassRoom room(model_->device(), config_, team_.size(), chunk, /*drafts_max=*/0, GetParam().kind);
    room.ReserveScores(GetParam().prompt + kAnswer);
    std::vector<float> all, logits(config_.vocabulary);
    const auto feed = [&](std::span<const int32_t> tokens) {
      const PassPart part{tokens, &cache};
      model_->Forward({&part, 1}, room, team_);
    };
    for (size_t at = 0; at < GetParam().prompt; at += chunk)
      feed(std::span(prompt_).subspan(at, std::min(chunk, GetParam().prompt - at)));
    size_t row = (GetParam().prompt - 1) % chunk;
    while (all.size() < kAnswer * logits.size()) {
      const LogitsRow wanted{row, {}};
      model_->Logits(room, {&wanted, 1}, team_, logits);
      all.insert(all.end(), logits.begin(), logits.end());
      const auto next =
          static_cast<int32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
      feed({&next, 1});
      row = 0;
    }
    most_bytes_ = pool.used_most() * layout_.page_bytes();
    return all;
  }

  const ModelConfig config_ = NarrowHybrid(/*layers=*/4, /*window_tokens=*/16);
  const KvLayout layout_{config_, GetParam().kind};
  ThreadTeam team_{std::max(1U, std::thread::hardware_concurrency())};
  MadeWeights weights_;
  std::unique_ptr<Transformer> model_;
  std::vector<int32_t> prompt_;
  size_t most_bytes_ = 0;
};

TEST_P(LongPrompt, GivesTheSameBitsInChunksOfAnySizeAndHoldsNoMoreThanTheFormula) {
  const std::vector<float> wanted = Answer(512);
  const size_t row = KeptBytes(GetParam().kind, 16) * 2;  // keys and values of a token in a layer
  const double formula = static_cast<double>((GetParam().prompt + kAnswer + 3 * 15) * row);
  EXPECT_LE(static_cast<double>(most_bytes_), 1.01 * formula);
  EXPECT_EQ(Answer(257), wanted);
}

INSTANTIATE_TEST_SUITE_P(Kinds, LongPrompt,
                         testing::Values(Case{"f32", Dtype::kF32, 8'192},
                                         Case{"f16", Dtype::kF16, 32'768},
                                         Case{"q8", Dtype::kQ8Rows, 8'192}),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace model_core
