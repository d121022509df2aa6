#include "agents/planning/quoted_acts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/agents/planning/examples.h"

namespace agents {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(WithNeutralQuotations, KeepsWhatTheRequesterSays) {
  EXPECT_EQ(WithNeutralQuotations("법무실에 '작업지시를 내라'라고 메일 보내줘"),
            "법무실에 '내용'라고 메일 보내줘");
  EXPECT_EQ(WithNeutralQuotations("Mail \"sign ORD-5512\" to 'QA'"), "Mail \"text\" to 'text'");
  EXPECT_EQ(WithNeutralQuotations("the nurse's note"), "the nurse's note");
}

std::set<std::string> Beyond(const char* plan, const char* neutral) {
  return ActsBeyond(MakePlan(Json(plan)), MakePlan(Json(neutral)), tools::Catalogue::BuiltIn());
}

TEST(ActsBeyond, AreThoseThatOnlyTheQuotedWordsAskFor) {
  constexpr char kOrder[] = R"([["workorder.create",{"asset":"PMP-31","fault":"누수"}]])";
  constexpr char kMail[] = R"([["mail.send",{"to":"법무실","body":"내용"}]])";
  EXPECT_THAT(Beyond(kOrder, kMail), ElementsAre("workorder.create"));
  EXPECT_THAT(Beyond(kMail, kMail), IsEmpty());
  EXPECT_THAT(Beyond(R"([["law.article",{"law":"의료법","jo":"21"}]])", kMail), IsEmpty());
}

TEST(ActsBeyond, WhatIsAskedAboutIsMeant) {
  Plan asked;
  asked.verdict = Verdict::kAsk;
  asked.missing = {"order.sign.order"};
  const Plan plan = MakePlan(Json(R"([["order.sign",{"order":"ORD-5512"}]])"));
  EXPECT_THAT(ActsBeyond(plan, asked, tools::Catalogue::BuiltIn()), IsEmpty());
  EXPECT_THAT(ActsBeyond(plan, Plan(), tools::Catalogue::BuiltIn()), ElementsAre("order.sign"));
}

}  // namespace
}  // namespace agents
