// Memory of the engine: none is taken while tokens are decoded, by whatever thread and language,
// and none is left behind by requests. Only a grammar, which none of these requests has, takes some
// for its own state.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <tuple>

#include "model_core/engine.h"
#include "model_core/thinking.h"
#include "tests/unit/model_core/golden.h"
#include "tests/unit/model_core/model_folder.h"
#include "tests/unit/model_core/resident.h"
#include "tests/unit/model_core/seen_malloc.h"

namespace {
std::atomic<size_t> allocations{0};
std::atomic<int64_t> alive{0}, alive_bytes{0};
}  // namespace

void SeenMalloc(size_t size) {
  ++allocations;
  ++alive;
  alive_bytes += static_cast<int64_t>(size);
}
void SeenFree(size_t size) {
  --alive;
  alive_bytes -= static_cast<int64_t>(size);
}

namespace model_core {
namespace {

class Allocation : public testing::Test {
 protected:
  void SetUp() override {
    if (!kSeesMalloc) GTEST_SKIP() << "sanitizers have a malloc of their own";
  }
};

TEST_F(Allocation, IsCountedOnEveryThreadAndInEveryLanguage) {
  const auto counts = [](auto&& take) {
    size_t taken = 0;
    std::thread([&] {
      const size_t before = allocations;
      take();
      taken = allocations - before;
    }).join();
    return taken > 0;
  };
  // Volatile, so that no compiler leaves it out.
  EXPECT_TRUE(counts([] {
    int* volatile made = new int(1);
    delete made;
  }));
  EXPECT_TRUE(counts([] {
    char* volatile made = strdup("by the C library");
    std::free(made);
  }));
}

// The engine's thread polls `cancelled` once a pass: there its allocations are read.
TEST_F(Allocation, DecodingTakesNoMemory) {
  const std::tuple<const char*, const char*, const char*> kinds[] = {
      {"k_exaone", "", ""},     {"ax_k1", "", ""},       {"hyperclova_x", "", ""},
      {"vaetki", "", ""},       {"solar_open", "", ""},  {"k_exaone", "q8", "f16"},
      {"k_exaone", "q4", "q8"}, {"vaetki", "q4", "f16"}, {"hyperclova_x", "q8", "q8"}};
  for (const auto& [family, weights, kv] : kinds) {
    EngineOptions options;
    options.threads = 2;
    options.team_work_min = 0;  // each pass by both
    options.drafts = family == std::string_view("k_exaone") ? "always" : "off";
    options.weights = weights;
    options.kv = kv;
    const ModelFolder folder(family);  // packed weights are kept beside it
    const auto engine = *MakeEngine(folder.path(), options);
    std::vector<size_t> readings;
    readings.reserve(1'000);
    GenerateRequest request;
    request.prompt.assign(50, 7);
    request.tokens_max = 300;
    request.past_end = true;
    request.sampling.temperature = 0.8F;
    request.sampling.top_p = 0.9F;
    request.sampling.presence_penalty = 0.5F;
    request.wants_text = true;
    request.stop_strings = {"never said"};
    request.cancelled = [&readings] {
      readings.push_back(allocations);
      return false;
    };
    ASSERT_TRUE(engine->Generate(request).ok());
    ASSERT_GE(readings.size(), 250U);  // a draft that holds saves a pass
    EXPECT_EQ(readings[readings.size() - 20] - readings[10], 0U) << family << weights << kv;
  }
}

// Reasoning is counted token by token and its end is forced, while the engine decodes.
TEST_F(Allocation, AForcedEndOfReasoningTakesNoMemory) {
  const auto engine = *MakeEngine(GoldenDirectory("k_exaone"));
  const auto tokenizer = *Tokenizer::Load(GoldenDirectory("k_exaone") + "/tokenizer.json");
  const ChatFormat& format = **FindChatFormat("exaone_moe");
  const Thinking thinking{.on = true, .tokens_max = 60};
  const auto constraint = *MakeThinkingConstraint(*tokenizer, format, thinking,
                                                  /*reasoning_open=*/true, /*answer=*/nullptr);
  std::vector<size_t> readings;
  readings.reserve(1'000);
  GenerateRequest request;
  request.prompt.assign(50, 7);
  request.tokens_max = 150;
  request.past_end = true;
  request.constraint = constraint.get();
  request.cancelled = [&readings] {
    readings.push_back(allocations);
    return false;
  };
  const auto result = engine->Generate(request);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_GT(result->forced_tokens, 0U);
  ASSERT_GE(readings.size(), 100U);
  EXPECT_EQ(readings[readings.size() - 20] - readings[10], 0U);
}

// By pieces and bytes that are alive, of all threads, and by what the system sees.
TEST_F(Allocation, TenThousandRequestsLeaveNothingBehind) {
  struct Reading {
    int64_t pieces, bytes, resident;
  };
  EngineOptions options;
  options.threads = 1;
  options.prefix_bytes_max = 50'000;
  const auto engine = *MakeEngine(GoldenDirectory("k_exaone"), options);
  std::vector<Reading> readings;
  readings.reserve(20);
  for (int i = 0; i < 10'000; ++i) {
    GenerateRequest request;
    request.prompt = {1 + i % 300, 2 + i / 300, 3};
    if (i % 50 == 0) request.prompt.resize(70, 9);
    request.tokens_max = 2;
    request.tenant = std::string(1, static_cast<char>('a' + i % 20));
    ASSERT_TRUE(engine->Generate(request).ok());
    if (i % 1'000 != 999) continue;
    readings.push_back({alive, alive_bytes, static_cast<int64_t>(Resident())});
  }
  // What a prefix takes differs a little with where prompts part; malloc keeps some pieces.
  const Reading &first = readings[1], &last = readings.back();
  EXPECT_NEAR(static_cast<double>(last.pieces), static_cast<double>(first.pieces), 50);
  EXPECT_NEAR(static_cast<double>(last.bytes), static_cast<double>(first.bytes), 50'000);
  EXPECT_LE(last.resident, first.resident + (int64_t{1} << 20));
  EXPECT_LE(engine->Figures().memory_bytes_cached, 50'000U);
}

}  // namespace
}  // namespace model_core
