// What remembered prefixes may cost: they have what is left over. A request needs no more than the
// formula says, and as many run together as fit without them.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "model_core/bench/made_weights.h"
#include "model_core/cpu/cpu_device.h"
#include "model_core/engine/thread_team.h"
#include "tests/unit/model_core/narrow_hybrid.h"
#include "tests/unit/model_core/scheduler_requests.h"

namespace model_core {
namespace {

constexpr size_t kFull = 12, kWindowed = 36, kWindow = 128;

// K-EXAONE's layers, narrow.
ModelConfig Narrow() {
  ModelConfig config = NarrowHybrid(kFull + kWindowed, kWindow);
  config.context_tokens_max = 4'096;
  return config;
}

class PrefixMemory : public testing::Test {
 protected:
  void SetUp() override {
    weights_ = *MadeWeights::Make(config_, /*apart=*/true, /*seed=*/1);
    model_ = *Transformer::FromWeights(config_, WeightFiles::Of(weights_.tensors()),
                                       CpuDevice(*FindKernels("")), Precision::kStored);
  }

  std::unique_ptr<Scheduler> Start(size_t budget, size_t prefixes) {
    EngineOptions options;
    options.threads = team_.size();
    options.pass_tokens_max = 512;
    options.sequences_max = 2;
    options.drafts = "off";
    options.prefix_bytes_max = prefixes;
    auto made = std::make_unique<Scheduler>(*model_, *FindKernels(""), team_, config_.vocabulary,
                                            std::span<const int32_t>(), options);
    EXPECT_TRUE(made->Reserve().ok());
    made->Start(budget, 0);
    return made;
  }

  const ModelConfig config_ = Narrow();
  const KvLayout layout_{config_};
  ThreadTeam team_{2};
  MadeWeights weights_;
  std::unique_ptr<Transformer> model_;
};

TEST_F(PrefixMemory, ARequestNeedsNoMoreThanTheFormula) {
  constexpr size_t kPrompt = 3'600, kTokens = 4'096;
  const size_t row = KeptBytes(Dtype::kF32, 16) * 2;  // keys and values of a token in a layer
  const size_t formula = (kTokens * kFull + (kWindow - 1) * kWindowed) * row;
  const size_t budget = formula + formula / 100;
  const auto scheduler = Start(budget, budget);
  const auto first = Ask(*scheduler, SeededPrompt(kPrompt, 0, 1), kTokens - kPrompt);
  ASSERT_TRUE(first.ok()) << first.status();
  const auto again = Ask(*scheduler, SeededPrompt(kPrompt, 0, 1), kTokens - kPrompt);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->tokens, first->tokens);
  EXPECT_LE(scheduler->Figures().memory_bytes_most, budget);
}

// Both go on from the same windows, and would replace all of them in their first pass.
TEST_F(PrefixMemory, TwoThatShareAPrefixRunTogetherWhereTwoFit) {
  constexpr size_t kShared = 128, kPrompt = 256, kAnswer = 8;
  const size_t budget = 2 * layout_.BytesFor(kPrompt + kAnswer);
  std::vector<std::vector<int32_t>> alone, together(2);
  {
    const auto plain = Start(budget, 0);
    for (uint64_t i = 0; i < 2; ++i)
      alone.push_back(Ask(*plain, SeededPrompt(kPrompt, kShared, i + 1), kAnswer)->tokens);
  }
  const auto scheduler = Start(budget, budget);
  ASSERT_TRUE(Ask(*scheduler, SeededPrompt(kShared + 2, kShared, 3), 1).ok());
  std::vector<std::thread> callers;
  callers.emplace_back([&] {  // leaves no room for another until both have come
    const auto both = [&] {
      absl::SleepFor(absl::Milliseconds(1));
      return scheduler->Figures().waiting >= 2;
    };
    EXPECT_EQ(Ask(*scheduler, {1, 2, 3}, 500, both).status().code(), absl::StatusCode::kCancelled);
  });
  while (scheduler->Figures().running == 0) std::this_thread::yield();
  std::atomic<bool> met{false};
  for (uint64_t i = 0; i < 2; ++i) {
    callers.emplace_back([&, i] {
      const auto look = [&] {
        if (scheduler->Figures().running == 2) met = true;
        return false;
      };
      const auto result = Ask(*scheduler, SeededPrompt(kPrompt, kShared, i + 1), kAnswer, look);
      ASSERT_TRUE(result.ok()) << result.status();
      EXPECT_EQ(result->cached_tokens, kShared);
      together[i] = result->tokens;
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_TRUE(met);
  EXPECT_EQ(together, alone);
  EXPECT_LE(scheduler->Figures().memory_bytes_most, budget);
}

}  // namespace
}  // namespace model_core
