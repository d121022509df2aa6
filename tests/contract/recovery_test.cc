// What a run survives: its worker dying between any two events, lost leases, a database that is
// killed. No effect happens twice, none is lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <thread>

#include "agents/redecide.h"
#include "tests/contract/recovery_world.h"

namespace agents {
namespace {

using testing::Each;
using testing::Pair;

TEST_F(RecoveryTest, AWorkerMayDieBetweenAnyTwoAppends) {
  outside_.Serve(world_.tools(), "ticket.create");
  size_t runs = 0;
  for (const bool answer_lost : {false, true}) {
    bool died = true;
    for (int appends = 0; died; ++appends, ++runs) {
      const std::string id = world_.Start("han.clerk", "요청 두 건", TwoTickets());
      WorkAndDie(id, appends, answer_lost, died);
      Finish(id);
      const auto run = world_.Get(id);
      EXPECT_EQ(run.state, RunState::kCompleted)
          << "after " << appends << " appends: " << run.reason_en;
      for (const auto& [step, record] : run.steps)
        EXPECT_EQ(record.state, StepState::kSucceeded) << step;
      EXPECT_GE(appends, died ? 0 : 4);  // the run is not one single append
    }
  }
  EXPECT_THAT(outside_.happened(), Each(Pair(testing::_, 1)));
  EXPECT_EQ(outside_.happened().size(), 2 * runs);
}

TEST_F(RecoveryTest, ARepeatableReadIsMadeAgainAfterACrash) {
  const std::string id = world_.Start(
      "kim.legal", "26조", W::Plan({W::Step("s1", "law.article", {{"law", "민법"}, {"jo", "1"}})}));
  bool died = false;
  WorkAndDie(id, 1, /*answer_lost=*/false, died);  // the intent is there, the outcome is not
  ASSERT_TRUE(died);
  ASSERT_EQ(world_.Get(id).steps.at("s1").state, StepState::kIntended);
  Finish(id);
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted);
  EXPECT_EQ(world_.Get(id).steps.at("s1").settled_by, "repeat");
  EXPECT_EQ(world_.tools().calls("law.article"), 2);
}

TEST_F(RecoveryTest, ACallTakenUpAgainIsDecidedAgainAndSaysFromWhat) {
  const std::string id = world_.Start(
      "kim.legal", "26조", W::Plan({W::Step("s1", "law.article", {{"law", "민법"}, {"jo", "1"}})}));
  bool died = false;
  WorkAndDie(id, 1, /*answer_lost=*/false, died);
  Finish(id);
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted);
  EXPECT_EQ(LastOf(id, "effect.resumed")["permitted"], true);
  ExpectDecidedAgain(id);
}

TEST_F(RecoveryTest, ACallThatPolicyDeniesWhenItIsTakenUpIsNotMadeAndSaysFromWhat) {
  const std::string id = world_.Start(
      "kim.legal", "26조", W::Plan({W::Step("s1", "law.article", {{"law", "민법"}, {"jo", "1"}})}));
  bool died = false;
  WorkAndDie(id, 1, /*answer_lost=*/false, died);
  const int calls = world_.tools().calls("law.article");
  PrincipalRecord record = *world_.store().GetPrincipal("kim.legal");
  record.principal.tools = {"doc.search"};
  ASSERT_TRUE(world_.store().PutPrincipal(record).ok());
  Finish(id);
  EXPECT_EQ(world_.tools().calls("law.article"), calls);
  EXPECT_EQ(world_.Get(id).state, RunState::kRejected);
  const Json resumed = LastOf(id, "effect.resumed");
  EXPECT_EQ(resumed["permitted"], false);
  EXPECT_EQ(resumed["rules"][0]["id"], "access.tool");
  EXPECT_EQ(resumed["facts"]["principal"]["tools"], Json::array({"doc.search"}));
  EXPECT_EQ(LastOf(id, "effect.outcome")["error"]["rules"][0]["id"], "access.tool");
  ExpectDecidedAgain(id);
}

TEST_F(RecoveryTest, RetriesHappenOnlyWhereTheyAreAllowed) {
  const auto busy = [](const tools::ToolCall&, const tools::CallContext&) {
    return tools::MakeToolError("unreachable", "no connection", "연결 불가");
  };
  world_.tools().On("law.article", busy);
  world_.tools().On("ticket.create", busy);
  const std::string read = world_.Start(
      "kim.legal", "읽기", W::Plan({W::Step("s1", "law.article", {{"law", "민법"}, {"jo", "1"}})}));
  const std::string write = world_.Start(
      "han.clerk", "쓰기", W::Plan({W::Step("s1", "ticket.create", {{"title", "하나"}})}));
  Finish(read);
  Finish(write);
  EXPECT_EQ(world_.tools().calls("law.article"), 3);
  EXPECT_EQ(world_.tools().calls("ticket.create"), 1);
  EXPECT_EQ(world_.Get(write).state, RunState::kFailed);
}

TEST_F(RecoveryTest, AnAnswerOfTheStoreThatIsLostIsNotTakenForAFailure) {
  outside_.Serve(world_.tools(), "ticket.create");
  fakes::FaultyStore flaky(world_.store());
  const auto loop = world_.Loop(flaky);
  const std::string id = world_.Start("han.clerk", "요청 두 건", TwoTickets());
  for (int i = 0; i < 20 && !Terminal(world_.Get(id).state); ++i) {
    flaky.LoseOneAnswer();
    ASSERT_TRUE(loop->Advance("worker", [] { return false; }).ok());
    ApproveAll(id);
  }
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted);
  EXPECT_THAT(outside_.happened(), Each(Pair(testing::_, 1)));
}

TEST_F(RecoveryTest, AWorkerThatLostItsLeaseLeavesTheRunToTheOther) {
  std::atomic<bool> begun{false};
  world_.tools().On("law.article", [&](const tools::ToolCall&, const tools::CallContext& context) {
    if (begun.exchange(true)) return fakes::LeastResult("law.article");
    for (int i = 0; i < 500 && !context.cancelled(); ++i) absl::SleepFor(absl::Milliseconds(10));
    return fakes::LeastResult("law.article");
  });
  fakes::FaultyStore stalled(world_.store());
  const auto loop = world_.Loop(stalled);
  const std::string id = world_.Start(
      "kim.legal", "26조", W::Plan({W::Step("s1", "law.article", {{"law", "민법"}, {"jo", "1"}})}));
  std::thread slow([&] { loop->Advance("slow", [] { return false; }).IgnoreError(); });
  while (!begun) absl::SleepFor(absl::Milliseconds(5));
  stalled.Die();  // from here on it renews nothing
  Finish(id);
  slow.join();
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted);
}

TEST_F(RecoveryTest, ARunCompletesThoughPostgresqlIsKilledInItsMidst) {
  outside_.Serve(world_.tools(), "ticket.create");
  std::atomic<bool> killed{false};
  world_.tools().On("law.article", [&](const tools::ToolCall&, const tools::CallContext&) {
    if (!killed.exchange(true)) kill(fakes::TestCluster().server_pid(), SIGKILL);
    return fakes::LeastResult("law.article");
  });
  const std::string id = world_.Start("han.clerk", "요청 두 건", TwoTickets());
  for (int i = 0; i < 3000; ++i) {
    world_.loop().Advance("worker", [] { return false; }).IgnoreError();
    absl::SleepFor(absl::Milliseconds(20));
    const auto journal = world_.store().Journal(id, 0);
    if (!journal.ok()) continue;
    if (Terminal(Fold(id, *journal)->state)) break;
    const auto run = *Fold(id, *journal);
    for (const auto& [approval_id, approval] : run.approvals) {
      if (approval.state == "pending")
        world_.loop()
            .Decide(approval_id, "seo.head", true, "확인함", approval.call_hash)
            .IgnoreError();
    }
  }
  EXPECT_TRUE(killed);
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted);
  EXPECT_THAT(outside_.happened(), Each(Pair(testing::_, 1)));
  EXPECT_EQ(outside_.happened().size(), 2u);
}

}  // namespace
}  // namespace agents
