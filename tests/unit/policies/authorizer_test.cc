#include "policies/authorizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "model_core/base/strings.h"
#include "policies/policy_files.h"
#include "tests/unit/policies/facts.h"

namespace policies {
namespace {

using testing::HasSubstr;

class AuthorizerTest : public testing::Test {
 protected:
  std::variant<Permit, StepDecision> Ask(const StepFacts& step,
                                         const std::vector<ApprovalFact>& approvals = {},
                                         bool confirmed = false, Principal principal = Clerk()) {
    return *authorizer_->AuthorizeCall({principal, "administration", {step}}, step,
                                       BindingOf(step, authorizer_->policy_version()), approvals,
                                       confirmed);
  }
  bool Permitted(const StepFacts& step, const std::vector<ApprovalFact>& approvals = {},
                 bool confirmed = false) {
    return std::holds_alternative<Permit>(Ask(step, approvals, confirmed));
  }
  std::string Hash(const StepFacts& step) {
    return BindingOf(step, authorizer_->policy_version()).Hash();
  }

  const std::unique_ptr<Authorizer> authorizer_ = *MakeCedarAuthorizer("");
};

TEST_F(AuthorizerTest, APermitIsForExactlyTheCallThatWasAskedAbout) {
  const auto answer = Ask(Ticket());
  ASSERT_TRUE(std::holds_alternative<Permit>(answer));
  EXPECT_EQ(std::get<Permit>(answer).call_hash(), Hash(Ticket()));
}

TEST_F(AuthorizerTest, ADenialNamesRuleReasonAndWhatWouldLiftIt) {
  Principal person = Clerk();
  person.tools.clear();
  const auto answer = Ask(Ticket(), {}, false, person);
  ASSERT_TRUE(std::holds_alternative<StepDecision>(answer));
  const auto& decision = std::get<StepDecision>(answer);
  EXPECT_FALSE(decision.permitted);
  EXPECT_TRUE(decision.obligations.empty());
  ASSERT_EQ(decision.rules.size(), 1u);
  EXPECT_EQ(decision.rules[0].id, "access.tool");
  EXPECT_THAT(decision.rules[0].reason_ko, HasSubstr("'ticket.create'"));
  EXPECT_THAT(decision.rules[0].reason_en, HasSubstr("'ticket.create'"));
  EXPECT_FALSE(decision.rules[0].lift_ko.empty());
}

TEST_F(AuthorizerTest, ADenialSaysBothGradesInWords) {
  StepFacts step = Ticket();
  step.output = {N2sf::kC, Mil::kRestricted, Privacy::kNone, Integrity::kTrusted};
  const auto decision = std::get<StepDecision>(Ask(step));
  EXPECT_THAT(decision.rules.at(0).reason_ko, HasSubstr("C·대외비"));
  EXPECT_THAT(decision.rules.at(0).reason_ko, HasSubstr("(S)"));
}

TEST_F(AuthorizerTest, OneApprovalForExactlyThisCallMakesThePermit) {
  const StepFacts step = Ticket("one", {"dept_head"});
  const auto waiting = Ask(step);
  ASSERT_TRUE(std::holds_alternative<StepDecision>(waiting));
  const auto& decision = std::get<StepDecision>(waiting);
  EXPECT_TRUE(decision.permitted);
  ASSERT_EQ(decision.obligations.size(), 1u);
  EXPECT_EQ(decision.obligations[0],
            (Obligation{Obligation::Kind::kApproveOne, {"dept_head"}, "", "approval.one"}));
  EXPECT_TRUE(Permitted(step, {Yes(Head(), Hash(step))}));
  EXPECT_FALSE(Permitted(step, {Yes(Head(), "other")}));
  EXPECT_FALSE(Permitted(step, {Yes(Lead(), Hash(step))}));
  EXPECT_FALSE(Permitted(step, {}, /*confirmed=*/true));
}

TEST_F(AuthorizerTest, TwoApprovalsAreTwo) {
  const StepFacts step = Ticket("two", {"dept_head", "shift_lead"});
  EXPECT_FALSE(Permitted(step, {Yes(Head(), Hash(step))}));
  EXPECT_FALSE(Permitted(step, {Yes(Head(), Hash(step)), Yes(Head(), Hash(step))}));
  EXPECT_TRUE(Permitted(step, {Yes(Head(), Hash(step)), Yes(Lead(), Hash(step))}));
}

TEST_F(AuthorizerTest, AConditionalStepWaitsForTheRequestersWord) {
  StepFacts step = Ticket("one", {"dept_head"});
  step.confirm = true;
  EXPECT_FALSE(Permitted(step, {Yes(Head(), Hash(step))}));
  EXPECT_FALSE(Permitted(step, {}, true));
  EXPECT_TRUE(Permitted(step, {Yes(Head(), Hash(step))}, true));
}

TEST_F(AuthorizerTest, WhereAReasonIsDemandedAnApprovalWithoutOneCountsForNothing) {
  StepFacts step = Ticket("one", {"dept_head"});
  step.tool = "setpoint.write";
  Principal person = Clerk();
  person.tools = {"setpoint.write"};
  const auto permitted = [&](const std::string& reason) {
    return std::holds_alternative<Permit>(
        Ask(step, {Yes(Head(), Hash(step), reason)}, false, person));
  };
  EXPECT_FALSE(permitted(""));
  EXPECT_TRUE(permitted("온도 편차 확인"));
}

// A label.assign that makes `becomes` of a document graded `grade`.
StepFacts Relabel(N2sf grade, N2sf becomes) {
  StepFacts step = Ticket("one", {"dept_head"});
  step.kind = "draft";
  step.input.n2sf = grade;
  step.records = {{"documents", "DOC-1", "보고서", step.input, step.input}};
  step.records[0].becomes->n2sf = becomes;
  return step;
}

TEST_F(AuthorizerTest, LoweringAGradeTakesTwoPeopleWithReasonsAndRaisingOneDoesNot) {
  const StepFacts lower = Relabel(N2sf::kS, N2sf::kO);
  const Principal authority = Person("yoon.depot", "depot", {"classification_authority"});
  const ApprovalFact one = Yes(Head(), Hash(lower), "부분 공개"),
                     other = Yes(authority, Hash(lower), "재분류");
  EXPECT_FALSE(Permitted(lower, {one}));
  EXPECT_TRUE(Permitted(lower, {one, other}));
  EXPECT_FALSE(Permitted(lower, {one, Yes(authority, Hash(lower), "")}));
  for (const N2sf to : {N2sf::kS, N2sf::kC}) {
    const StepFacts raise = Relabel(N2sf::kS, to);
    EXPECT_TRUE(Permitted(raise, {Yes(Head(), Hash(raise))}));
  }
}

TEST_F(AuthorizerTest, ALoweringThatNobodyIsClearedToApproveIsDeniedWithThePlan) {
  const StepFacts lower = Relabel(N2sf::kS, N2sf::kO);
  Principal authority = Person("yoon.depot", "depot", {"classification_authority"});
  const PlanFacts plan{Clerk(), "administration", {lower}};
  EXPECT_TRUE(authorizer_->CheckPlan(plan, {Head(), authority})->permitted);
  authority.clearance.n2sf = N2sf::kO;
  const auto denied = *authorizer_->CheckPlan(plan, {Head(), authority});
  EXPECT_FALSE(denied.permitted);
  EXPECT_EQ(denied.steps[0].rules.at(0).id, "approval.no_eligible_person");
  EXPECT_THAT(denied.steps[0].rules.at(0).reason_en, HasSubstr("cleared for S"));
}

TEST(Authorizer, WhateverPoliciesAreLoadedTheCataloguesApprovalIsTheLeast) {
  PolicyFiles files = *ReadPolicyFiles("");
  std::erase_if(files.files, [](const PolicyFile& file) { return file.name == "approval.cedar"; });
  const auto authorizer = *MakeCedarAuthorizer(files);
  const auto ask = [&](const StepFacts& step, const std::vector<ApprovalFact>& approvals) {
    return *authorizer->AuthorizeCall({Clerk(), "administration", {step}}, step,
                                      BindingOf(step, authorizer->policy_version()), approvals,
                                      false);
  };
  const StepFacts step = Ticket("one", {"dept_head"});
  const std::string hash = BindingOf(step, authorizer->policy_version()).Hash();
  const auto asked = ask(step, {});
  ASSERT_TRUE(std::holds_alternative<StepDecision>(asked));
  EXPECT_EQ(std::get<StepDecision>(asked).obligations,
            (std::vector<Obligation>{
                {Obligation::Kind::kApproveOne, {"dept_head"}, "", "approval.tool"}}));
  EXPECT_TRUE(std::holds_alternative<Permit>(ask(step, {Yes(Head(), hash)})));
  EXPECT_TRUE(std::holds_alternative<Permit>(ask(Ticket(), {})));
}

TEST_F(AuthorizerTest, APlanWhoseApprovalNobodyMayGiveIsDenied) {
  const StepFacts step = Ticket("one", {"dept_head"});
  const PlanFacts plan{Clerk(), "administration", {step}};
  EXPECT_TRUE(authorizer_->CheckPlan(plan, {Clerk(), Head()})->permitted);
  const auto denied = *authorizer_->CheckPlan(plan, {Clerk(), Lead()});
  EXPECT_FALSE(denied.permitted);
  EXPECT_EQ(denied.steps[0].rules.at(0).id, "approval.no_eligible_person");
  EXPECT_FALSE(
      authorizer_->CheckPlan({Head(), "administration", {step}}, {Clerk(), Head()})->permitted);
}

TEST_F(AuthorizerTest, APlanIsDeniedWithAnyOfItsSteps) {
  StepFacts second = Ticket();
  second.step_id = "s2";
  second.tool = "mail.send";
  const auto decision =
      *authorizer_->CheckPlan({Clerk(), "administration", {Ticket(), second}}, {});
  EXPECT_FALSE(decision.permitted);
  EXPECT_TRUE(decision.steps[0].permitted);
  EXPECT_FALSE(decision.steps[1].permitted);
  EXPECT_EQ(decision.policy_version, authorizer_->policy_version());
}

TEST_F(AuthorizerTest, ARunHasTheOnePurposeThatFitsEveryStep) {
  Principal person = Clerk();
  person.purposes = {"research", "administration"};
  StepFacts other = Ticket();
  other.step_id = "s2";
  other.purposes = {"administration", "research"};
  EXPECT_EQ(authorizer_->CheckPlan({person, "", {Ticket(), other}}, {})->purpose, "administration");
  other.purposes = {"research"};
  const auto split = *authorizer_->CheckPlan({person, "", {Ticket(), other}}, {});
  EXPECT_EQ(split.purpose, "");
  EXPECT_FALSE(split.permitted);
  EXPECT_EQ(split.steps[0].rules.at(0).id, "access.one_purpose");
}

TEST_F(AuthorizerTest, ACallBoundToAnotherPolicyVersionGetsNoDecision) {
  const auto answer = authorizer_->AuthorizeCall({Clerk(), "administration", {Ticket()}}, Ticket(),
                                                 BindingOf(Ticket(), "older"), {}, false);
  EXPECT_TRUE(absl::IsFailedPrecondition(answer.status()));
}

TEST_F(AuthorizerTest, WhatTheExecutorCannotDoYetForbids) {
  StepFacts step = Ticket();
  step.kind = "release";
  step.input = {N2sf::kS, Mil::kNone, Privacy::kUniqueId, Integrity::kUser};
  const auto answer = Ask(step);
  ASSERT_TRUE(std::holds_alternative<StepDecision>(answer));
  EXPECT_FALSE(std::get<StepDecision>(answer).permitted);
  EXPECT_EQ(std::get<StepDecision>(answer).rules.at(0).id, "flow.release_unique_id");
}

TEST(Authorizer, RulesThatCannotBeLoadedMakeNoAuthorizer) {
  EXPECT_TRUE(absl::IsNotFound(MakeCedarAuthorizer("/nowhere").status()));
  const std::string directory = testing::TempDir() + "/maru-authorizer";
  std::filesystem::create_directories(directory);
  std::ofstream(directory + "/a.cedarschema") << ReadPolicyFiles("")->schema;
  std::ofstream(directory + "/a.cedar") << "permit (everybody);";
  EXPECT_TRUE(absl::IsInvalidArgument(MakeCedarAuthorizer(directory).status()));
}

}  // namespace
}  // namespace policies
