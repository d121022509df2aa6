// Many requests at once: order, room, cancellation, and nothing left behind.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "model_core/engine.h"
#include "model_core/engine/counter_random.h"
#include "model_core/engine/tenants.h"
#include "tests/unit/model_core/golden.h"

namespace model_core {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Permits everything.
class Anything : public TokenConstraint {
 public:
  std::span<const int32_t> ForcedTokens() override { return {}; }
  absl::Status ComputeMask(std::span<uint32_t> mask) override {
    std::fill(mask.begin(), mask.end(), ~uint32_t{0});
    return absl::OkStatus();
  }
  absl::Status Accept(int32_t) override { return absl::OkStatus(); }
  bool Done() override { return false; }
};

// Notes when its request is admitted.
class Note : public Anything {
 public:
  Note(std::vector<std::string>& order, std::string name) : order_(order), name_(std::move(name)) {}
  std::span<const int32_t> ForcedTokens() override {
    if (!name_.empty()) order_.push_back(std::exchange(name_, ""));
    return {};
  }

 private:
  std::vector<std::string>& order_;
  std::string name_;
};

std::unique_ptr<Engine> Make(EngineOptions options) {
  options.threads = 2;
  options.team_work_min = 0;  // each pass by both
  return *MakeEngine(GoldenDirectory("k_exaone"), options);
}

// Occupies `engine` until `waiting` requests wait behind it.
GenerateRequest Gate(const Engine& engine, size_t waiting) {
  GenerateRequest request;
  request.prompt = {1, 2, 3};
  request.tokens_max = 4'000;
  request.past_end = true;
  request.cancelled = [&engine, waiting] { return engine.Figures().waiting >= waiting; };
  return request;
}

TEST(Storm, TheTenantServedLeastComesNext) {
  EngineOptions options;
  options.sequences_max = 1;
  const auto engine = Make(options);
  std::vector<std::string> order;
  std::vector<std::thread> callers;
  callers.emplace_back([&] {
    EXPECT_EQ(engine->Generate(Gate(*engine, 6)).status().code(), absl::StatusCode::kCancelled);
  });
  while (engine->Figures().running == 0) std::this_thread::yield();
  size_t waiting = 0;
  for (const char* name : {"a1", "a2", "a3", "a4", "b1", "b2"}) {
    callers.emplace_back([&, name] {
      Note note(order, name);
      GenerateRequest request;
      request.prompt = {4, 5, 6};
      request.tokens_max = 3;
      request.tenant = std::string(name, 1);
      request.constraint = &note;
      EXPECT_TRUE(engine->Generate(request).ok());
    });
    for (++waiting; waiting < 6 && engine->Figures().waiting < waiting;) std::this_thread::yield();
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_THAT(order, ElementsAre("a1", "b1", "a2", "b2", "a3", "a4"));
}

TEST(Tenants, AreServedOnAfterTheyWereAwayAsLongAsOthersAreThere) {
  Tenants tenants;
  tenants.Enter("b").served += 40;
  EXPECT_EQ(tenants.Enter("a").served, 40U);  // level with who is there
  tenants.Enter("a").served += 4'000;
  tenants.Leave("a");
  tenants.Leave("a");
  Tenant& back = tenants.Enter("a");
  EXPECT_EQ(back.served, 4'040U);
  tenants.Leave("b");
  EXPECT_EQ(tenants.size(), 1U);  // "b" was behind: no credit is kept
  EXPECT_EQ(tenants.Enter("b").served, 4'040U);
  tenants.Leave("a");
  tenants.Leave("b");
  EXPECT_EQ(tenants.size(), 0U);
  EXPECT_EQ(tenants.Enter("a").served, 0U);
}

// One that asks long things one after the other, and one with many short ones waiting: both get as
// many tokens, not as many turns.
TEST(Storm, AskingOneAfterTheOtherGivesNoMoreThanAFairShare) {
  constexpr size_t kShort = 30, kShortTokens = 40, kLongTokens = 400;
  EngineOptions options;
  options.sequences_max = 1;
  options.prefix_bytes_max = 0;
  const auto engine = Make(options);
  const auto ask = [&](const char* tenant, size_t tokens) {
    GenerateRequest request;
    request.prompt.assign(tokens, 5);
    request.tokens_max = 1;
    request.past_end = true;
    request.tenant = tenant;
    EXPECT_TRUE(engine->Generate(request).ok());
  };
  std::atomic<size_t> done{0};
  size_t long_turns = 0;
  std::vector<std::thread> callers;
  callers.emplace_back([&] { (void)engine->Generate(Gate(*engine, kShort + 1)); });
  while (engine->Figures().running == 0) std::this_thread::yield();
  for (size_t i = 0; i < kShort; ++i) {
    callers.emplace_back([&] {
      ask("short", kShortTokens);
      ++done;
    });
  }
  callers.emplace_back([&] {
    for (; done < kShort; ++long_turns) ask("long", kLongTokens);
  });
  for (std::thread& caller : callers) caller.join();
  EXPECT_LE(long_turns * kLongTokens, kShort * kShortTokens + 2 * kLongTokens);
}

// Forces a long stretch once `other` has been admitted; until then each token is free.
class Stretch : public Anything {
 public:
  Stretch(const bool& other, size_t tokens) : other_(other), stretch_(tokens, 7) {}
  std::span<const int32_t> ForcedTokens() override {
    if (!other_ || forced_) return {};
    forced_ = true;
    return stretch_;
  }
  bool forced() const { return forced_; }

 private:
  const bool& other_;
  const std::vector<int32_t> stretch_;
  bool forced_ = false;
};

// Notes what the engine has computed when its request is admitted, and when it has its first token.
class Meter : public Anything {
 public:
  Meter(const Engine& engine, bool& admitted) : engine_(engine), admitted_(admitted) {}
  std::span<const int32_t> ForcedTokens() override {
    if (!std::exchange(admitted_, true)) from_ = engine_.Figures().computed_tokens;
    return {};
  }
  absl::Status Accept(int32_t) override {
    if (spent_ == 0) spent_ = engine_.Figures().computed_tokens - from_;
    return absl::OkStatus();
  }
  size_t spent() const { return spent_; }

 private:
  const Engine& engine_;
  bool& admitted_;
  size_t from_ = 0, spent_ = 0;
};

// Both constraints are asked by the engine's thread alone.
TEST(Storm, AForcedStretchTakesNoMoreThanItsShareBesideAPrompt) {
  constexpr size_t kPass = 16, kPrompt = 200, kStretch = 2'000;
  EngineOptions options;
  options.sequences_max = 2;
  options.pass_tokens_max = kPass;
  options.drafts = "off";
  options.prefix_bytes_max = 0;
  const auto engine = Make(options);
  bool admitted = false;
  Stretch stretch(admitted, kStretch);
  Meter meter(*engine, admitted);
  GenerateRequest forced, prompted;
  forced.prompt = {1, 2, 3};
  forced.tokens_max = 4'000;
  forced.tenant = "a";
  forced.past_end = true;
  forced.constraint = &stretch;
  std::atomic<bool> over{false};
  forced.cancelled = [&] {
    if (!admitted) absl::SleepFor(absl::Milliseconds(1));  // the other comes before it has ended
    return over.load();
  };
  std::thread caller([&] { (void)engine->Generate(forced); });
  while (engine->Figures().running == 0) std::this_thread::yield();
  prompted.prompt.assign(kPrompt, 5);
  prompted.tokens_max = 1;
  prompted.tenant = "b";
  prompted.past_end = true;
  prompted.constraint = &meter;
  EXPECT_TRUE(engine->Generate(prompted).ok());
  over = true;
  caller.join();
  EXPECT_TRUE(stretch.forced());
  EXPECT_GE(meter.spent(), kPrompt - kPass);  // the figures are those before the pass
  EXPECT_LE(meter.spent(), 2 * kPrompt + 4 * kPass);
}

TEST(Storm, WhatDoesNotFitNowWaitsAndWhatNeverFitsIsRefusedWithTheFigure) {
  GenerateRequest request;
  request.prompt.assign(200, 5);
  request.tokens_max = 20;
  EngineOptions options;
  options.memory_bytes_max = 300'000;
  options.prefix_bytes_max = 0;
  const auto engine = Make(options);
  std::atomic<int> done{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 24; ++i) {
    callers.emplace_back([&] {
      const auto result = engine->Generate(request);
      if (result.ok() && result->tokens.size() == 20) ++done;
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(done, 24);
  EXPECT_LE(engine->Figures().memory_bytes_most, 300'000U);
  EXPECT_GT(engine->Figures().memory_bytes_most, 150'000U);
  request.tokens_max = 3'000;
  const absl::Status refused = engine->Generate(request).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("3200 tokens need 824 KiB of memory, budget 292.9 KiB"));
  EXPECT_THAT(base::Message(refused, base::Language::kKorean), HasSubstr("한도 292.9 KiB"));
}

TEST(Storm, OfCancellationsLeavesTheOthersAsTheyAre) {
  const Golden golden("k_exaone");
  EngineOptions options;
  options.sequences_max = 8;
  options.memory_bytes_max = 600'000;  // for about five at a time
  options.prefix_bytes_max = 100'000;
  const auto engine = Make(options);
  std::atomic<int> right{0}, cancelled{0}, late{0}, wrong{0};
  const auto ask = [&](uint64_t caller, uint64_t n) {
    const std::string prompt = base::StrCat("p", (caller + n) % 3);
    GenerateRequest request;
    request.prompt = golden.Ids(prompt + ".input_ids");
    request.tokens_max = 24;
    request.tenant = base::StrCat(caller % 3);
    int polls = static_cast<int>(60 * CounterUniform(caller, 2 * n));
    if (CounterUniform(caller, 2 * n + 1) < 0.5) request.cancelled = [&] { return --polls < 0; };
    if (n % 7 == 0) request.deadline = absl::Now() + absl::Milliseconds(2);
    const auto result = engine->Generate(request);
    if (result.ok()) {
      ++(result->tokens == golden.Ids(prompt + ".greedy") ? right : wrong);
    } else if (result.status().code() == absl::StatusCode::kCancelled) {
      ++cancelled;
    } else {
      ++(result.status().code() == absl::StatusCode::kDeadlineExceeded ? late : wrong);
    }
  };
  std::vector<std::thread> callers;
  for (uint64_t caller = 0; caller < 12; ++caller) {
    callers.emplace_back([&, caller] {
      for (uint64_t n = 0; n < 40; ++n) ask(caller, n);
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(right + cancelled + late, 480);
  EXPECT_GT(right, 100);
  EXPECT_GT(cancelled, 30);
  const EngineFigures figures = engine->Figures();
  EXPECT_EQ(figures.running + figures.waiting, 0U);
  EXPECT_EQ(figures.memory_bytes_used, figures.memory_bytes_cached);
  EXPECT_LE(figures.memory_bytes_most, 600'000U);
}

}  // namespace
}  // namespace model_core
