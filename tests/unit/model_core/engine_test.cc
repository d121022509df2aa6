#include "model_core/engine.h"

#include <gmock/gmock.h>

#include <atomic>
#include <set>
#include <thread>

#include "model_core/grammar.h"
#include "model_core/kernels/kernels.h"
#include "tests/unit/model_core/golden.h"

namespace model_core {
namespace {

using testing::ElementsAreArray;
using testing::HasSubstr;
using Finish = GenerateResult::Finish;

std::unique_ptr<LanguageModel> Make(std::string_view family, EngineOptions options = {}) {
  auto engine = MakeEngine(GoldenDirectory(family), options);
  EXPECT_TRUE(engine.ok()) << engine.status();
  return *std::move(engine);
}

// Offers the tokens of `choices` at each place, one place after the other; a place with one token
// is not in the forced list unless `forces` says so.
class Script : public TokenConstraint {
 public:
  explicit Script(std::vector<std::set<int32_t>> choices, bool forces = true)
      : choices_(std::move(choices)), forces_(forces) {}

  std::span<const int32_t> ForcedTokens() override {
    forced_.clear();
    for (size_t i = at_; forces_ && i < choices_.size() && choices_[i].size() == 1; ++i) {
      forced_.push_back(*choices_[i].begin());
    }
    return forced_;
  }
  absl::Status ComputeMask(std::span<uint32_t> mask) override {
    std::fill(mask.begin(), mask.end(), 0);
    for (int32_t token : choices_[at_]) mask[static_cast<size_t>(token) / 32] |= 1U << (token % 32);
    ++masks;
    return absl::OkStatus();
  }
  absl::Status Accept(int32_t token) override {
    if (at_ < choices_.size() && choices_[at_++].contains(token)) return absl::OkStatus();
    return absl::InvalidArgumentError("not in the script");
  }
  bool Done() override { return at_ == choices_.size(); }

  int masks = 0;

 private:
  const std::vector<std::set<int32_t>> choices_;
  const bool forces_;
  size_t at_ = 0;
  std::vector<int32_t> forced_;
};

TEST(Engine, ContinuesPromptsAsTheReferenceForAnyThreadsAndKernels) {
  const Golden golden("k_exaone");
  for (size_t threads : {1, 2, 3, 5}) {
    for (const char* kernels : {"", "scalar", "avx2", "avx512"}) {
      if (FindKernels(kernels) == nullptr) continue;  // this CPU lacks it
      EngineOptions options;
      options.threads = threads;
      options.team_work_min = 0;
      options.kernels = kernels;
      const auto engine = Make("k_exaone", options);
      for (const char* prompt : {"p0", "p1", "p2"}) {
        GenerateRequest request;
        request.prompt = golden.Ids(std::string(prompt) + ".input_ids");
        request.tokens_max = 24;
        const auto result = engine->Generate(request);
        ASSERT_TRUE(result.ok()) << result.status();
        EXPECT_THAT(result->tokens, ElementsAreArray(golden.Ids(std::string(prompt) + ".greedy")))
            << threads << kernels;
        EXPECT_EQ(result->finish, Finish::kLength);
        EXPECT_EQ(result->forced_tokens, 0U);
      }
    }
  }
}

// The golden models are so small that one thread does their passes; the shipped planner's prompts
// are worth several.
TEST(Engine, ThreadsShareThePassesOfAWiderModelAndChangeNoToken) {
  GenerateRequest request;
  for (int32_t i = 0; i < 150; ++i) request.prompt.push_back(7 + i * 37 % 5'000);
  request.tokens_max = 12;
  std::vector<int32_t> wanted;
  for (size_t threads : {1, 2, 3, 5}) {
    EngineOptions options;
    options.threads = threads;
    options.team_work_min = 0;
    const auto engine = MakeEngine(MARU_SOURCE_DIR "/deploy/models/planner", options);
    ASSERT_TRUE(engine.ok()) << engine.status();
    const auto result = (*engine)->Generate(request);
    ASSERT_TRUE(result.ok()) << result.status();
    if (wanted.empty()) wanted = result->tokens;
    EXPECT_THAT(result->tokens, ElementsAreArray(wanted)) << threads;
  }
}

TEST(Engine, ForcedTokensGiveTheSameContinuationAsSampledOnes) {
  const Golden golden("k_exaone");
  const std::vector<int32_t> greedy = golden.Ids("p1.greedy");
  std::set<int32_t> all;
  for (int32_t token = 0; token < 336; ++token) all.insert(token);
  for (bool forces : {true, false}) {  // without the list, a mask of one bit is as good as forced
    std::vector<std::set<int32_t>> places;
    for (size_t i = 0; i < 24; ++i)
      places.push_back(i % 5 == 4 ? all : std::set<int32_t>{greedy[i]});
    Script script(places, forces);
    GenerateRequest request;
    request.prompt = golden.Ids("p1.input_ids");
    request.constraint = &script;
    const auto engine = Make("k_exaone");
    const auto result = engine->Generate(request);
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_THAT(result->tokens, ElementsAreArray(greedy));
    EXPECT_EQ(result->forced_tokens, 20U);
    EXPECT_EQ(result->finish, Finish::kStop);
    if (forces) {
      EXPECT_EQ(script.masks, 4);
    }
  }
}

// What the engine says of its choices: one for each place that was not forced, and the other way,
// taken, is what an engine gets that is given it.
TEST(Engine, TellsOfEachChoiceWhatElseThereWas) {
  const Golden golden("k_exaone");
  const std::vector<int32_t> greedy = golden.Ids("p1.greedy");
  std::set<int32_t> all;
  for (int32_t token = 0; token < 336; ++token) all.insert(token);
  std::vector<std::set<int32_t>> places;
  for (size_t i = 0; i < 24; ++i) places.push_back(i % 5 == 4 ? all : std::set<int32_t>{greedy[i]});
  std::vector<TokenChoice> first;
  for (size_t threads : {1, 2}) {
    Script script(places, /*forces=*/true);
    GenerateRequest request;
    request.prompt = golden.Ids("p1.input_ids");
    request.constraint = &script;
    request.wants_choices = true;
    EngineOptions options;
    options.threads = threads;
    options.team_work_min = 0;
    const auto engine = Make("k_exaone", options);
    const auto result = engine->Generate(request);
    ASSERT_TRUE(result.ok()) << result.status();
    ASSERT_EQ(result->choices.size(), 4U);
    for (size_t i = 0; i < 4; ++i) {
      const TokenChoice& choice = result->choices[i];
      EXPECT_EQ(choice.index, static_cast<int32_t>(5 * i + 4));
      EXPECT_NE(choice.other, greedy[5 * i + 4]);
      EXPECT_GT(choice.other_share, 0);
      EXPECT_GE(choice.share, choice.other_share);
      EXPECT_LE(choice.share + choice.other_share, 1.000001F);
      if (threads == 1) continue;
      EXPECT_EQ(choice.share, first[i].share) << "bit for bit";
      EXPECT_EQ(choice.other, first[i].other);
    }
    first = result->choices;
    request.wants_choices = false;
    Script again(places, /*forces=*/true);
    request.constraint = &again;
    EXPECT_TRUE(engine->Generate(request)->choices.empty());
  }
}

TEST(Engine, TheMaskDecidesWhatMayBeChosen) {
  const Golden golden("k_exaone");
  Script script({{5, 6}, {7, 200, 300}, {9, 335}});
  GenerateRequest request;
  request.prompt = golden.Ids("p0.input_ids");
  request.constraint = &script;
  const auto result = Make("k_exaone")->Generate(request);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->tokens.size(), 3U);
  EXPECT_TRUE(script.Done());
}

TEST(Engine, StopsAtAStopTokenWithoutIt) {
  const Golden golden("k_exaone");
  const std::vector<int32_t> greedy = golden.Ids("p2.greedy");
  GenerateRequest request;
  request.prompt = golden.Ids("p2.input_ids");
  request.stop_tokens = {greedy[6]};
  const size_t first =
      static_cast<size_t>(std::find(greedy.begin(), greedy.end(), greedy[6]) - greedy.begin());
  const auto result = Make("k_exaone")->Generate(request);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(result->tokens,
              ElementsAreArray(greedy.begin(), greedy.begin() + static_cast<long>(first)));
  EXPECT_EQ(result->finish, Finish::kStop);
}

TEST(Engine, DecodesUnderARealGrammar) {
  const auto tokenizer = *Tokenizer::Load(GoldenDirectory("k_exaone") + "/tokenizer.json");
  const int32_t eos = tokenizer->TokenId("<|endofturn|>");
  const auto factory = *GrammarFactory::Make(*tokenizer, eos, {"<|endofturn|>"});
  const auto constraint = *factory->Make(
      GrammarFactory::Kind::kLark,
      "start: \"{\\\"verdict\\\":\\\"\" (\"plan\" | \"ask\" | \"refuse\") \"\\\"}\"");
  GenerateRequest request;
  request.prompt = *tokenizer->Encode("안녕");
  request.constraint = constraint.get();
  request.stop_tokens = {eos};
  const auto result = Make("k_exaone")->Generate(request);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(*tokenizer->Bytes(result->tokens),
              testing::MatchesRegex("\\{\"verdict\":\"(plan|ask|refuse)\"\\}"));
  EXPECT_EQ(result->finish, Finish::kStop);
  EXPECT_GT(result->forced_tokens, 0U);
}

TEST(Engine, RefusesBadPromptsWithTheFigure) {
  const auto engine = Make("k_exaone");
  GenerateRequest request;
  EXPECT_EQ(engine->Generate(request).status().code(), absl::StatusCode::kInvalidArgument);
  request.prompt = {1, 336};
  EXPECT_THAT(std::string(engine->Generate(request).status().message()), HasSubstr("token 336"));
  request.prompt = {-1};
  EXPECT_FALSE(engine->Generate(request).ok());
  request.prompt.assign(engine->context_tokens_max() + 1, 1);
  EXPECT_THAT(std::string(engine->Generate(request).status().message()),
              HasSubstr("4097 tokens, the context holds 4096"));
}

TEST(Engine, StopsAtTheEndOfTheContext) {
  const auto engine = Make("hyperclova_x");
  GenerateRequest request;
  request.prompt.assign(engine->context_tokens_max() - 3, 1);
  request.tokens_max = 100;
  const auto result = engine->Generate(request);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->tokens.size(), 3U);
  EXPECT_EQ(result->finish, Finish::kLength);
}

TEST(Engine, RefusesARequestWhoseCacheDoesNotFit) {
  EngineOptions options;
  options.memory_bytes_max = 100'000;
  const auto engine = Make("k_exaone", options);
  GenerateRequest request;
  request.prompt = {1};
  request.tokens_max = 2000;
  const absl::Status status = engine->Generate(request).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(base::Reason(status), "ENGINE_NO_ROOM");
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("2001 tokens need 528 KiB of memory, budget 97.6 KiB"));
}

TEST(Engine, EndsWithinATokenWhenCancelledOrLate) {
  const auto engine = Make("k_exaone");
  GenerateRequest request;
  request.prompt = {1, 2, 3};
  request.tokens_max = 1000;
  int polls = 0;
  request.cancelled = [&polls] { return ++polls > 10; };
  EXPECT_EQ(engine->Generate(request).status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(polls, 11);
  request.cancelled = nullptr;
  request.deadline = absl::InfinitePast();
  EXPECT_EQ(engine->Generate(request).status().code(), absl::StatusCode::kDeadlineExceeded);
}

// While a prompt is read as well: no pass begins after the word to stop.
TEST(Engine, EndsWithinAPassWhileItReadsAPrompt) {
  EngineOptions options;
  options.sequences_max = 1;  // a pass has room for a token of each, and its draft
  options.pass_tokens_max = 16;
  const auto engine = *MakeEngine(GoldenDirectory("k_exaone"), options);
  GenerateRequest request;
  request.prompt.assign(2'000, 5);
  int polls = 0;
  request.cancelled = [&polls] { return ++polls > 7; };
  EXPECT_EQ(engine->Generate(request).status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(polls, 8);
  EXPECT_LE(engine->Figures().passes, 7U);
  EXPECT_LE(engine->Figures().computed_tokens, 7U * 16);
  EXPECT_GE(engine->Figures().computed_tokens, 5U * 16);
  EXPECT_EQ(engine->Figures().memory_bytes_used, engine->Figures().memory_bytes_cached);
}

TEST(Engine, ManyCallersGetTheTokensThatOneWouldGet) {
  const Golden golden("solar_open");
  EngineOptions options;
  options.threads = 2;
  options.team_work_min = 0;
  const auto engine = Make("solar_open", options);
  std::atomic<int> equal{0};
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 6; ++caller) {
    callers.emplace_back([&, caller] {
      const std::string prompt = base::StrCat("p", caller % 3);
      GenerateRequest request;
      request.prompt = golden.Ids(prompt + ".input_ids");
      request.tokens_max = 24;
      const auto result = engine->Generate(request);
      if (result.ok() && result->tokens == golden.Ids(prompt + ".greedy")) ++equal;
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(equal, 6);
}

TEST(Engine, IsNamedByFamilyFolderAndContent) {
  const auto engine = Make("ax_k1");
  EXPECT_EQ(engine->id(), "axk1/ax_k1");
  EXPECT_EQ(engine->weights_sha256().size(), 64U);
  EXPECT_EQ(engine->weights_sha256(), Make("ax_k1")->weights_sha256());
  EXPECT_NE(engine->weights_sha256(), Make("ax_k1_nobias")->weights_sha256());
  EXPECT_EQ(engine->vocabulary_size(), 400U);
}

TEST(Engine, RefusesKernelsThatAreUnknown) {
  EngineOptions options;
  options.kernels = "neon";
  EXPECT_THAT(std::string(MakeEngine(GoldenDirectory("k_exaone"), options).status().message()),
              HasSubstr("'neon'"));
}

}  // namespace
}  // namespace model_core
