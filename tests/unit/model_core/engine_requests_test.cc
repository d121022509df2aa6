// What a request may ask of the engine: sampling, text, stop strings, parts as they come.
#include <gmock/gmock.h>
#include <unistd.h>

#include <set>
#include <thread>

#include "model_core/engine.h"
#include "model_core/engine/token_table.h"
#include "model_core/grammar.h"
#include "tests/unit/model_core/model_folder.h"

namespace model_core {
namespace {

using testing::ElementsAreArray;
using testing::HasSubstr;

class EngineRequests : public testing::Test {
 protected:
  GenerateRequest Request(const std::string& prompt = "p1") const {
    GenerateRequest request;
    request.prompt = golden_.Ids(prompt + ".input_ids");
    request.tokens_max = 24;
    return request;
  }
  GenerateResult Generate(const GenerateRequest& request) {
    const auto result = engine_->Generate(request);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *result : GenerateResult();
  }
  std::string Text(std::span<const int32_t> tokens) const { return *tokenizer_->Bytes(tokens); }

  const Golden golden_{"k_exaone"};
  const std::unique_ptr<Engine> engine_ = *MakeEngine(GoldenDirectory("k_exaone"));
  const std::unique_ptr<Tokenizer> tokenizer_ =
      *Tokenizer::Load(GoldenDirectory("k_exaone") + "/tokenizer.json");
};

TEST_F(EngineRequests, ASeedGivesTheSameTokensEachTimeAndAnotherSeedOthers) {
  GenerateRequest request = Request();
  request.sampling.temperature = 1.2F;
  std::set<std::vector<int32_t>> answers;
  for (uint64_t seed = 0; seed < 10; ++seed) {
    request.sampling.seed = seed;
    const std::vector<int32_t> first = Generate(request).tokens;
    EXPECT_THAT(Generate(request).tokens, ElementsAreArray(first));
    answers.insert(first);
  }
  EXPECT_GT(answers.size(), 7U);
}

TEST_F(EngineRequests, SampledTokensDoNotDependOnWhoElseIsServed) {
  std::vector<GenerateRequest> requests;
  for (uint64_t i = 0; i < 12; ++i) {
    requests.push_back(Request(base::StrCat("p", i % 3)));
    requests.back().sampling.temperature = 0.9F;
    requests.back().sampling.top_p = i % 2 == 0 ? 0.9F : 1;
    requests.back().sampling.repetition_penalty = 1.1F;
    requests.back().sampling.seed = i;
  }
  std::vector<std::vector<int32_t>> alone, together(requests.size());
  for (const GenerateRequest& request : requests) alone.push_back(Generate(request).tokens);
  std::vector<std::thread> callers;
  for (size_t i = 0; i < requests.size(); ++i)
    callers.emplace_back([&, i] { together[i] = Generate(requests[i]).tokens; });
  for (std::thread& caller : callers) caller.join();
  EXPECT_THAT(together, ElementsAreArray(alone));
}

TEST_F(EngineRequests, SamplingStaysInsideAGrammar) {
  const int32_t eos = tokenizer_->TokenId("<|endofturn|>");
  const auto factory = *GrammarFactory::Make(*tokenizer_, eos, {"<|endofturn|>"});
  std::set<std::string> verdicts;
  for (uint64_t seed = 0; seed < 30; ++seed) {
    const auto constraint = *factory->Make(GrammarFactory::Kind::kLark,
                                           "start: (\"plan\" | \"ask\" | \"refuse\") \"!\"");
    GenerateRequest request = Request();
    request.constraint = constraint.get();
    request.stop_tokens = {eos};
    request.sampling.temperature = 10;
    request.sampling.seed = seed;
    const std::string text = Text(Generate(request).tokens);
    EXPECT_THAT(text, testing::MatchesRegex("(plan|ask|refuse)!"));
    verdicts.insert(text);
  }
  EXPECT_EQ(verdicts.size(), 3U);
}

TEST_F(EngineRequests, APenaltyKeepsTokensFromComingAgain) {
  GenerateRequest request = Request();
  request.sampling.frequency_penalty = 2;
  request.sampling.presence_penalty = 2;
  const std::vector<int32_t> plain = golden_.Ids("p1.greedy"), made = Generate(request).tokens;
  const auto kinds = [](const auto& tokens) {
    return std::set<int32_t>(tokens.begin(), tokens.end()).size();
  };
  EXPECT_GE(kinds(made), kinds(plain));
  request.sampling = {};
  request.sampling.logit_bias = {{plain[0], -100}};
  EXPECT_NE(Generate(request).tokens[0], plain[0]);
}

// Whoever forgets to say what ends a text still gets one that ends.
TEST_F(EngineRequests, TheModelsOwnEndEndsATextUnlessItIsToGoOn) {
  ASSERT_THAT(engine_->end_tokens(), testing::ElementsAre(53));
  GenerateRequest request = Request();
  request.sampling.logit_bias = {{53, 100}};
  EXPECT_TRUE(Generate(request).tokens.empty());
  EXPECT_EQ(Generate(request).finish, GenerateResult::Finish::kStop);
  request.past_end = true;
  EXPECT_EQ(Generate(request).tokens, std::vector<int32_t>(24, 53));
  request.stop_tokens = {53};  // asked for
  EXPECT_TRUE(Generate(request).tokens.empty());
}

TEST(EndTokens, AreThoseOfTheGenerationConfigElseOfTheConfig) {
  const ModelFolder folder("solar_open");
  const auto ends = [&] { return (*MakeEngine(folder.path()))->end_tokens(); };
  folder.EditConfig([](base::Json& config) { config["eos_token_id"] = 9; });
  EXPECT_THAT(ends(), testing::ElementsAre(2, 24, 25));
  folder.Write("generation_config.json", R"({"eos_token_id": 7})");
  EXPECT_THAT(ends(), testing::ElementsAre(7));
  folder.Write("generation_config.json", R"({"do_sample": false})");
  EXPECT_THAT(ends(), testing::ElementsAre(9));
  folder.Write("generation_config.json", R"({"eos_token_id": 100000})");
  EXPECT_THAT(std::string(MakeEngine(folder.path()).status().message()),
              HasSubstr("generation_config.json: eos_token_id is not a token id"));
}

// The tokenizer of a folder, without its tokens from `size` on.
void CutTokenizer(const ModelFolder& folder, int32_t size) {
  base::Json json = *base::ParseJson(folder.Read("tokenizer.json"), "tokenizer.json");
  base::Json &vocabulary = json["model"]["vocab"], &merges = json["model"]["merges"];
  base::Json kept_tokens = base::Json::object(), kept_merges = base::Json::array();
  for (const auto& [token, id] : vocabulary.items()) {
    if (id < size) kept_tokens[token] = id;
  }
  for (const base::Json& merge : merges) {
    const std::string pair = merge.is_array() ? base::StrCat(merge[0].get<std::string>(), " ",
                                                             merge[1].get<std::string>())
                                              : merge.get<std::string>();
    if (kept_tokens.contains(base::ReplaceAll(pair, " ", ""))) kept_merges.push_back(merge);
  }
  vocabulary = kept_tokens;
  merges = kept_merges;
  folder.Write("tokenizer.json", json.dump());
}

// All that may come, as far as its mask goes.
class Anything : public TokenConstraint {
 public:
  std::span<const int32_t> ForcedTokens() override { return {}; }
  absl::Status ComputeMask(std::span<uint32_t> mask) override {
    std::fill(mask.begin(), mask.end(), ~0U);
    return absl::OkStatus();
  }
  absl::Status Accept(int32_t) override { return absl::OkStatus(); }
  bool Done() override { return false; }
};

// The greatest token of answers that are drawn almost evenly.
int32_t GreatestDrawn(LanguageModel& engine, TokenConstraint* constraint, bool best) {
  int32_t greatest = 0;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    GenerateRequest request;
    request.prompt = {60, 61, 62};
    request.constraint = constraint;
    request.past_end = true;
    request.tokens_max = 24;
    request.sampling.temperature = 10;
    request.sampling.top_k = best ? 330 : 0;
    request.sampling.seed = seed;
    const auto result = engine.Generate(request);
    EXPECT_TRUE(result.ok()) << result.status();
    for (const int32_t token : result->tokens) greatest = std::max(greatest, token);
  }
  return greatest;
}

TEST(PaddedVocabulary, RowsThatStandForNoTokenAreNeverPicked) {
  const ModelFolder folder("k_exaone");
  const auto whole = *MakeEngine(folder.path());
  EXPECT_GE(GreatestDrawn(*whole, nullptr, false), 301);
  CutTokenizer(folder, 301);
  const auto padded = *MakeEngine(folder.path());
  EXPECT_EQ(padded->vocabulary_size(), 301U);
  Anything anything;
  for (TokenConstraint* constraint :
       {static_cast<TokenConstraint*>(nullptr), static_cast<TokenConstraint*>(&anything)}) {
    for (const bool best : {false, true}) {
      const int32_t greatest = GreatestDrawn(*padded, constraint, best);
      EXPECT_LT(greatest, 301);
      EXPECT_GT(greatest, 280);
    }
  }
  GenerateRequest request;
  request.prompt = {60, 301};
  EXPECT_THAT(std::string(padded->Generate(request).status().message()),
              HasSubstr("token 301 is outside the vocabulary of 301"));
  request.prompt = {60};
  request.sampling.logit_bias = {{301, 1}};
  EXPECT_THAT(std::string(padded->Generate(request).status().message()), HasSubstr("0 to 300"));
}

TEST(PaddedVocabulary, AFolderMayHoldNoTokenizerButNoDamagedOne) {
  const ModelFolder folder("k_exaone");
  std::filesystem::remove(folder.path() + "/tokenizer.json");
  const auto bare = *MakeEngine(folder.path());
  EXPECT_EQ(bare->vocabulary_size(), 336U);
  GenerateRequest request;
  request.prompt = {60};
  EXPECT_TRUE(bare->Generate(request).ok());
  request.wants_text = true;
  const absl::Status none = bare->Generate(request).status();
  EXPECT_EQ(none.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(none.message()), HasSubstr("has no tokenizer.json"));
  folder.Write("tokenizer.json", "{");
  EXPECT_EQ(MakeEngine(folder.path()).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(EngineRequests, RefusesWhatIsOutsideItsLimits) {
  GenerateRequest request = Request();
  request.sampling.top_p = 1.5F;
  EXPECT_THAT(std::string(engine_->Generate(request).status().message()),
              HasSubstr("top_p is 1.5, permitted is above 0 to 1"));
  request = Request();
  request.stop_strings.assign(17, "x");
  EXPECT_THAT(std::string(engine_->Generate(request).status().message()),
              HasSubstr("stop_strings: 17, limit 16"));
  request.stop_strings = {""};
  EXPECT_THAT(std::string(engine_->Generate(request).status().message()),
              HasSubstr("one of 0 bytes, permitted are 1 to 256"));
}

TEST_F(EngineRequests, TextIsTheBytesOfTheTokens) {
  GenerateRequest request = Request();
  request.wants_text = true;
  const GenerateResult result = Generate(request);
  EXPECT_THAT(result.tokens, ElementsAreArray(golden_.Ids("p1.greedy")));
  EXPECT_EQ(result.text, Text(result.tokens));
}

// Every stretch of the text as a stop string: it ends the text where it first stands.
TEST_F(EngineRequests, StopsBeforeAStopStringWhereverItBegins) {
  const std::vector<int32_t> greedy = golden_.Ids("p1.greedy");
  const std::string text = Text(greedy);
  for (size_t at = 0; at + 3 <= text.size(); at += 5) {
    GenerateRequest request = Request();
    request.stop_strings = {"never said", text.substr(at, 3)};
    const GenerateResult result = Generate(request);
    EXPECT_EQ(result.text, text.substr(0, text.find(request.stop_strings[1])));
    EXPECT_EQ(result.finish, GenerateResult::Finish::kStop);
    EXPECT_TRUE(Text(result.tokens).find(request.stop_strings[1]) != std::string::npos);
    const std::vector<int32_t> before(result.tokens.begin(), result.tokens.end() - 1);
    EXPECT_EQ(Text(before).find(request.stop_strings[1]), std::string::npos);
  }
}

TEST_F(EngineRequests, HandsOverPartsThatMakeUpTheWhole) {
  for (const char* stop : {"", "never said", "e"}) {
    GenerateRequest request = Request();
    request.wants_text = true;
    if (*stop != '\0') request.stop_strings = {stop};
    std::vector<int32_t> tokens;
    std::string text;
    int parts = 0;
    const auto caller = std::this_thread::get_id();
    request.on_part = [&](const GeneratedPart& part) {
      EXPECT_EQ(std::this_thread::get_id(), caller);
      tokens.insert(tokens.end(), part.tokens.begin(), part.tokens.end());
      text += part.text;
      ++parts;
    };
    const GenerateResult result = Generate(request);
    EXPECT_THAT(tokens, ElementsAreArray(result.tokens));
    EXPECT_EQ(text, result.text);
    EXPECT_GE(parts, 1);
  }
}

// A caller that is slow to take its parts holds up nobody: another request begins and ends while it
// is in its callback.
TEST_F(EngineRequests, ASlowReaderHoldsUpNobody) {
  GenerateRequest slow = Request(), other = Request("p2");
  bool asked = false;
  slow.on_part = [&](const GeneratedPart&) {
    if (asked) return;
    asked = true;
    EXPECT_THAT(Generate(other).tokens, ElementsAreArray(golden_.Ids("p2.greedy")));
  };
  EXPECT_THAT(Generate(slow).tokens, ElementsAreArray(golden_.Ids("p1.greedy")));
  EXPECT_TRUE(asked);
}

}  // namespace
}  // namespace model_core
