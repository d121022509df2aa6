#include "policies/approval_rules.h"

#include <gtest/gtest.h>

#include "tests/unit/policies/facts.h"

namespace policies {
namespace {

using Kind = Obligation::Kind;

const Obligation kOne{Kind::kApproveOne, {"dept_head"}, "", "approval.one"};
const Obligation kTwo{Kind::kApproveTwo, {"dept_head", "shift_lead"}, "", "approval.two"};
const Obligation kLicensed{Kind::kApproveLicensed, {"prescriber"}, "", "approval.licensed"};
const Obligation kConfirm{Kind::kConfirm, {}, "", "approval.confirm"};

TEST(ApprovalRules, OnePersonOfTheRoleApprovesButNotTheRequester) {
  EXPECT_TRUE(MayApprove(kOne, Clerk(), Head(), {}));
  EXPECT_FALSE(MayApprove(kOne, Clerk(), Lead(), {}));
  EXPECT_FALSE(MayApprove(kOne, Head(), Head(), {}));
}

TEST(ApprovalRules, TwoPeopleAreDistinctAndOfDistinctUnitsAndOneForEachRole) {
  const std::vector<ApprovalFact> head = {Yes(Head(), "h")};
  EXPECT_TRUE(MayApprove(kTwo, Clerk(), Lead(), head));
  EXPECT_FALSE(MayApprove(kTwo, Clerk(), Head(), head));
  EXPECT_FALSE(MayApprove(kTwo, Clerk(), Person("other.head", "legal", {"dept_head"}), head));
  EXPECT_FALSE(MayApprove(kTwo, Clerk(), Person("same.unit", "head_office", {"shift_lead"}), head));
  EXPECT_FALSE(MayApprove(kTwo, Lead(), Lead(), head));
}

TEST(ApprovalRules, OneWhoHoldsBothRolesStillMakesOnlyOneOfTwo) {
  const Principal both = Person("both", "legal", {"dept_head", "shift_lead"});
  EXPECT_TRUE(MayApprove(kTwo, Clerk(), both, {Yes(Head(), "h")}));
  EXPECT_FALSE(Met(kTwo, Clerk(), "h", {Yes(both, "h"), Yes(both, "h")}));
  EXPECT_TRUE(Met(kTwo, Clerk(), "h", {Yes(both, "h"), Yes(Lead(), "h")}));
}

TEST(ApprovalRules, ALicenceHolderMaySignTheOwnRequest) {
  const Principal doctor = Person("lee.doctor", "hospital", {"prescriber"});
  EXPECT_TRUE(MayApprove(kLicensed, doctor, doctor, {}));
  EXPECT_FALSE(MayApprove(kLicensed, doctor, Head(), {}));
}

TEST(ApprovalRules, OnlyTheRequesterConfirms) {
  EXPECT_TRUE(MayApprove(kConfirm, Clerk(), Clerk(), {}));
  EXPECT_FALSE(MayApprove(kConfirm, Clerk(), Head(), {}));
}

TEST(ApprovalRules, WhatPeopleCannotMeetNobodyMayApprove) {
  for (Kind kind : {Kind::kReason, Kind::kRedact, Kind::kNoReleaseBelow}) {
    EXPECT_FALSE(MayApprove({kind, {"dept_head"}, "", ""}, Clerk(), Head(), {}));
  }
}

TEST(ApprovalRules, ApprovalsOfOtherCallsAndRefusalsCountForNothing) {
  EXPECT_TRUE(Met(kOne, Clerk(), "h", {Yes(Head(), "h")}));
  EXPECT_FALSE(Met(kOne, Clerk(), "h", {Yes(Head(), "g")}));
  EXPECT_FALSE(Met(kOne, Clerk(), "h", {Yes(Head(), "")}));
  EXPECT_FALSE(Met(kOne, Clerk(), "h", {{Head(), false, "h", ""}}));
  EXPECT_FALSE(Met(kOne, Clerk(), "h", {}));
  EXPECT_FALSE(Met(kTwo, Clerk(), "h", {Yes(Head(), "h"), Yes(Lead(), "g")}));
  EXPECT_TRUE(Met(kTwo, Clerk(), "h", {Yes(Lead(), "h"), Yes(Clerk(), "h"), Yes(Head(), "h")}));
}

TEST(ApprovalRules, SomebodyOtherThanTheRequesterMustBeThereToApprove) {
  EXPECT_TRUE(AnyoneMayMeet(kOne, Clerk(), {Clerk(), Head()}));
  EXPECT_FALSE(AnyoneMayMeet(kOne, Head(), {Clerk(), Head()}));
  EXPECT_FALSE(AnyoneMayMeet(kOne, Clerk(), {}));
  EXPECT_TRUE(AnyoneMayMeet(kTwo, Clerk(), {Head(), Lead()}));
  EXPECT_FALSE(AnyoneMayMeet(kTwo, Clerk(), {Head()}));
  EXPECT_FALSE(AnyoneMayMeet(kTwo, Head(), {Head(), Lead()}));
}

}  // namespace
}  // namespace policies
