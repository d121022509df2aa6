// Memory of the engine: none is taken while tokens are decoded, by whatever thread and language,
// and none is left behind by requests. Only a grammar, which none of these requests has, takes some
// for its own state.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>
#include <thread>
#include <tuple>

#include "model_core/engine.h"
#include "tests/unit/model_core/model_folder.h"
#include "tests/unit/model_core/seen_malloc.h"

namespace {
// By all threads. With sanitizers, which have a malloc of their own, only C++'s new is seen.
std::atomic<size_t> allocations{0};
std::atomic<int64_t> alive{0};  // made by new, not deleted

void* Allocate(size_t size, size_t alignment) {
  ++allocations;
  ++alive;
  void* memory =
      alignment <= alignof(std::max_align_t)
          ? std::malloc(size)
          : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) std::abort();
  return memory;
}
void Free(void* memory) {
  if (memory != nullptr) --alive;
  std::free(memory);
}
}  // namespace

void* operator new(size_t size) { return Allocate(size, 1); }
void* operator new[](size_t size) { return Allocate(size, 1); }
void* operator new(size_t size, std::align_val_t alignment) {
  return Allocate(size, static_cast<size_t>(alignment));
}
void* operator new[](size_t size, std::align_val_t alignment) {
  return Allocate(size, static_cast<size_t>(alignment));
}
void operator delete(void* memory) noexcept { Free(memory); }
void operator delete[](void* memory) noexcept { Free(memory); }
void operator delete(void* memory, size_t) noexcept { Free(memory); }
void operator delete[](void* memory, size_t) noexcept { Free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { Free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { Free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { Free(memory); }
void operator delete[](void* memory, size_t, std::align_val_t) noexcept { Free(memory); }

void SeenMalloc(size_t) { ++allocations; }

namespace model_core {
namespace {

TEST(Allocation, IsCountedOnEveryThreadAndInEveryLanguage) {
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
  EXPECT_EQ(counts([] {
              char* volatile made = strdup("by the C library");
              std::free(made);
            }),
            kSeesMalloc);
}

// The engine's thread polls `cancelled` once a pass: there its allocations are read.
TEST(Allocation, DecodingTakesNoMemory) {
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

TEST(Allocation, TenThousandRequestsLeaveNothingBehind) {
  EngineOptions options;
  options.threads = 1;
  options.prefix_bytes_max = 50'000;
  const auto engine = *MakeEngine(GoldenDirectory("k_exaone"), options);
  std::vector<int64_t> readings;
  readings.reserve(20);
  for (int i = 0; i < 10'000; ++i) {
    GenerateRequest request;
    request.prompt = {1 + i % 300, 2 + i / 300, 3};
    if (i % 50 == 0) request.prompt.resize(70, 9);
    request.tokens_max = 2;
    request.tenant = std::string(1, static_cast<char>('a' + i % 20));
    ASSERT_TRUE(engine->Generate(request).ok());
    if (i % 1'000 == 999) readings.push_back(alive);
  }
  // What a prefix takes differs a little with where prompts part.
  EXPECT_NEAR(static_cast<double>(readings.back()), static_cast<double>(readings[1]), 50);
  EXPECT_LE(engine->Figures().memory_bytes_cached, 50'000U);
}

}  // namespace
}  // namespace model_core
