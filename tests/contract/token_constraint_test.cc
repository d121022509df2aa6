// What every TokenConstraint promises: a grammar's, a plan's, and that of thinking before an
// answer.
#include <gtest/gtest.h>

#include <random>

#include "model_core/chat_output.h"
#include "model_core/text/chat_format.h"
#include "model_core/thinking.h"
#include "tests/unit/agents/planning/byte_vocabulary.h"
#include "tests/unit/agents/planning/examples.h"

namespace model_core {
namespace {

constexpr char kSchema[] =
    R"({"type":"object","properties":{"a":{"type":"integer"},"b":{"enum":["x","yy"]}},)"
    R"("required":["a","b"],"additionalProperties":false})";
constexpr int kTokensMax = 400;  // of a walk: free text may go on for ever

// Makes constraints of one kind, each at its beginning.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual TokenConstraint& constraint() = 0;
  virtual size_t vocabulary_size() const = 0;
};
using Maker = std::unique_ptr<Subject> (*)();

class OfGrammar : public Subject {
 public:
  TokenConstraint& constraint() override { return *made_; }
  size_t vocabulary_size() const override { return agents::ByteVocabulary().bytes.size(); }

 private:
  const std::unique_ptr<GrammarConstraint> made_ =
      *agents::ByteVocabulary().factory->Make(GrammarFactory::Kind::kJsonSchema, kSchema);
};

class OfPlan : public Subject {
 public:
  TokenConstraint& constraint() override { return constraint_; }
  size_t vocabulary_size() const override { return agents::ByteVocabulary().bytes.size(); }

 private:
  static std::set<std::string> Tools() { return {"law.article", "law.search", "mail.send"}; }

  const std::string request_ = "의료법 제21조를 찾아 법무팀에 메일로 보내줘";
  const agents::Recognition recognition_ = agents::Recognise(request_, agents::Tuesday());
  const agents::PlanGrammar grammar_{tools::Catalogue::BuiltIn(), request_, recognition_, Tools()};
  agents::PlanConstraint constraint_{grammar_, agents::ByteVocabulary()};
};

// Six tokens of reasoning at most, which nothing may stop, then what a schema permits.
class OfThinking : public Subject {
 public:
  TokenConstraint& constraint() override { return *made_; }
  size_t vocabulary_size() const override { return tokenizer().vocabulary_size(); }

 private:
  static const Tokenizer& tokenizer() {
    static const auto* const tokenizer =
        Tokenizer::Load(MARU_SOURCE_DIR "/tests/golden/k_exaone/tokenizer.json")->release();
    return *tokenizer;
  }
  static int32_t End() { return tokenizer().TokenId("<|endofturn|>"); }
  static const GrammarFactory& Factory() {
    static const auto* const factory = GrammarFactory::Make(tokenizer(), End(), {})->release();
    return *factory;
  }

  const std::unique_ptr<GrammarConstraint> answer_ =
      *Factory().Make(GrammarFactory::Kind::kJsonSchema, kSchema);
  const std::unique_ptr<TokenConstraint> made_ =
      *MakeThinkingConstraint(tokenizer(), **FindChatFormat("exaone_moe"), {true, 6},
                              /*reasoning_open=*/false, answer_.get(), {false, {End()}});
};

template <typename T>
std::unique_ptr<Subject> Make() {
  return std::make_unique<T>();
}

struct Named {
  const char* name;
  Maker make;
};

class TokenConstraintContract : public testing::TestWithParam<Named> {
 protected:
  static std::vector<uint32_t> Mask(Subject& subject) {
    std::vector<uint32_t> mask((subject.vocabulary_size() + 31) / 32, 0xA5A5A5A5);
    const absl::Status status = subject.constraint().ComputeMask(mask);
    EXPECT_TRUE(status.ok()) << status;
    return mask;
  }
  // The tokens whose bit is `permitted`.
  static std::vector<int32_t> Tokens(Subject& subject, bool permitted) {
    const std::vector<uint32_t> mask = Mask(subject);
    std::vector<int32_t> tokens;
    for (size_t i = 0; i < subject.vocabulary_size(); ++i)
      if ((mask[i / 32] >> (i % 32) & 1) == (permitted ? 1 : 0))
        tokens.push_back(static_cast<int32_t>(i));
    return tokens;
  }
  static std::vector<int32_t> Forced(Subject& subject) {
    const std::span<const int32_t> forced = subject.constraint().ForcedTokens();
    return {forced.begin(), forced.end()};
  }
  static bool Permits(Subject& subject, int32_t token) {
    return Mask(subject)[static_cast<size_t>(token) / 32] >> (token % 32) & 1;
  }

  // One token of a random walk: what is forced, or else any that is permitted. False: at its end.
  static bool Step(Subject& subject, std::mt19937& random, std::vector<int32_t>& walked) {
    if (subject.constraint().Done()) return false;
    const std::vector<int32_t> forced = Forced(subject);
    const std::vector<int32_t> next = forced.empty() ? Tokens(subject, true) : forced;
    EXPECT_FALSE(next.empty()) << "neither done nor anything permitted";
    if (next.empty()) return false;
    const int32_t token = forced.empty() ? next[random() % next.size()] : forced.front();
    EXPECT_TRUE(Permits(subject, token)) << "forced and not permitted: " << token;
    const absl::Status accepted = subject.constraint().Accept(token);
    EXPECT_TRUE(accepted.ok()) << accepted << " after " << walked.size();
    walked.push_back(token);
    return accepted.ok();
  }
};

TEST_P(TokenConstraintContract, WhatIsPermittedOrForcedIsAccepted) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto subject = GetParam().make();
    std::vector<int32_t> walked;
    while (walked.size() < kTokensMax && Step(*subject, random, walked) && !HasFailure()) {
    }
    EXPECT_GT(walked.size(), 2U);
  }
}

TEST_P(TokenConstraintContract, WhatIsNotPermittedIsRefused) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto subject = GetParam().make();
    std::vector<int32_t> walked;
    for (size_t length = seed / 2; walked.size() < length && Step(*subject, random, walked);) {
    }
    if (subject->constraint().Done()) continue;
    const std::vector<int32_t> barred = Tokens(*subject, false);
    if (barred.empty()) continue;
    const int32_t token = barred[random() % barred.size()];
    EXPECT_EQ(subject->constraint().Accept(token).code(), absl::StatusCode::kInvalidArgument)
        << token << " after " << walked.size();
  }
}

TEST_P(TokenConstraintContract, AskingChangesNothing) {
  std::mt19937 random(7);
  const auto subject = GetParam().make();
  std::vector<int32_t> walked;
  do {
    const bool done = subject->constraint().Done();
    const std::vector<int32_t> forced = Forced(*subject);
    if (done) break;
    const std::vector<uint32_t> mask = Mask(*subject);
    EXPECT_EQ(Forced(*subject), forced);
    EXPECT_EQ(Mask(*subject), mask);
    EXPECT_EQ(subject->constraint().Done(), done);
  } while (walked.size() < kTokensMax && Step(*subject, random, walked));
}

TEST_P(TokenConstraintContract, TheSameTokensLeadToTheSamePlace) {
  std::mt19937 random(11);
  const auto first = GetParam().make();
  const auto second = GetParam().make();
  std::vector<int32_t> walked;
  while (walked.size() < kTokensMax && Step(*first, random, walked)) {
    ASSERT_TRUE(second->constraint().Accept(walked.back()).ok());
    ASSERT_EQ(second->constraint().Done(), first->constraint().Done());
    if (!first->constraint().Done()) {
      ASSERT_EQ(Mask(*second), Mask(*first));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, TokenConstraintContract,
                         testing::Values(Named{"Grammar", &Make<OfGrammar>},
                                         Named{"Plan", &Make<OfPlan>},
                                         Named{"Thinking", &Make<OfThinking>}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace model_core
