#include "model_core/grammar.h"

#include <gmock/gmock.h>

#include <fstream>

#include "model_core/base/json.h"
#include "tests/bench/made_vocabulary.h"
#include "tests/fakes/whole_korean.h"
#include "tests/unit/model_core/golden.h"

namespace model_core {
namespace {

using Kind = GrammarFactory::Kind;
using testing::HasSubstr;

class Grammar : public testing::Test {
 protected:
  Grammar() {
    tokenizer_ = *Tokenizer::Load(GoldenDirectory("k_exaone") + "/tokenizer.json");
    eos_ = tokenizer_->TokenId("<|endofturn|>");
    factory_ = *GrammarFactory::Make(*tokenizer_, eos_, {"<|endofturn|>", "<think>"});
  }

  std::unique_ptr<TokenConstraint> Make(Kind kind, std::string_view grammar) {
    auto made = factory_->Make(kind, grammar);
    EXPECT_TRUE(made.ok()) << made.status();
    return *std::move(made);
  }
  std::vector<int32_t> Encode(std::string_view text) const { return *tokenizer_->Encode(text); }
  std::vector<uint32_t> Mask(TokenConstraint& constraint) const {
    std::vector<uint32_t> mask((tokenizer_->vocabulary_size() + 31) / 32);
    EXPECT_TRUE(constraint.ComputeMask(mask).ok());
    return mask;
  }
  static bool Allows(const std::vector<uint32_t>& mask, int32_t token) {
    return (mask[static_cast<size_t>(token) / 32] >> (token % 32) & 1) != 0;
  }
  // Follows `text` token by token; true if every token was permitted by mask and by Accept.
  bool Follows(TokenConstraint& constraint, std::string_view text) {
    for (int32_t token : Encode(text)) {
      if (!Allows(Mask(constraint), token) || !constraint.Accept(token).ok()) return false;
    }
    return true;
  }
  std::unique_ptr<Tokenizer> tokenizer_;
  int32_t eos_ = 0;
  std::unique_ptr<GrammarFactory> factory_;
};

TEST_F(Grammar, PermitsWhatALarkGrammarSaysAndNothingElse) {
  const char* grammar =
      "start: \"{\\\"tool\\\":\\\"\" (\"law.article\" | \"stock.level\") \"\\\"}\"";
  EXPECT_TRUE(Follows(*Make(Kind::kLark, grammar), "{\"tool\":\"stock.level\"}"));
  EXPECT_FALSE(Follows(*Make(Kind::kLark, grammar), "{\"tool\":\"stock.order\"}"));
}

TEST_F(Grammar, GivesTokensWithoutAlternativeAsForced) {
  auto constraint =
      Make(Kind::kLark, "start: \"{\\\"tool\\\":\\\"\" (\"law\" | \"stock\") \"\\\"}\"");
  const std::span<const int32_t> forced = constraint->ForcedTokens();
  const std::vector<int32_t> tokens(forced.begin(), forced.end());
  EXPECT_EQ(*tokenizer_->Bytes(tokens), "{\"tool\":\"");
  for (int32_t token : tokens) ASSERT_TRUE(constraint->Accept(token).ok());
  EXPECT_TRUE(constraint->ForcedTokens().empty());  // law or stock: a choice
}

TEST_F(Grammar, CanOnlyEndWhenTheTextIsComplete) {
  auto constraint = Make(Kind::kRegex, "(가|나)다");
  EXPECT_FALSE(Allows(Mask(*constraint), eos_));
  EXPECT_FALSE(constraint->Done());
  EXPECT_EQ(constraint->Accept(eos_).code(), absl::StatusCode::kInvalidArgument);
  auto fresh = Make(Kind::kRegex, "(가|나)다");
  ASSERT_TRUE(Follows(*fresh, "나다"));
  EXPECT_TRUE(fresh->Done());
  EXPECT_TRUE(fresh->ForcedTokens().empty());
}

TEST_F(Grammar, OffersTheEndBesideMoreTextWhereBothMayCome) {
  auto constraint = Make(Kind::kRegex, "a+");
  ASSERT_TRUE(Follows(*constraint, "a"));
  const auto mask = Mask(*constraint);
  EXPECT_TRUE(Allows(mask, eos_));
  EXPECT_TRUE(Allows(mask, Encode("a")[0]));
  ASSERT_TRUE(constraint->Accept(eos_).ok());
  EXPECT_TRUE(constraint->Done());
}

TEST_F(Grammar, ControlTokensNeverComeAsText) {
  auto constraint = Make(Kind::kRegex, "(.|\\n)+");
  const auto mask = Mask(*constraint);
  EXPECT_FALSE(Allows(mask, tokenizer_->TokenId("<think>")));
  EXPECT_TRUE(Allows(mask, Encode("a")[0]));
}

TEST_F(Grammar, FollowsAJsonSchema) {
  const char* schema = R"({"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],)"
                       R"("additionalProperties":false})";
  EXPECT_TRUE(Follows(*Make(Kind::kJsonSchema, schema), "{\"n\":42}"));
  EXPECT_FALSE(Follows(*Make(Kind::kJsonSchema, schema), "{\"n\":\"x\"}"));
}

// Masks are made of slices of the vocabulary, tokens are taken byte by byte. A large vocabulary has
// slices of its own.
TEST_F(Grammar, AMaskAllowsTheTokensThatAreTakenOneByOne) {
  const std::string path = testing::TempDir() + "/many_tokens.json";
  std::ofstream(path) << bench::MadeTokenizerJson(40'000);
  tokenizer_ = *Tokenizer::Load(path);
  eos_ = tokenizer_->TokenId(bench::kEndToken);
  factory_ = *GrammarFactory::Make(*tokenizer_, eos_, {bench::kEndToken});
  for (const char* pattern :
       {"[가-힣 ]{1,40}", "[가-힣 ]{1,3}", "[가-힣A-Za-z0-9 ]{2,9}", "[^\"]{1,12}"}) {
    const auto mask = Mask(*Make(Kind::kRegex, pattern));
    for (int32_t token = 0; token < eos_; token += 97) {
      EXPECT_EQ(Allows(mask, token), Make(Kind::kRegex, pattern)->Accept(token).ok())
          << pattern << " " << *tokenizer_->Bytes({&token, 1});
    }
  }
}

TEST_F(Grammar, RefusesAMalformedGrammarWithItsReason) {
  const auto made = factory_->Make(Kind::kLark, "start: (");
  EXPECT_EQ(made.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(made.status().message()), HasSubstr("grammar"));
  EXPECT_EQ(fakes::EnglishWordsIn(made.status()), "") << made.status();
  EXPECT_FALSE(factory_->Make(Kind::kJsonSchema, "{").ok());
}

TEST_F(Grammar, RefusesAControlTokenThatTheVocabularyLacks) {
  const auto made = GrammarFactory::Make(*tokenizer_, eos_, {"<|nowhere|>"});
  EXPECT_THAT(std::string(made.status().message()), HasSubstr("<|nowhere|>"));
}

TEST_F(Grammar, ATokenThatMayNotComeIsRefused) {
  auto constraint = Make(Kind::kRegex, "b");
  for (const int32_t token : {Encode("a")[0], eos_}) {
    const absl::Status refused = constraint->Accept(token);
    EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(fakes::EnglishWordsIn(refused), "") << refused;
  }
}

}  // namespace
}  // namespace model_core
