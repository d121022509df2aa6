#include "policies/approval_rules.h"

#include <gtest/gtest.h>

#include "tests/unit/policies/facts.h"

namespace policies {
namespace {

using Kind = Obligation::Kind;

const Obligation kOne{Kind::kApproveOne, {"dept_head"}, "", "approval.one"};
const Obligation kTwo{Kind::kApproveTwo, {"dept_head", "shift_lead"}, "", "approval.two"};
const Obligation kLicensed{Kind::kApproveLicensed, {"prescriber"}, "", "approval.licensed"};
const Label kOpen = UserLabel();
const Obligation kConfirm{Kind::kConfirm, {}, "", "approval.confirm"};

TEST(ApprovalRules, OnePersonOfTheRoleApprovesButNotTheRequester) {
  EXPECT_TRUE(MayApprove(kOne, Clerk(), Head(), {}, kOpen));
  EXPECT_FALSE(MayApprove(kOne, Clerk(), Lead(), {}, kOpen));
  EXPECT_FALSE(MayApprove(kOne, Head(), Head(), {}, kOpen));
}

TEST(ApprovalRules, TwoPeopleAreDistinctAndOfDistinctUnitsAndOneForEachRole) {
  const std::vector<ApprovalFact> head = {Yes(Head(), "h")};
  EXPECT_TRUE(MayApprove(kTwo, Clerk(), Lead(), head, kOpen));
  EXPECT_FALSE(MayApprove(kTwo, Clerk(), Head(), head, kOpen));
  EXPECT_FALSE(
      MayApprove(kTwo, Clerk(), Person("other.head", "legal", {"dept_head"}), head, kOpen));
  EXPECT_FALSE(
      MayApprove(kTwo, Clerk(), Person("same.unit", "head_office", {"shift_lead"}), head, kOpen));
  EXPECT_FALSE(MayApprove(kTwo, Lead(), Lead(), head, kOpen));
}

TEST(ApprovalRules, OneWhoHoldsBothRolesStillMakesOnlyOneOfTwo) {
  const Principal both = Person("both", "legal", {"dept_head", "shift_lead"});
  EXPECT_TRUE(MayApprove(kTwo, Clerk(), both, {Yes(Head(), "h")}, kOpen));
  EXPECT_FALSE(Met(kTwo, Clerk(), "h", kOpen, {Yes(both, "h"), Yes(both, "h")}));
  EXPECT_TRUE(Met(kTwo, Clerk(), "h", kOpen, {Yes(both, "h"), Yes(Lead(), "h")}));
}

TEST(ApprovalRules, ALicenceHolderMaySignTheOwnRequest) {
  const Principal doctor = Person("lee.doctor", "hospital", {"prescriber"});
  EXPECT_TRUE(MayApprove(kLicensed, doctor, doctor, {}, kOpen));
  EXPECT_FALSE(MayApprove(kLicensed, doctor, Head(), {}, kOpen));
}

TEST(ApprovalRules, OnlyTheRequesterConfirms) {
  EXPECT_TRUE(MayApprove(kConfirm, Clerk(), Clerk(), {}, kOpen));
  EXPECT_FALSE(MayApprove(kConfirm, Clerk(), Head(), {}, kOpen));
}

TEST(ApprovalRules, WhatPeopleCannotMeetNobodyMayApprove) {
  for (Kind kind : {Kind::kReason, Kind::kRedact, Kind::kNoReleaseBelow}) {
    EXPECT_FALSE(MayApprove({kind, {"dept_head"}, "", ""}, Clerk(), Head(), {}, kOpen));
  }
}

TEST(ApprovalRules, ApprovalsOfOtherCallsAndRefusalsCountForNothing) {
  EXPECT_TRUE(Met(kOne, Clerk(), "h", kOpen, {Yes(Head(), "h")}));
  EXPECT_FALSE(Met(kOne, Clerk(), "h", kOpen, {Yes(Head(), "g")}));
  EXPECT_FALSE(Met(kOne, Clerk(), "h", kOpen, {Yes(Head(), "")}));
  EXPECT_FALSE(Met(kOne, Clerk(), "h", kOpen, {{Head(), false, "h", ""}}));
  EXPECT_FALSE(Met(kOne, Clerk(), "h", kOpen, {}));
  EXPECT_FALSE(Met(kTwo, Clerk(), "h", kOpen, {Yes(Head(), "h"), Yes(Lead(), "g")}));
  EXPECT_TRUE(
      Met(kTwo, Clerk(), "h", kOpen, {Yes(Lead(), "h"), Yes(Clerk(), "h"), Yes(Head(), "h")}));
}

TEST(ApprovalRules, SomebodyOtherThanTheRequesterMustBeThereToApprove) {
  EXPECT_TRUE(AnyoneMayMeet(kOne, Clerk(), {Clerk(), Head()}, kOpen));
  EXPECT_FALSE(AnyoneMayMeet(kOne, Head(), {Clerk(), Head()}, kOpen));
  EXPECT_FALSE(AnyoneMayMeet(kOne, Clerk(), {}, kOpen));
  EXPECT_TRUE(AnyoneMayMeet(kTwo, Clerk(), {Head(), Lead()}, kOpen));
  EXPECT_FALSE(AnyoneMayMeet(kTwo, Clerk(), {Head()}, kOpen));
  EXPECT_FALSE(AnyoneMayMeet(kTwo, Head(), {Head(), Lead()}, kOpen));
}

TEST(ApprovalRules, NobodyAnswersForWhatTheyMayNotRead) {
  const Label classified{N2sf::kC, Mil::kNone, Privacy::kNone, Integrity::kTrusted};
  Principal cleared = Head();
  cleared.clearance.n2sf = N2sf::kC;
  EXPECT_FALSE(MayApprove(kOne, Clerk(), Head(), {}, classified));
  EXPECT_TRUE(MayApprove(kOne, Clerk(), cleared, {}, classified));
  EXPECT_FALSE(Met(kOne, Clerk(), "h", classified, {Yes(Head(), "h")}));
  EXPECT_FALSE(AnyoneMayMeet(kTwo, Clerk(), {cleared, Lead()}, classified));
}

TEST(ApprovalRules, WhatIsDemandedCoversWhatIsDeclaredOnlyIfTheSamePeopleSayYes) {
  const auto one = *DeclaredApproval("one", {"dept_head"});
  const auto two = *DeclaredApproval("two", {"shift_lead", "dept_head"});
  EXPECT_FALSE(DeclaredApproval("none", {}));
  EXPECT_TRUE(Covers(kOne, one));
  EXPECT_TRUE(Covers(kTwo, two));
  EXPECT_TRUE(Covers(kTwo, one)) << "one of the two is of that role";
  EXPECT_FALSE(Covers(kOne, two));
  EXPECT_FALSE(Covers(kConfirm, one));
  EXPECT_FALSE(Covers(kLicensed, one));
  EXPECT_FALSE(Covers({Kind::kApproveOne, {"dept_head", "clerk"}, "", ""}, one));
  EXPECT_FALSE(Covers({Kind::kApproveTwo, {"clerk", "shift_lead"}, "", ""}, one));
}

}  // namespace
}  // namespace policies
