// A device that gives fewer pages than it said, however many: what is promised is kept. Prefixes
// make way, also while a request decodes, and its tokens are those of a device with plenty.
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

using testing::HasSubstr;

// The host's, up to a limit. Counts how often it is asked.
class ShortMemory : public Memory {
 public:
  bool is_host() const override { return true; }
  size_t available() const override { return HostMemory().available(); }
  uint8_t* Take(size_t bytes) override {
    ++asked_;
    if (bytes > left_) return nullptr;
    left_ -= bytes;
    return HostMemory().Take(bytes);
  }
  void Give(uint8_t* taken, size_t bytes) override { HostMemory().Give(taken, bytes); }
  void Upload(void* to, const void* from, size_t bytes) override {
    HostMemory().Upload(to, from, bytes);
  }
  void Download(void* to, const void* from, size_t bytes) override {
    HostMemory().Download(to, from, bytes);
  }

  void Leave(size_t bytes) { left_ = bytes; }
  size_t asked() const { return asked_; }

 private:
  std::atomic<size_t> left_ = std::numeric_limits<size_t>::max(), asked_ = 0;
};

class ShortDevice : public Device {
 public:
  std::string name() const override { return "short"; }
  ShortMemory& memory() const override { return memory_; }
  const Operations& operations() const override { return cpu_.operations(); }
  std::unique_ptr<Scratch> MakeScratch(const ScratchSizes& sizes) const override {
    return cpu_.MakeScratch(sizes);
  }
  bool has_lanes() const override { return cpu_.has_lanes(); }

 private:
  const Device& cpu_ = CpuDevice(*FindKernels(""));
  mutable ShortMemory memory_;
};

// The second prompt parts from the first after kShared tokens, more than a window before its end:
// it is remembered at both places, and at each page of its answer.
constexpr size_t kWindow = 128, kFirst = 320, kShared = 288, kSecond = 485, kAnswer = 200;

class OnAShortDevice : public testing::Test {
 protected:
  void SetUp() override {
    weights_ = *MadeWeights::Make(config_, /*apart=*/true, /*seed=*/1);
    model_ = *Transformer::FromWeights(config_, WeightFiles::Of(weights_.tensors()), device_,
                                       Precision::kStored);
    Start(kPlenty);
    ASSERT_TRUE(AskFirst().ok());
    wanted_ = AskSecond(2)->tokens;
    other_ = AskSecond(3)->tokens;
  }

  // For so many pages in all, though the scheduler is told of plenty.
  void Start(size_t pages) {
    scheduler_.reset();
    device_.memory().Leave(std::numeric_limits<size_t>::max());
    EngineOptions options;
    options.threads = 1;
    options.pass_tokens_max = 512;
    options.sequences_max = 2;
    options.drafts = "off";
    options.prefix_bytes_max = kPlenty * layout_.page_bytes();
    scheduler_ = std::make_unique<Scheduler>(*model_, *FindKernels(""), team_, config_.vocabulary,
                                             std::span<const int32_t>(), options);
    ASSERT_TRUE(scheduler_->Reserve().ok());
    device_.memory().Leave(pages * layout_.page_bytes());
    scheduler_->Start(kPlenty * layout_.page_bytes(), 0);
  }

  absl::StatusOr<GenerateResult> AskFirst() {
    return Ask(*scheduler_, SeededPrompt(kFirst, kShared, 1), 1);
  }
  absl::StatusOr<GenerateResult> AskSecond(uint64_t seed,
                                           std::function<bool()> cancelled = nullptr) {
    return Ask(*scheduler_, SeededPrompt(kSecond, kShared, seed), kAnswer, std::move(cancelled));
  }

  static constexpr size_t kPlenty = 5'000;  // pages
  const ModelConfig config_ = [] {
    ModelConfig config = NarrowHybrid(/*layers=*/12, kWindow);
    config.context_tokens_max = 1'024;
    return config;
  }();
  const KvLayout layout_{config_};
  const ShortDevice device_;
  ThreadTeam team_{1};
  MadeWeights weights_;
  std::unique_ptr<Transformer> model_;
  std::unique_ptr<Scheduler> scheduler_;
  std::vector<int32_t> wanted_, other_;
};

TEST_F(OnAShortDevice, ARequestThatFitsIsServedAndOneThatDoesNotIsRefused) {
  const size_t needed = layout_.PagesFor(kSecond + kAnswer);
  size_t served = 0, refused = 0;
  for (size_t pages = 4 * KvPool::kSlabPages; pages < 4 * needed; pages += KvPool::kSlabPages) {
    Start(pages);
    (void)AskFirst();
    const auto second = AskSecond(2);
    if (pages < needed) {
      ++refused;
      EXPECT_EQ(second.status().code(), absl::StatusCode::kResourceExhausted) << pages;
      EXPECT_THAT(std::string(second.status().message()),
                  HasSubstr("request: 685 tokens need 468 KiB of memory, budget "));
      continue;
    }
    ++served;
    ASSERT_TRUE(second.ok()) << pages << ": " << second.status();
    EXPECT_EQ(second->tokens, wanted_) << pages;
    EXPECT_LE(scheduler_->Figures().memory_bytes_most, pages * layout_.page_bytes());
  }
  EXPECT_GT(refused, 2U);
  EXPECT_GT(served, 15U);
}

TEST_F(OnAShortDevice, TwoAtOnceAreServedOneAfterTheOtherIfNeedBe) {
  const size_t needed = layout_.PagesFor(kSecond + kAnswer);
  for (size_t pages = 8 * KvPool::kSlabPages; pages < 6 * needed; pages += 2 * KvPool::kSlabPages) {
    Start(pages);
    std::thread caller([&] {
      const auto other = AskSecond(3);
      ASSERT_TRUE(other.ok()) << pages << ": " << other.status();
      EXPECT_EQ(other->tokens, other_) << pages;
    });
    const auto second = AskSecond(2);
    caller.join();
    ASSERT_TRUE(second.ok()) << pages << ": " << second.status();
    EXPECT_EQ(second->tokens, wanted_) << pages;
  }
}

// Though prefixes come to hold rings of three places besides its own.
TEST_F(OnAShortDevice, DecodingTakesNoMemoryFromIt) {
  Start(kPlenty);
  ASSERT_TRUE(AskFirst().ok());
  const size_t cached = scheduler_->Figures().memory_bytes_used / layout_.page_bytes();
  size_t polls = 0, asked = 0;
  const auto look = [&] {
    if (++polls == 2) asked = device_.memory().asked();  // admitted, and its first pass done
    return false;
  };
  const auto second = AskSecond(2, look);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->tokens, wanted_);
  EXPECT_GT(polls, kAnswer);
  EXPECT_EQ(device_.memory().asked(), asked);
  EXPECT_GT(scheduler_->Figures().memory_bytes_most / layout_.page_bytes(),
            cached + layout_.PagesFor(kSecond + kAnswer) + layout_.ring_slots());
}

}  // namespace
}  // namespace model_core
