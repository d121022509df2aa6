// Thinking on, off and held to a number of tokens, with every family's tokenizer.
#include "model_core/thinking.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "model_core/grammar.h"
#include "tests/unit/model_core/golden.h"

namespace model_core {
namespace {

using testing::HasSubstr;

struct Case {
  const char* folder;
  const char* model_type;
  const char* prompt;      // how a prompt ends that lets the model think
  const char* prompt_off;  // the same, closed by SettleThinking
  const char* begun;       // written first when thinking is on
  const char* cut;         // written when the budget is used up
};

const Case kCases[] = {
    {"k_exaone", "exaone_moe", "<|assistant|>\n<think>\n", "<|assistant|>\n<think>\n\n</think>\n\n",
     "", "\n</think>\n\n"},
    {"ax_k1", "AXK1", "<|im_start|>assistant\n", "<|im_start|>assistant\n", "<think>\n",
     "\n</think>\n\n"},
    {"hyperclova_x", "hyperclovax", "<|im_start|>assistant\n<think>\n",
     "<|im_start|>assistant\n<think>\n\n</think>\n\n", "",
     " Now formulate the answer.</think>\n\n"},
    {"vaetki", "vaetki", "<|role_start|>assistant<|role_end|>",
     "<|role_start|>assistant<|role_end|><think>\n\n</think>\n", "<think>\n",
     "\n\nConsidering the limited time by the user, I have to give the solution based on the "
     "thinking directly now.\n</think>\n"},
    {"solar_open", "solar_open", "<|begin|>assistant", "<|begin|>assistant", "<|think|>",
     "<|end|><|begin|>assistant"},
};

class ThinkingOf : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    auto loaded = Tokenizer::Load(GoldenDirectory(GetParam().folder) + "/tokenizer.json");
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    tokenizer_ = *std::move(loaded);
    format_ = *FindChatFormat(GetParam().model_type);
    open_ = ReasoningOpen(*format_, GetParam().prompt);
  }

  std::unique_ptr<TokenConstraint> Make(Thinking thinking, TokenConstraint* answer = nullptr) {
    auto made = MakeThinkingConstraint(*tokenizer_, *format_, thinking, open_, answer);
    EXPECT_TRUE(made.ok()) << made.status();
    return *std::move(made);
  }

  std::vector<bool> Allowed(TokenConstraint& constraint) {
    std::vector<uint32_t> mask((tokenizer_->vocabulary_size() + 63) / 32, ~0U);
    EXPECT_TRUE(constraint.ComputeMask(mask).ok());
    std::vector<bool> allowed;
    for (size_t i = 0; i < mask.size() * 32; ++i) allowed.push_back(mask[i / 32] >> (i % 32) & 1);
    return allowed;
  }

  // What a model writes that wants to say the tokens of `wish`, one after the other.
  std::string Write(TokenConstraint& constraint, const std::vector<int32_t>& wish, size_t most) {
    std::vector<int32_t> written;
    size_t next = 0;
    while (written.size() < most && !constraint.Done()) {
      const std::span<const int32_t> forced = constraint.ForcedTokens();
      int32_t token = 0;
      if (!forced.empty()) {
        token = forced[0];
      } else {
        const std::vector<bool> allowed = Allowed(constraint);
        token = wish[next++ % wish.size()];
        for (size_t i = 0; !allowed.at(static_cast<size_t>(token)); ++i) {
          token = static_cast<int32_t>(i);
        }
      }
      EXPECT_TRUE(constraint.Accept(token).ok());
      written.push_back(token);
    }
    return *tokenizer_->Bytes(written);
  }

  std::vector<int32_t> Tokens(std::string_view text) { return *tokenizer_->EncodeControl(text); }
  size_t Count(std::string_view text) { return Tokens(text).size(); }

  std::unique_ptr<Tokenizer> tokenizer_;
  const ChatFormat* format_ = nullptr;
  bool open_ = false;
};

TEST_P(ThinkingOf, IsTheFormatOfTheGoldenModel) {
  std::stringstream text;
  text << std::ifstream(GoldenDirectory(GetParam().folder) + "/config.json").rdbuf();
  EXPECT_EQ(base::ParseJson(text.str(), "config.json")->at("model_type"), GetParam().model_type);
}

TEST_P(ThinkingOf, ClosesThePromptWhenOff) {
  EXPECT_EQ(SettleThinking(*format_, false, GetParam().prompt), GetParam().prompt_off);
  EXPECT_EQ(SettleThinking(*format_, false, GetParam().prompt_off), GetParam().prompt_off);
  EXPECT_EQ(SettleThinking(*format_, true, GetParam().prompt), GetParam().prompt);
}

TEST_P(ThinkingOf, EndsWhenTheBudgetIsUsedUp) {
  for (size_t budget : {0, 1, 5, 32}) {
    const auto constraint = Make({.on = true, .tokens_max = budget});
    const std::string begun = GetParam().begun, cut = GetParam().cut;
    std::string thought;
    for (size_t i = 0; i < budget; ++i) thought += 'a';
    const size_t most = Count(begun) + budget + Count(cut) + 3;
    EXPECT_EQ(Write(*constraint, Tokens("a"), most), begun + thought + cut + "aaa");
  }
}

TEST_P(ThinkingOf, IsCutWhereTheParserSeesTheAnswerBegin) {
  const auto constraint = Make({.on = true, .tokens_max = 4});
  const auto parser = MakeOutputParser(*format_, open_);
  const bool solar = std::string_view(GetParam().model_type) == "solar_open";
  const std::string said = solar ? "<|content|>aaaa" : "aaaa";
  const size_t most = Count(GetParam().begun) + 4 + Count(GetParam().cut) + Count(said);
  std::string reasoning, answer;
  for (const auto& event : parser->Add(Write(*constraint, Tokens("aaaa" + said), most))) {
    (event.kind == OutputEvent::Kind::kReasoning ? reasoning : answer) += event.text;
  }
  EXPECT_THAT(reasoning, testing::StartsWith("aaaa"));
  EXPECT_EQ(answer, "aaaa");
}

TEST_P(ThinkingOf, DoesNotTearACharacter) {
  const auto bytes = *tokenizer_->Encode("𝄞");  // no token of its own: one a byte
  ASSERT_GT(bytes.size(), 2U);
  const auto constraint = Make({.on = true, .tokens_max = 1});
  const size_t most = Count(GetParam().begun) + bytes.size() + Count(GetParam().cut);
  EXPECT_EQ(Write(*constraint, bytes, most), std::string(GetParam().begun) + "𝄞" + GetParam().cut);
  // First bytes without end are no character to wait for.
  const auto broken = Make({.on = true, .tokens_max = 1});
  EXPECT_THAT(Write(*broken, {bytes.at(0)}, Count(GetParam().begun) + 4 + Count(GetParam().cut)),
              testing::EndsWith(GetParam().cut));
}

TEST_P(ThinkingOf, CannotBeginWhenOff) {
  open_ = false;
  const auto constraint = Make({.on = false, .tokens_max = {}});
  const std::string_view marker =
      std::string_view(GetParam().model_type) == "solar_open" ? "<|think|>" : "<think>";
  const int32_t begin = tokenizer_->TokenId(marker);
  const std::vector<bool> allowed = Allowed(*constraint);
  EXPECT_FALSE(allowed.at(static_cast<size_t>(begin)));
  EXPECT_EQ(std::count(allowed.begin(), allowed.end(), true),
            static_cast<ptrdiff_t>(tokenizer_->vocabulary_size()) - 1);
  EXPECT_EQ(constraint->Accept(begin).code(), absl::StatusCode::kInvalidArgument);
}

TEST_P(ThinkingOf, LeadsToAConstrainedAnswer) {
  const auto factory = GrammarFactory::Make(*tokenizer_, 2, {});
  ASSERT_TRUE(factory.ok()) << factory.status();
  const bool solar = std::string_view(GetParam().model_type) == "solar_open";
  for (const Thinking& thinking :
       {Thinking{true, 3}, Thinking{true, std::nullopt}, Thinking{false, {}}}) {
    const auto answer = (*factory)->Make(GrammarFactory::Kind::kRegex, "(네|아니요)!");
    ASSERT_TRUE(answer.ok()) << answer.status();
    open_ = ReasoningOpen(*format_, GetParam().prompt) && thinking.on;
    const auto constraint = Make(thinking, answer->get());
    std::vector<int32_t> wish = Tokens("aa");
    wish.push_back(tokenizer_->TokenId(solar ? "<|end|>" : "</think>"));
    if (thinking.tokens_max.has_value()) wish = Tokens("a");
    const std::string text = Write(*constraint, wish, 200);
    EXPECT_THAT(text, testing::AnyOf(testing::EndsWith("네!"), testing::EndsWith("아니요!")));
    EXPECT_EQ(text.find("<think>") != std::string::npos, !open_ && thinking.on && !solar);
    EXPECT_EQ(text.find("<|content|>") != std::string::npos, solar);
    EXPECT_TRUE(constraint->Done());
  }
}

TEST_P(ThinkingOf, DoesNotStopBeforeAnAnswerThatIsHeld) {
  const auto factory = GrammarFactory::Make(*tokenizer_, 2, {});
  const auto answer = (*factory)->Make(GrammarFactory::Kind::kRegex, "a");
  const int32_t stop = Tokens("z").at(0);
  for (TokenConstraint* held : std::initializer_list<TokenConstraint*>{answer->get(), nullptr}) {
    const auto constraint =
        *MakeThinkingConstraint(*tokenizer_, *format_, {}, true, held, {.stop_tokens = {stop}});
    EXPECT_EQ(Allowed(*constraint).at(static_cast<size_t>(stop)), held == nullptr);
  }
}

TEST_P(ThinkingOf, RefusesATokenThatIsNotTheForcedOne) {
  const auto constraint = Make({.on = true, .tokens_max = 0});
  const int32_t other = Tokens("a").at(0);
  ASSERT_NE(constraint->ForcedTokens()[0], other);
  const std::vector<bool> allowed = Allowed(*constraint);
  EXPECT_EQ(std::count(allowed.begin(), allowed.end(), true), 1);
  EXPECT_EQ(constraint->Accept(other).code(), absl::StatusCode::kInvalidArgument);
}

INSTANTIATE_TEST_SUITE_P(Families, ThinkingOf, testing::ValuesIn(kCases),
                         [](const auto& info) { return std::string(info.param.folder); });

TEST(Thinking, IsSwitchedInTheFamilysWords) {
  const auto context = [](std::string_view type, bool on) {
    base::Json json = {{"messages", base::Json::array()}};
    SetThinking(**FindChatFormat(type), on, json);
    json.erase("messages");
    return base::DumpJson(json);
  };
  EXPECT_EQ(context("exaone_moe", true), R"({"enable_thinking":true})");
  EXPECT_EQ(context("axk1", false), R"({"enable_thinking":false})");
  EXPECT_EQ(context("vlm", true), R"({"thinking":true,"skip_reasoning":false})");
  EXPECT_EQ(context("solar_open", false), R"({"reasoning_effort":"minimal"})");
}

TEST(Thinking, NamesTheMarkerThatATokenizerLacks) {
  const auto tokenizer = Tokenizer::Load(GoldenDirectory("vaetki") + "/tokenizer.json");
  const auto made =
      MakeThinkingConstraint(**tokenizer, **FindChatFormat("solar_open"), {}, false, nullptr);
  EXPECT_EQ(made.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(made.status().message()), HasSubstr("<|think|>"));
}

}  // namespace
}  // namespace model_core
