#include "policies/decision.h"

#include <gtest/gtest.h>

namespace policies {
namespace {

using base::Json;

PlanDecision Example() {
  StepDecision step;
  step.step_id = "s1";
  step.tool = "mail.send";
  step.permitted = true;
  step.rules = {{"access.granted", "됩니다", "it may", "", ""},
                {"approval.one", "승인", "approval", "받으세요", "get it"}};
  step.obligations = {{Obligation::Kind::kApproveOne, {"dept_head"}, "", "approval.one"},
                      {Obligation::Kind::kRedact, {}, "rrn", "flow.release_unique_id"}};
  step.input = UserLabel();
  return {true, {step}, "administration", "version"};
}

TEST(Decision, ComesBackFromItsJson) {
  const Json json = ToJson(Example());
  const auto back = ParsePlanDecision(json);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(ToJson(*back), json);
  EXPECT_EQ(back->steps[0].obligations, Example().steps[0].obligations);
  EXPECT_EQ(back->steps[0].input, UserLabel());
}

TEST(Decision, EveryKindOfObligationHasItsName) {
  for (int i = 0; i <= static_cast<int>(Obligation::Kind::kNoReleaseBelow); ++i) {
    const auto kind = static_cast<Obligation::Kind>(i);
    EXPECT_EQ(ParseObligationKind(Name(kind)), kind);
  }
  EXPECT_FALSE(ParseObligationKind("approve_three").has_value());
  EXPECT_FALSE(ParseObligationKind("").has_value());
}

TEST(Decision, AnObligationThatIsNotKnownMakesItUnreadable) {
  Json json = ToJson(Example());
  json["steps"][0]["obligations"][0]["kind"] = "approve_three";
  EXPECT_FALSE(ParsePlanDecision(json).ok());
}

TEST(Decision, WhatIsMissingMakesItUnreadable) {
  for (const char* member : {"step", "tool", "rules", "obligations", "input", "output"}) {
    Json json = ToJson(Example());
    json["steps"][0].erase(member);
    EXPECT_FALSE(ParsePlanDecision(json).ok()) << member;
  }
  EXPECT_FALSE(ParsePlanDecision(Json::object()).ok());
  EXPECT_FALSE(ParsePlanDecision(Json("yes")).ok());
}

TEST(Decision, ThatDoesNotSayItPermitsForbids) {
  Json json = ToJson(Example());
  json.erase("permitted");
  json["steps"][0]["permitted"] = "true";
  const auto back = ParsePlanDecision(json);
  ASSERT_TRUE(back.ok());
  EXPECT_FALSE(back->permitted);
  EXPECT_FALSE(back->steps[0].permitted);
}

}  // namespace
}  // namespace policies
