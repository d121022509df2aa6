#include "policies/facts.h"

#include <gtest/gtest.h>

#include "tests/unit/policies/facts.h"

namespace policies {
namespace {

using base::Json;

TEST(Facts, WhatAnAuthorizerIsGivenIsReadAsItWasWritten) {
  const Principal person = *ParsePrincipal(ToJson(Clerk()));
  EXPECT_EQ(ToJson(person), ToJson(Clerk()));
  EXPECT_EQ(person.tools, Clerk().tools);
  EXPECT_EQ(StandingJson(*ParsePrincipal(StandingJson(Head()))), StandingJson(Head()));
  StepFacts step = Ticket("two", {"dept_head", "shift_lead"});
  step.sink_untrusted = step.confirm = true;
  step.related = false;
  step.records = {{"documents", "DOC-1", "제목", Label{}, UserLabel()}};
  EXPECT_EQ(ToJson(*ParseStepFacts(ToJson(step))), ToJson(step));
  EXPECT_EQ(ParseStepFacts(ToJson(step))->records[0].becomes, UserLabel());
  EXPECT_EQ(ToJson(step).dump().find("제목"), std::string::npos) << "titles decide nothing";
}

TEST(Facts, AMemberThatIsMissingOrOfAnotherShapeIsNotReadAsEmpty) {
  const Json person = ToJson(Clerk()), step = ToJson(Ticket());
  for (const auto& [member, value] : person.items()) {
    Json json = person;
    json.erase(member);
    EXPECT_FALSE(ParsePrincipal(json).ok()) << member;
    json[member] = 1;
    EXPECT_FALSE(ParsePrincipal(json).ok()) << member;
  }
  for (const auto& [member, value] : step.items()) {
    Json json = step;
    json.erase(member);
    EXPECT_FALSE(ParseStepFacts(json).ok()) << member;
    json[member] = 1;
    EXPECT_FALSE(ParseStepFacts(json).ok()) << member;
  }
  for (const Json& other : {Json(), Json(1), Json("x"), Json::array({1})}) {
    EXPECT_FALSE(ParsePrincipal(other).ok());
    EXPECT_FALSE(ParseStepFacts(other).ok());
    EXPECT_FALSE(ParseEligible(other).ok());
  }
}

TEST(Facts, PlainArgumentsAreWhatRulesLookAt) {
  const auto attributes = AttributesOf(
      {{"dataset", "staff"}, {"value", 4.5}, {"urgent", true}, {"law", {{"$ref", "s1.law"}}}});
  const std::map<std::string, std::string> expected = {
      {"dataset", "staff"}, {"urgent", "true"}, {"value", "4.5"}};
  EXPECT_EQ(attributes, expected);
  EXPECT_EQ(AttributesOf({{"level", 5.0}}), AttributesOf({{"level", 5}})) << "one number";
}

TEST(Facts, NobodyIsEligibleWhomNoObligationAsks) {
  StepDecision step{"s1", "ticket.create", true, {}, {}, {}, {}};
  EXPECT_TRUE(EligibleJson({true, {step}, "", ""}, {Clerk(), Head(), Lead()}).empty());
  step.obligations = {{Obligation::Kind::kApproveOne, {"shift_lead"}, "", "approval.one"}};
  const Json eligible = EligibleJson({true, {step}, "", ""}, {Clerk(), Head(), Lead()});
  ASSERT_EQ(eligible.size(), 1u);
  EXPECT_EQ(ParseEligible(eligible)->at(0).id, "jung.shift");
  EXPECT_EQ(ParseEligible(eligible)->at(0).clearance.n2sf, N2sf::kS);
  Json older = eligible;  // clearance was not looked at then, and nothing hung on it
  older[0].erase("clearance");
  EXPECT_EQ(ParseEligible(older, Clearance{N2sf::kC, Mil::kI})->at(0).clearance.mil, Mil::kI);
  EXPECT_FALSE(ParseEligible(older).ok()) << "a newer one must say";
  older[0]["clearance"] = Json::object();
  EXPECT_FALSE(ParseEligible(older, Clearance{N2sf::kC, Mil::kI}).ok()) << "said, and malformed";
}

}  // namespace
}  // namespace policies
