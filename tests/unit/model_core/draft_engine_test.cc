// Drafts in the engine: the same tokens as without, whatever else a request asks for, and drafts
// only where they pay.
#include <gmock/gmock.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "model_core/engine.h"
#include "model_core/engine/draft_rule.h"
#include "model_core/grammar.h"
#include "tests/unit/model_core/golden.h"
#include "tests/unit/model_core/model_weights.h"

namespace model_core {
namespace {

using testing::ElementsAreArray;
using testing::HasSubstr;

// A family whose weights may carry a head: its tensors, and how a text ends.
struct Kind {
  const char* family;
  const char* layer;  // that serves as the head's, whose own is not there
  const char *join, *norm_embedding, *norm_hidden, *norm;
  const char* end;
};
constexpr Kind kKExaone = {"k_exaone",
                           nullptr,
                           "mtp.fc.weight",
                           "mtp.pre_fc_norm_embedding.weight",
                           "mtp.pre_fc_norm_hidden.weight",
                           "mtp.norm.weight",
                           "<|endofturn|>"};
constexpr Kind kAxK1 = {"ax_k1",
                        "model.layers.3.",
                        "model.layers.4.eh_proj.weight",
                        "model.layers.4.enorm.weight",
                        "model.layers.4.hnorm.weight",
                        "model.layers.4.shared_head.norm.weight",
                        "<|im_end|>"};

// A model with layers that add little, so that the next token mostly follows from the last one, and
// a draft head that knows nothing else: many drafts hold, and many do not.
class Drafted {
 public:
  explicit Drafted(const Kind& kind) : folder_(kind.family), golden_(kind.family) {
    ModelWeights weights(folder_);
    for (const char* last : {"o_proj.weight", "down_proj.weight", "post_mlp_layernorm.weight"})
      weights.Scale(last, kLittle);
    if (kind.layer != nullptr) weights.Copy(kind.layer, "model.layers.4.");
    const size_t hidden = weights.tensors.at("model.norm.weight").shape[0];
    std::vector<float> join(2 * hidden * hidden);
    for (size_t i = 0; i < hidden; ++i) join[i * 2 * hidden + i] = 1;
    weights.SetF32(kind.join, {hidden, 2 * hidden}, join);
    for (const char* norm : {kind.norm_embedding, kind.norm_hidden})
      weights.SetF32(norm, {hidden}, std::vector<float>(hidden, 1));
    weights.Copy("model.norm.weight", kind.norm);
    weights.WriteTo(folder_);
  }
  std::unique_ptr<Engine> Make(const std::string& drafts, EngineOptions options = {}) const {
    options.drafts = drafts;
    auto engine = MakeEngine(folder_.path(), options);
    EXPECT_TRUE(engine.ok()) << engine.status();
    return *std::move(engine);
  }
  GenerateRequest Request(const std::string& prompt, int tokens_max = 60) const {
    GenerateRequest request;
    request.prompt = golden_.Ids(prompt + ".input_ids");
    request.tokens_max = tokens_max;
    request.past_end = true;
    return request;
  }
  static GenerateResult Generate(Engine& engine, const GenerateRequest& request) {
    const auto result = engine.Generate(request);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *result : GenerateResult();
  }

  static constexpr float kLittle = 0.125F;
  const ModelFolder folder_;
  const Golden golden_;
};

class Drafts : public Drafted, public testing::Test {
 protected:
  Drafts() : Drafted(kKExaone) {}
};

class SameTokens : public Drafted, public testing::TestWithParam<Kind> {
 protected:
  SameTokens() : Drafted(GetParam()) {
    EngineOptions options;
    options.threads = 1;
    with_ = Make("always", options);
    without_ = Make("off", options);
  }
  // Both give the same; returns what came with drafts.
  GenerateResult Same(const GenerateRequest& request) {
    GenerateResult with = Generate(*with_, request);
    const GenerateResult without = Generate(*without_, request);
    EXPECT_THAT(with.tokens, ElementsAreArray(without.tokens));
    EXPECT_EQ(with.text, without.text);
    EXPECT_EQ(with.finish, without.finish);
    EXPECT_EQ(without.drafted_tokens, 0U);
    return with;
  }

  std::unique_ptr<Engine> with_, without_;
};

INSTANTIATE_TEST_SUITE_P(Families, SameTokens, testing::Values(kKExaone, kAxK1),
                         [](const auto& info) { return std::string(info.param.family); });

TEST_P(SameTokens, WhenThereIsNothingToDraw) {
  size_t drafted = 0, accepted = 0;
  for (const char* prompt : {"p0", "p1", "p2"}) {
    for (int tokens : {1, 2, 3, 60, 200}) {
      const GenerateResult result = Same(Request(prompt, tokens));
      EXPECT_EQ(result.tokens.size(), static_cast<size_t>(tokens));
      drafted += result.drafted_tokens;
      accepted += result.accepted_tokens;
    }
  }
  EXPECT_GT(accepted, drafted / 5) << drafted;
  EXPECT_LT(accepted, drafted * 19 / 20);
  const EngineFigures figures = with_->Figures();
  EXPECT_EQ(figures.drafted_tokens, drafted);
  EXPECT_EQ(figures.accepted_tokens, accepted);
  EXPECT_LT(figures.passes, without_->Figures().passes);
}

TEST_P(SameTokens, OnADeviceApart) {
  EngineOptions options;
  options.device = MARU_BINARY_DIR "/tests/device_apart.so";
  const auto apart = Make("always", options);
  for (const char* prompt : {"p0", "p1", "p2"}) {
    const GenerateResult there = Generate(*apart, Request(prompt)), here = Same(Request(prompt));
    EXPECT_THAT(there.tokens, ElementsAreArray(here.tokens));
    EXPECT_EQ(there.accepted_tokens, here.accepted_tokens);
  }
}

TEST_P(SameTokens, DrawnByASeed) {
  size_t accepted = 0;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    GenerateRequest request = Request(base::StrCat("p", seed % 3));
    request.sampling.temperature = 0.3F + 0.1F * static_cast<float>(seed % 10);
    request.sampling.top_p = seed % 2 == 0 ? 0.9F : 1;
    request.sampling.top_k = seed % 4 == 0 ? 20 : 0;
    request.sampling.repetition_penalty = seed % 3 == 0 ? 1.2F : 1;
    request.sampling.frequency_penalty = seed % 5 == 0 ? 0.3F : 0;
    request.sampling.seed = seed;
    accepted += Same(request).accepted_tokens;
  }
  EXPECT_GT(accepted, 50U);
}

// JSON of some size: choices, forced tokens, and an end that the grammar decides.
TEST_P(SameTokens, UnderAGrammar) {
  const auto tokenizer = *Tokenizer::Load(folder_.path() + "/tokenizer.json");
  const int32_t eos = tokenizer->TokenId(GetParam().end);
  const auto factory = *GrammarFactory::Make(*tokenizer, eos, {GetParam().end});
  size_t drafted = 0, accepted = 0;
  for (const char* grammar :
       {"start: (\"plan\" | \"ask\" | \"refuse\") \"!\"", "start: /[a-z ]{5,90}/",
        "start: (\"<\" /[a-f]{3,8}/ \"> is what it says.\\n\"){2,5}"}) {
    for (uint64_t seed = 0; seed < 8; ++seed) {
      GenerateRequest request = Request(base::StrCat("p", seed % 3), 120);
      request.stop_tokens = {eos};
      request.wants_text = true;
      request.sampling.temperature = seed % 4 == 0 ? 0 : 0.7F;
      request.sampling.seed = seed;
      const auto first = *factory->Make(GrammarFactory::Kind::kLark, grammar);
      request.constraint = first.get();
      const GenerateResult with = Generate(*with_, request);
      const auto second = *factory->Make(GrammarFactory::Kind::kLark, grammar);
      request.constraint = second.get();
      const GenerateResult without = Generate(*without_, request);
      EXPECT_THAT(with.tokens, ElementsAreArray(without.tokens)) << grammar;
      EXPECT_EQ(with.text, without.text);
      EXPECT_EQ(with.forced_tokens, without.forced_tokens);
      drafted += with.drafted_tokens;
      accepted += with.accepted_tokens;
    }
  }
  EXPECT_GT(accepted, drafted / 10) << drafted;
  EXPECT_LT(accepted, drafted);
}

TEST_P(SameTokens, UpToAStop) {
  const GenerateResult whole = Same(Request("p1", 60));
  for (size_t at = 1; at < whole.tokens.size(); at += 3) {
    GenerateRequest request = Request("p1", 60);
    request.stop_tokens = {whole.tokens[at]};
    EXPECT_LE(Same(request).tokens.size(), at);
  }
  GenerateRequest text = Request("p1", 60);
  text.wants_text = true;
  const std::string said = Same(text).text;
  for (size_t at = 0; at + 2 <= said.size(); at += 7) {
    text.stop_strings = {said.substr(at, 2)};
    Same(text);
  }
}

TEST_P(SameTokens, InPartsAsTheyCome) {
  GenerateRequest request = Request("p2", 100);
  std::vector<int32_t> tokens;
  request.on_part = [&](const GeneratedPart& part) {
    tokens.insert(tokens.end(), part.tokens.begin(), part.tokens.end());
  };
  const GenerateResult result = Generate(*with_, request);
  EXPECT_THAT(result.tokens, ElementsAreArray(tokens));
}

// What stays of answers and prompts serves the next, wherever drafts fell.
TEST_P(SameTokens, AfterPrefixesThatWereDrafted) {
  size_t cached = 0;
  for (size_t length = 20; length < 60; length += 3) {
    std::vector<int32_t> talk = golden_.Ids("p2.input_ids");
    talk.resize(length);
    for (int turn = 0; turn < 4; ++turn) {
      GenerateRequest request;
      request.prompt = talk;
      request.tokens_max = 35 + turn;
      const GenerateResult result = Same(request);
      cached += result.cached_tokens;
      talk.insert(talk.end(), result.tokens.begin(), result.tokens.end());
      talk.insert(talk.end(), {7, 8, 9});
    }
  }
  EXPECT_GT(cached, 2'000U);
}

TEST_F(Drafts, GiveTheSameTokensToManyAtATime) {
  EngineOptions options;
  options.memory_bytes_max = 1 << 20;  // prefixes have to go now and then
  options.sequences_max = 6;
  options.pass_tokens_max = 20;
  for (size_t threads : {1, 3}) {
    options.threads = threads;
    options.team_work_min = 0;
    const auto with = Make("always", options), without = Make("off", options);
    std::vector<GenerateRequest> requests;
    for (uint64_t i = 0; i < 16; ++i) {
      requests.push_back(Request(base::StrCat("p", i % 3), 30 + static_cast<int>(i)));
      requests.back().sampling.temperature = i % 3 == 0 ? 0 : 0.8F;
      requests.back().sampling.seed = i;
      requests.back().tenant.assign(1, i % 2 == 0 ? 'a' : 'b');
    }
    std::vector<std::vector<int32_t>> alone, together(requests.size());
    for (const GenerateRequest& request : requests)
      alone.push_back(Generate(*without, request).tokens);
    std::vector<std::thread> callers;
    for (size_t i = 0; i < requests.size(); ++i)
      callers.emplace_back([&, i] { together[i] = Generate(*with, requests[i]).tokens; });
    for (std::thread& caller : callers) caller.join();
    EXPECT_THAT(together, ElementsAreArray(alone));
    EXPECT_GT(with->Figures().accepted_tokens, 0U);
  }
}

TEST_F(Drafts, AreMadeWhereTheyPayUnlessSomeoneSaysOtherwise) {
  const auto where_they_pay = Make("");
  GenerateRequest request = Request("p1", 300);
  const GenerateResult result = Generate(*where_they_pay, request);
  EXPECT_GT(result.drafted_tokens, 0U);  // at first nobody knows
  EXPECT_THAT(result.tokens, ElementsAreArray(Generate(*Make("off"), request).tokens));
}

// Says a millisecond more each time, so that a pass takes one, and the head another.
class CountingClock : public base::Clock {
 public:
  absl::Time Now() override { return absl::FromUnixMillis(++now_); }

 private:
  std::atomic<int64_t> now_{0};
};

TEST_F(Drafts, EndWhereTheyCostMoreThanTheySave) {
  CountingClock clock;
  EngineOptions options;
  options.clock = &clock;
  const auto engine = Make("", options);
  const GenerateResult result = Generate(*engine, Request("p1", 300));
  EXPECT_GT(result.drafted_tokens, 0U);
  EXPECT_LT(result.drafted_tokens, 12U);
  EXPECT_THAT(result.tokens, ElementsAreArray(Generate(*Make("off"), Request("p1", 300)).tokens));
}

TEST_F(Drafts, OfPackedWeightsAndSmallerKeysAndValuesAreVerifiedAsWell) {
  for (const char* weights : {"", "q8", "q4"}) {
    for (const char* kv : {"f16", "q8"}) {
      EngineOptions options;
      options.weights = weights;
      options.kv = kv;
      const auto with = Make("always", options), without = Make("off", options);
      const GenerateResult result = Generate(*with, Request("p2", 100));
      EXPECT_THAT(result.tokens, ElementsAreArray(Generate(*without, Request("p2", 100)).tokens));
      EXPECT_GT(result.accepted_tokens, 0U);
    }
  }
}

TEST(DraftOptions, NameWhatIsUnknownOrAbsent) {
  EngineOptions options;
  options.drafts = "sometimes";
  EXPECT_THAT(std::string(MakeEngine(GoldenDirectory("k_exaone"), options).status().message()),
              HasSubstr("drafts 'sometimes' are unknown"));
  options.drafts = "always";
  EXPECT_THAT(std::string(MakeEngine(GoldenDirectory("ax_k1"), options).status().message()),
              HasSubstr("no draft head"));
  options.drafts = "";
  EXPECT_TRUE(MakeEngine(GoldenDirectory("ax_k1"), options).ok());
}

// Lets a rule see `passes` of one sequence, which take `plain` or `drafted` ms, while each draft
// holds as `holds` says; returns how many were made.
size_t Drafted(DraftRule& rule, DraftRule::Sequence& sequence, size_t passes, double plain,
               double drafted, const std::function<bool(size_t)>& holds) {
  size_t made = 0;
  for (size_t i = 0; i < passes; ++i) {
    const bool wants = rule.Wants(sequence, 1);
    if (!wants || rule.PlainIsDue(1)) {
      rule.Took(1, 0, plain);
      continue;
    }
    rule.Took(1, 1, drafted);
    rule.Judged(sequence, holds(made++));
  }
  return made;
}

TEST(DraftRule, DraftsWhileTheyHoldMoreOftenThanTheyCost) {
  DraftRule rule(/*sequences_max=*/4, /*always=*/false);
  auto sequence = rule.Begin();
  const auto eight_of_ten = [](size_t i) { return i % 10 < 8; };
  EXPECT_GT(Drafted(rule, sequence, 1'000, 10, 15, eight_of_ten), 950U);
  EXPECT_NEAR(rule.Price(1), 0.5, 0.01);
  EXPECT_NEAR(sequence.acceptance, 0.8, 0.2);
}

TEST(DraftRule, GivesUpWhereTheyDoNot) {
  DraftRule rule(4, false);
  auto sequence = rule.Begin();
  const auto one_of_ten = [](size_t i) { return i % 10 == 0; };
  EXPECT_LT(Drafted(rule, sequence, 1'000, 10, 17, one_of_ten), 40U);
  EXPECT_TRUE(sequence.given_up);
  auto next = rule.Begin();  // knows what the first has learnt, and tries a little
  EXPECT_LE(Drafted(rule, next, 1'000, 10, 17, one_of_ten), 40U);
  EXPECT_TRUE(next.given_up);
}

TEST(DraftRule, NoticesThatAPassHasBecomeDearer) {
  DraftRule rule(4, false);
  auto sequence = rule.Begin();
  const auto half = [](size_t i) { return i % 2 == 0; };
  EXPECT_GT(Drafted(rule, sequence, 500, 10, 12, half), 450U);
  EXPECT_LT(Drafted(rule, sequence, 500, 10, 18, half), 100U);
}

TEST(DraftRule, KeepsPricesByTheNumberOfSequences) {
  DraftRule rule(4, false);
  for (int i = 0; i < 4; ++i) {
    rule.Took(1, 0, 10);
    rule.Took(4, 0, 20);
  }
  rule.Took(1, 1, 15);
  rule.Took(4, 4, 40);
  EXPECT_DOUBLE_EQ(rule.Price(1), 0.5);
  EXPECT_DOUBLE_EQ(rule.Price(4), 1);  // 5 ms a draft, 5 ms a token
}

}  // namespace
}  // namespace model_core
