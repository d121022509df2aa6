// Leases of runs: one worker at a time, fenced, by the clock of the database.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/contract/run_store_events.h"

namespace agents {
namespace {

class LeaseTest : public testing::Test {
 protected:
  std::unique_ptr<RunStore> store_ = fakes::OpenTestStore(fakes::MakeTestDatabase());
  static constexpr absl::Duration kLong = absl::Seconds(30);
};

TEST_F(LeaseTest, ARunIsLeasedToOneWorkerAtATime) {
  const std::string id = *store_->CreateRun(Request());
  const auto lease = *store_->ClaimRun("a", kLong);
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->run_id, id);
  EXPECT_FALSE(*store_->ClaimRun("b", kLong));
  EXPECT_TRUE(*store_->HasWorker(lease->run_id));
  ASSERT_TRUE(store_->ReleaseLease(*lease, /*waiting=*/false).ok());
  EXPECT_FALSE(*store_->HasWorker(lease->run_id));
  EXPECT_TRUE(*store_->ClaimRun("b", absl::Milliseconds(1)));
  absl::SleepFor(absl::Milliseconds(10));
  EXPECT_FALSE(*store_->HasWorker(lease->run_id)) << "its lease has ended";
  EXPECT_TRUE(absl::IsNotFound(store_->HasWorker("no-such-run").status()));
}

TEST_F(LeaseTest, TheOldestWorkIsTakenFirst) {
  const std::string first = *store_->CreateRun(Request()), second = *store_->CreateRun(Request());
  EXPECT_EQ((*store_->ClaimRun("a", kLong))->run_id, first);
  EXPECT_EQ((*store_->ClaimRun("a", kLong))->run_id, second);
}

TEST_F(LeaseTest, WhatAPersonHasSubmittedIsPassedByWhereAskedAndLaterWorkIsNot) {
  const std::string id = *store_->CreateRun(Request());
  EXPECT_FALSE(*store_->ClaimRun("a", kLong, {"kim.legal", "han.clerk"}));
  EXPECT_TRUE(*store_->ClaimRun("a", absl::Milliseconds(1), {"han.clerk"}));
  absl::SleepFor(absl::Milliseconds(20));
  const Lease lease = **store_->ClaimRun("a", kLong);
  ASSERT_TRUE(store_->Append(id, &lease, 1, {Waiting("law")}).ok());
  ASSERT_TRUE(store_->ReleaseLease(lease, /*waiting=*/false).ok());
  EXPECT_TRUE(*store_->ClaimRun("b", kLong, {"kim.legal"}));
}

TEST_F(LeaseTest, AWriteUnderALostLeaseIsRefused) {
  const std::string id = *store_->CreateRun(Request());
  const Lease old = **store_->ClaimRun("a", absl::Milliseconds(1));
  absl::SleepFor(absl::Milliseconds(20));
  const Lease held = **store_->ClaimRun("b", kLong);
  EXPECT_TRUE(absl::IsFailedPrecondition(store_->Append(id, &old, 1, {Waiting("late")}).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(store_->RenewLease(old, kLong).status()));
  EXPECT_TRUE(store_->ReleaseLease(old, false).ok());  // somebody else's lease stays
  EXPECT_TRUE(store_->Append(id, &held, 1, {Waiting("mine")}).ok());
  ASSERT_TRUE(store_->ReleaseLease(held, true).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(
      store_->Append(id, &held, 2, {Waiting("after release")}).status()));
}

TEST_F(LeaseTest, ARenewedLeaseHolds) {
  ASSERT_TRUE(store_->CreateRun(Request()).ok());
  const Lease lease = **store_->ClaimRun("a", absl::Milliseconds(50));
  ASSERT_TRUE(store_->RenewLease(lease, kLong).ok());
  absl::SleepFor(absl::Milliseconds(80));
  EXPECT_FALSE(*store_->ClaimRun("b", kLong));
}

TEST_F(LeaseTest, AWaitingRunHasNoWorkUntilSomethingHappensToIt) {
  const std::string id = *store_->CreateRun(Request());
  const Lease lease = **store_->ClaimRun("a", kLong);
  ASSERT_TRUE(store_->Append(id, &lease, 1, {Waiting("law")}).ok());
  ASSERT_TRUE(store_->ReleaseLease(lease, /*waiting=*/true).ok());
  EXPECT_FALSE(*store_->ClaimRun("a", kLong));
  ASSERT_TRUE(
      store_->Append(id, nullptr, 2, {{0, "", "kim.legal", "run.replied", {{"text", "의료법"}}}})
          .ok());
  EXPECT_TRUE(*store_->ClaimRun("a", kLong));
}

TEST_F(LeaseTest, WhatHappensWhileAWorkerIsAtItIsNotForgotten) {
  const std::string id = *store_->CreateRun(Request());
  const Lease lease = **store_->ClaimRun("a", kLong);
  ASSERT_TRUE(
      store_->Append(id, nullptr, 1, {{0, "", "kim.legal", "run.cancel_requested", Json::object()}})
          .ok());
  ASSERT_TRUE(store_->ReleaseLease(lease, /*waiting=*/true).ok());
  EXPECT_TRUE(*store_->ClaimRun("b", kLong));
}

TEST_F(LeaseTest, WaitingForWorkEndsWhenARunIsMade) {
  EXPECT_FALSE(*store_->ClaimRun("a", kLong));
  const absl::Time before = absl::Now();
  ASSERT_TRUE(store_->CreateRun(Request()).ok());  // before the wait begins: it must not be missed
  ASSERT_TRUE(store_->WaitForWork(absl::Now() + absl::Seconds(30)).ok());
  EXPECT_LT(absl::Now() - before, absl::Seconds(1));
}

}  // namespace
}  // namespace agents
