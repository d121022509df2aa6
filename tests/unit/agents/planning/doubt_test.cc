// Which acts of a plan stay in it: those that nothing else was nearly as likely as.
#include "agents/planning/doubt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace agents {
namespace {

using model_core::TokenChoice;
using testing::ElementsAre;

enum Token : int32_t { kSteps, kAsk, kNext, kEnd, kMail, kTicket, kRead, kPeriod };

class DoubtTest : public testing::Test {
 protected:
  DoubtTest() {
    vocabulary_.bytes = {R"({"verdict":"plan","steps":[)",
                         R"({"verdict":"ask","missing":[)",
                         R"(}},{"id":"s2","tool":")",
                         "}}]}",
                         "mail.send",
                         "ticket.create",
                         "tag.read",
                         R"(,"period":)"};
    vocabulary_.steps = kSteps;
  }

  // tag.read and mail.send, with one choice.
  static WrittenPlan Written(const TokenChoice& choice, double probability = 1) {
    WrittenPlan written;
    written.tokens = {kSteps, kRead, kNext, kMail, kEnd};
    written.choices = {{.index = 0, .share = 0.9F, .other = kAsk, .other_share = 0.1F}, choice};
    written.probability = probability;
    return written;
  }

  PlanVocabulary vocabulary_;
  const Doubt doubt_{tools::Catalogue::BuiltIn(), vocabulary_};
};

TEST_F(DoubtTest, AnActIsDoubtedWhereThePlanMightAsWellHaveEnded) {
  const TokenChoice close = {.index = 2, .share = 0.8F, .other = kEnd, .other_share = 0.15F};
  const auto found = doubt_.OfAct(Written(close));
  ASSERT_TRUE(found);
  EXPECT_THAT(Doubt::Otherwise(Written(close), *found), ElementsAre(kSteps, kRead, kEnd));
  EXPECT_FALSE(
      doubt_.OfAct(Written({.index = 2, .share = 0.99F, .other = kEnd, .other_share = 0.005F})));
}

TEST_F(DoubtTest, AnotherArgumentOfTheStepBeforeIsNoDoubtOfTheAct) {
  EXPECT_FALSE(
      doubt_.OfAct(Written({.index = 2, .share = 0.6F, .other = kPeriod, .other_share = 0.4F})));
}

TEST_F(DoubtTest, AToolThatReadsInPlaceOfTheActIsDoubtAnotherActIsNot) {
  const auto at_name = [](Token other) {
    return Written({.index = 3, .share = 0.6F, .other = other, .other_share = 0.4F});
  };
  EXPECT_TRUE(doubt_.OfAct(at_name(kRead)));
  EXPECT_FALSE(doubt_.OfAct(at_name(kTicket)));
}

TEST_F(DoubtTest, WhatOnlyReadsIsNeverDoubted) {
  EXPECT_FALSE(
      doubt_.OfAct(Written({.index = 1, .share = 0.5F, .other = kMail, .other_share = 0.5F})));
  WrittenPlan begun = Written({.index = 2, .share = 0.5F, .other = kEnd, .other_share = 0.5F});
  begun.tokens[3] = kRead;
  EXPECT_FALSE(doubt_.OfAct(begun));
}

TEST_F(DoubtTest, APlanIsDoubtedForItsVerdictOrForOtherPlans) {
  const TokenChoice sure = {.index = 3, .share = 1, .other = -1, .other_share = 0};
  WrittenPlan written = Written(sure);
  EXPECT_FALSE(doubt_.OfPlan(written));
  written.probability = 0.49;
  EXPECT_TRUE(doubt_.OfPlan(written));
  written = Written(sure);
  written.choices.front().other_share = 0.12F;
  EXPECT_TRUE(doubt_.OfPlan(written));
  written.choices.front().other = -1;
  EXPECT_FALSE(doubt_.OfPlan(written)) << "there was no other way";
}

}  // namespace
}  // namespace agents
