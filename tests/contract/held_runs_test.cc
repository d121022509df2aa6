// What holds runs up, a full disk or a planner that is away, and what they say of it meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "agents/running/hindrance.h"
#include "tests/contract/recovery_world.h"

namespace agents {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::Pair;

TEST_F(RecoveryTest, AFullDiskHoldsARunUpAndLosesNothing) {
  outside_.Serve(world_.tools(), "ticket.create");
  fakes::FaultyStore full(world_.store());
  const auto loop = world_.Loop(full);
  const std::string id = world_.Start("han.clerk", "요청 두 건", TwoTickets());
  for (int i = 0; i < 20 && !Terminal(world_.Get(id).state); ++i) {
    full.FailAppends(2, absl::ResourceExhaustedError("no space left on device"));
    ASSERT_TRUE(loop->Advance("worker", [] { return false; }).ok());
    ApproveAll(id);
  }
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted);
  EXPECT_THAT(outside_.happened(), Each(Pair(testing::_, 1)));
}

TEST_F(RecoveryTest, WhatHoldsRunsUpIsToldWhileItDoes) {
  fakes::FaultyStore full(world_.store());
  const auto loop = world_.Loop(full);
  EXPECT_TRUE(loop->Held(agents::Run{}).ok());
  full.FailAppends(5, absl::ResourceExhaustedError("no space left on device"));
  const std::string id = world_.Start(
      "kim.legal", "26조", W::Plan({W::Step("s1", "law.article", {{"law", "민법"}, {"jo", "1"}})}));
  std::thread worker([&] { EXPECT_TRUE(loop->Advance("worker", [] { return false; }).ok()); });
  for (int i = 0; i < 2000 && loop->Held(world_.Get(id)).ok(); ++i)
    absl::SleepFor(absl::Milliseconds(1));
  EXPECT_TRUE(absl::IsResourceExhausted(loop->Held(world_.Get(id)))) << loop->Held(world_.Get(id));
  worker.join();
  EXPECT_TRUE(loop->Held(world_.Get(id)).ok()) << loop->Held(world_.Get(id));
  for (int i = 0; i < 200 && world_.Get(id).state != RunState::kCompleted; ++i) {
    absl::SleepFor(absl::Milliseconds(50));  // held up for so long, the worker may lose its lease
    ASSERT_TRUE(loop->Advance("worker", [] { return false; }).ok());
  }
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted);
  EXPECT_TRUE(loop->Held(world_.Get(id)).ok());
  const std::string next = world_.Start(
      "kim.legal", "27조", W::Plan({W::Step("s1", "law.article", {{"law", "민법"}, {"jo", "2"}})}));
  full.Die();
  EXPECT_FALSE(loop->Advance("worker", [] { return false; }).ok());
  EXPECT_TRUE(absl::IsUnavailable(loop->Held(world_.Get(next))))
      << "a store that gives out no work";
}

TEST(Hindrance, EndsWithWhatTheStoreTakesAgain) {
  const absl::Status away = absl::UnavailableError("away"),
                     full = absl::ResourceExhaustedError("full");
  Hindrance hindrance;
  hindrance.Appended(full);
  hindrance.Claimed(absl::OkStatus(), /*wrote=*/true);
  EXPECT_EQ(hindrance.Now(), full) << "a lease takes less room than events";
  hindrance.Appended(absl::AbortedError("one run's own affair"));
  EXPECT_EQ(hindrance.Now(), full);
  hindrance.Appended(absl::OkStatus());
  EXPECT_TRUE(hindrance.Now().ok());
  hindrance.Claimed(full, false);
  hindrance.Claimed(absl::OkStatus(), /*wrote=*/false);
  EXPECT_EQ(hindrance.Now(), full) << "where there was nothing to take, nothing was written";
  hindrance.Claimed(absl::OkStatus(), true);
  EXPECT_TRUE(hindrance.Now().ok());
  hindrance.Appended(away);
  hindrance.Claimed(absl::OkStatus(), false);
  EXPECT_TRUE(hindrance.Now().ok()) << "it answers";
  hindrance.Appended(full);
  hindrance.Appended(away);
  hindrance.Claimed(absl::OkStatus(), false);
  EXPECT_EQ(hindrance.Now(), full) << "a server that ends for want of room leaves no more of it";
}

// What a run that stands still says of itself, where no store is to blame.
class HeldTest : public RecoveryTest {
 protected:
  HeldTest() : RecoveryTest(Talkative()) {}

  // What `id` is held by while a worker is at it; the worker stops then.
  absl::Status HeldWhileAtWork(const std::string& id, const std::function<bool()>& there) {
    std::atomic<bool> stop{false};
    std::thread worker(
        [&] { world_.loop().Advance("worker", [&] { return stop.load(); }).IgnoreError(); });
    for (int i = 0; i < 500 && !there(); ++i) absl::SleepFor(absl::Milliseconds(10));
    const absl::Status held = world_.loop().Held(world_.Get(id));
    stop = true;
    worker.join();
    return held;
  }
  static void ExpectSays(const absl::Status& held, std::string_view reason, const char* english,
                         const char* korean) {
    EXPECT_EQ(base::Reason(held), reason);
    EXPECT_THAT(base::Message(held, base::Language::kEnglish), HasSubstr(english));
    EXPECT_THAT(base::Message(held, base::Language::kKorean), HasSubstr(korean));
  }
  std::string StartReading() {
    return world_.Start("kim.legal", "26조",
                        W::Plan({W::Step("s1", "law.article", {{"law", "민법"}, {"jo", "1"}})}));
  }

 private:
  static RunLoopOptions Talkative() {
    RunLoopOptions options = ShortLeases();
    options.told_after = absl::ZeroDuration();
    return options;
  }
};

TEST_F(HeldTest, ARunSaysThatItsPlannerIsAwayUntilItPlansAgain) {
  const std::string id = StartReading();
  world_.planner().FailNext(absl::UnavailableError("connection refused"));
  EXPECT_FALSE(world_.loop().Advance("worker", [] { return false; }).ok());
  ExpectSays(world_.loop().Held(world_.Get(id)), kHeldByPlanner,
             "the planning model does not answer", "계획 모델이 응답하지 않습니다");
  Finish(id);
  EXPECT_TRUE(world_.loop().Held(world_.Get(id)).ok());
  EXPECT_NE(base::Reason(world_.loop().Held(world_.Get(StartReading()))), kHeldByPlanner);
}

TEST_F(HeldTest, ARunThatNoWorkerHasSaysSo) {
  ExpectSays(world_.loop().Held(world_.Get(StartReading())), kHeldByTurn, "waits for its turn",
             "차례를 기다립니다");
}

TEST_F(HeldTest, ARunWhoseCallIsUnderWaySaysOfWhichSystem) {
  std::atomic<bool> begun{false};
  world_.tools().On("law.article", [&](const tools::ToolCall&, const tools::CallContext& context) {
    begun = true;
    for (int i = 0; i < 1000 && !context.cancelled(); ++i) absl::SleepFor(absl::Milliseconds(10));
    return fakes::LeastResult("law.article");
  });
  ExpectSays(HeldWhileAtWork(StartReading(), [&] { return begun.load(); }), kHeldByCall,
             "s1 law.article: the system behind it has not answered yet",
             "연결된 시스템의 응답을 기다립니다");
}

TEST_F(HeldTest, ARunThatWaitsForAPersonIsHeldByNothingElse) {
  EXPECT_TRUE(world_.loop().Held(world_.Get(StartDoubtful())).ok());
}

TEST_F(RecoveryTest, ARunThatFailsAgainAndAgainIsToldOfOnce) {
  fakes::FaultyStore broken(world_.store());
  const auto loop = world_.Loop(broken);
  const std::string id = world_.Start(
      "kim.legal", "26조", W::Plan({W::Step("s1", "law.article", {{"law", "민법"}, {"jo", "1"}})}));
  testing::internal::CaptureStderr();
  int failed = 0;
  for (int i = 0; i < 400 && !Terminal(world_.Get(id).state); ++i) {
    if (failed < 3) broken.FailAppends(1, absl::InternalError(StrCat("broken-", failed)));
    failed += loop->Advance("worker", [] { return false; }).ok() ? 0 : 1;
    absl::SleepFor(absl::Milliseconds(20));  // the lease ends
  }
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(failed, 3);
  const std::string told =
      StrCat("warning run.advance_failed run_id=", id, " error=broken-0 times=1");
  EXPECT_THAT(log, HasSubstr(told));
  EXPECT_EQ(log.find("run.advance_failed"), log.rfind("run.advance_failed")) << log;
}

}  // namespace
}  // namespace agents
