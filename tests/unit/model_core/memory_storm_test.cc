// Requests of every kind at once, with images and with drafts: what is promised and what is held
// stays within the budget, real memory too, and nothing is left behind.
#include <gmock/gmock.h>

#include "model_core/engine.h"
#include "model_core/engine/counter_random.h"
#include "tests/unit/model_core/engine_watch.h"
#include "tests/unit/model_core/vision_data.h"

namespace model_core {
namespace {

using testing::HasSubstr;

class MemoryStorm : public testing::Test {
 protected:
  // Callers that each ask `requests` times, as `make` says, with cancellations and deadlines.
  template <typename Make>
  void Run(Engine& engine, uint64_t callers, uint64_t requests, const Make& make) {
    std::vector<std::thread> threads;
    for (uint64_t caller = 0; caller < callers; ++caller) {
      threads.emplace_back([&, caller] {
        for (uint64_t n = 0; n < requests; ++n) Ask(engine, make(caller, n), caller, n);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  void Ask(Engine& engine, GenerateRequest request, uint64_t caller, uint64_t n) {
    int polls = static_cast<int>(40 * CounterUniform(caller, 8 * n));
    if (CounterUniform(caller, 8 * n + 1) < 0.4) request.cancelled = [&] { return --polls < 0; };
    if (n % 9 == 8) request.deadline = absl::Now() + absl::Milliseconds(3);
    if (n % 2 == 0) request.on_part = [](const GeneratedPart&) {};
    request.tenant = base::StrCat(caller % 3);
    const absl::StatusCode code = engine.Generate(request).status().code();
    switch (code) {
      case absl::StatusCode::kOk:
        ++whole_;
        break;
      case absl::StatusCode::kResourceExhausted:
        ++refused_;
        break;
      case absl::StatusCode::kCancelled:
      case absl::StatusCode::kDeadlineExceeded:
        ++ended_;
        break;
      default:
        ADD_FAILURE() << static_cast<int>(code);
    }
  }

  void ExpectNothingLeft(const Engine& engine) {
    const EngineFigures figures = engine.Figures();
    EXPECT_EQ(figures.running + figures.waiting, 0U);
    EXPECT_EQ(figures.memory_bytes_promised, 0U);
    EXPECT_EQ(figures.memory_bytes_used, figures.memory_bytes_cached);
    EXPECT_LE(figures.memory_bytes_most, figures.memory_bytes_max);
  }

  std::atomic<int> whole_{0}, refused_{0}, ended_{0};
};

std::vector<int32_t> Text(uint64_t caller, uint64_t n, double most) {
  const double share = CounterUniform(caller, 8 * n + 2);
  return std::vector<int32_t>(1 + static_cast<size_t>(most * share),
                              static_cast<int32_t>(7 + n % 5));
}

TEST_F(MemoryStorm, WithDraftsStaysWithinTheBudgetAndLeavesNothing) {
  EngineOptions options;
  options.threads = 1;
  options.drafts = "always";
  options.memory_bytes_max = 400'000;
  options.prefix_bytes_max = 150'000;
  const auto engine = *MakeEngine(GoldenDirectory("k_exaone"), options);
  Watch watch(*engine);
  Run(*engine, 10, 40, [](uint64_t caller, uint64_t n) {
    GenerateRequest request;
    request.prompt = Text(caller, n, 300);
    request.tokens_max = n % 13 == 12 ? 3'000 : 20;  // of which some never fit
    request.past_end = true;
    return request;
  });
  watch.Stop();
  EXPECT_GT(whole_, 100);
  EXPECT_GT(ended_, 50);
  EXPECT_EQ(refused_, 30);
  EXPECT_GT(watch.promised_most, 200'000U);
  EXPECT_GT(engine->Figures().accepted_tokens + engine->Figures().drafted_tokens, 100U);
  ExpectNothingLeft(*engine);
}

// A row of the golden model takes 192 bytes, a page 6,144.
TEST_F(MemoryStorm, WithImagesStaysWithinTheBudgetAndLeavesNothing) {
  EngineOptions options;
  options.threads = 1;
  options.prefix_bytes_max = 100'000;
  options.memory_bytes_max = 700'000;
  const auto engine = *MakeEngine(VisionFolder(), options);
  const Golden golden("hyperclova_x_vision");
  const int32_t image_token = 317;
  std::vector<std::string> files;
  for (const char* name : {"photo.jpg", "turned_2.jpg", "turned_4.jpg", "clear.png"})
    files.push_back(ReadFile(GoldenDirectory("vision_images") + "/" + name));
  Watch watch(*engine);
  Run(*engine, 8, 30, [&](uint64_t caller, uint64_t n) {
    GenerateRequest request;
    std::vector<int32_t> prompt = Text(caller, n, 60);
    for (uint64_t i = 0; i < (caller + n) % 4; ++i) {
      request.images.push_back(files[(caller + n + i) % files.size()]);
      prompt.push_back(image_token);
      prompt.push_back(5);
    }
    request.prompt = *engine->PlaceImages(prompt, request.images);
    request.tokens_max = n % 13 == 12 ? 3'000 : 8;
    request.past_end = true;
    return request;
  });
  watch.Stop();
  EXPECT_GT(whole_, 60);
  EXPECT_GT(ended_, 20);
  EXPECT_EQ(refused_, 16);
  ExpectNothingLeft(*engine);
}

TEST_F(MemoryStorm, RowsOfImagesAreChargedAndRefusedWithTheFigure) {
  const std::string file = ReadFile(GoldenDirectory("vision_images") + "/photo.jpg");
  GenerateRequest request;
  request.images.assign(16, file);
  EngineOptions options;
  options.prefix_bytes_max = 0;
  const auto roomy = *MakeEngine(VisionFolder(), options);
  request.prompt = *roomy->PlaceImages(std::vector<int32_t>(16, 317), request.images);
  request.tokens_max = 1;
  ASSERT_TRUE(roomy->Generate(request).ok());
  const size_t most = roomy->Figures().memory_bytes_most;
  GenerateRequest text = request;  // as long, without images
  text.images.clear();
  text.prompt.assign(request.prompt.size(), 5);
  const auto fresh = *MakeEngine(VisionFolder(), options);
  ASSERT_TRUE(fresh->Generate(text).ok());
  EXPECT_GE(most, fresh->Figures().memory_bytes_most + request.prompt.size() * 48 * sizeof(float));

  options.memory_bytes_max = most - 1;
  const auto tight = *MakeEngine(VisionFolder(), options);
  EXPECT_TRUE(tight->Generate(text).ok());
  const absl::Status refused = tight->Generate(request).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr(base::StrCat("(", request.prompt.size(), " of images) need ")));
  options.memory_bytes_max = most;
  EXPECT_TRUE((*MakeEngine(VisionFolder(), options))->Generate(request).ok());
}

// Every request that runs fills its share with tokens; threads of callers and pieces that malloc
// keeps are what is left over.
TEST_F(MemoryStorm, RealMemoryStaysWithinTheBudgetAndWhatTheEngineTakesBesides) {
  if (kSanitized) GTEST_SKIP() << "sanitizers take memory of their own";
  constexpr size_t kLeftOver = size_t{6} << 20;
  EngineOptions options;
  options.threads = 1;
  options.memory_bytes_max = size_t{32} << 20;
  options.prefix_bytes_max = size_t{16} << 20;
  const auto engine = *MakeEngine(GoldenDirectory("hyperclova_x"), options);
  const size_t before = Resident();
  Watch watch(*engine);
  Run(*engine, 12, 2, [](uint64_t caller, uint64_t n) {
    GenerateRequest request;
    request.prompt.assign(3'800, static_cast<int32_t>(3 + caller + 12 * n));
    request.tokens_max = 100;
    request.past_end = true;
    return request;
  });
  watch.Stop();
  const EngineFigures figures = engine->Figures();
  EXPECT_LE(watch.resident_most,
            before + figures.memory_bytes_max + figures.besides_bytes_max + kLeftOver);
  EXPECT_GE(watch.resident_most, before + figures.memory_bytes_most / 2);
  RecordProperty("resident_bytes", static_cast<int64_t>(watch.resident_most - before));
  RecordProperty("held_bytes", static_cast<int64_t>(figures.memory_bytes_most));
  ExpectNothingLeft(*engine);
}

}  // namespace
}  // namespace model_core
