// Runs that are canceled, and workers that are told to stop: what was begun is finished and kept.
#include <thread>

#include "tests/contract/run_loop_fixture.h"

namespace agents {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(RunLoopTest, ACanceledRunThatWaitsEndsAndItsApprovalIsVoid) {
  const std::string id = world_.Start("han.clerk", "요청 등록", W::Plan({Ticket()}));
  world_.Work();
  const Approval approval = world_.Pending(id);
  const absl::Status others = world_.loop().Cancel(id, "kim.legal");
  EXPECT_EQ(others, NoRun(id)) << "as one that does not exist";
  EXPECT_EQ(world_.loop().Cancel("none", "kim.legal"), NoRun("none"));
  EXPECT_EQ(world_.loop().Reply("none", "kim.legal", "예", ""), NoRun("none"));
  EXPECT_NE(base::Message(others, base::Language::kKorean).find("없습니다"), std::string::npos);
  ASSERT_TRUE(world_.loop().Cancel(id, "han.clerk").ok());
  world_.Work();
  EXPECT_EQ(world_.Get(id).state, RunState::kCanceled);
  EXPECT_EQ(world_.store().GetApproval(approval.id)->state, "void");
  EXPECT_TRUE(absl::IsFailedPrecondition(
      world_.loop().Decide(approval.id, "seo.head", true, "", approval.call_hash)));
  EXPECT_TRUE(absl::IsFailedPrecondition(world_.loop().Cancel(id, "han.clerk")));
}

TEST_F(RunLoopTest, ACancellationReachesAReadThatIsOnItsWay) {
  std::atomic<bool> begun{false}, told{false};
  world_.tools().On("law.article", [&](const tools::ToolCall&, const tools::CallContext& context) {
    begun = true;
    for (int i = 0; i < 1500 && !told; ++i) {
      told = context.cancelled();
      absl::SleepFor(absl::Milliseconds(10));
    }
    return Failure("timeout");
  });
  const std::string id = world_.Start("kim.legal", "26조", W::Plan({Article()}));
  std::thread worker([&] { world_.Work(); });
  while (!begun) absl::SleepFor(absl::Milliseconds(5));
  EXPECT_TRUE(world_.loop().Cancel(id, "kim.legal").ok());
  worker.join();
  EXPECT_TRUE(told);
  EXPECT_EQ(world_.Get(id).state, RunState::kCanceled);
}

TEST_F(RunLoopTest, AnEffectThatWasBegunIsFinishedAndJournalledThoughTheRunIsCanceled) {
  std::atomic<bool> begun{false}, go{false};
  world_.tools().On("ticket.create",
                    [&](const tools::ToolCall&, const tools::CallContext& context) {
                      begun = true;
                      while (!go) absl::SleepFor(absl::Milliseconds(5));
                      EXPECT_FALSE(context.cancelled && context.cancelled());
                      return fakes::LeastResult("ticket.create");
                    });
  const std::string id = world_.Start("han.clerk", "요청 등록", W::Plan({Ticket()}));
  world_.Work();
  ASSERT_TRUE(world_.Decide(id, "seo.head", true).ok());
  std::thread worker([&] { world_.Work(); });
  while (!begun) absl::SleepFor(absl::Milliseconds(5));
  EXPECT_TRUE(world_.loop().Cancel(id, "han.clerk").ok());
  absl::SleepFor(
      absl::Milliseconds(450));  // the cancellation is noticed while the call is on its way
  go = true;
  worker.join();
  const auto run = world_.Get(id);
  EXPECT_EQ(run.state, RunState::kCanceled);
  EXPECT_EQ(run.steps.at("s1").state, StepState::kSucceeded);
  EXPECT_THAT(run.answer, HasSubstr("업무 요청을 등록했습니다."));
}

TEST_F(RunLoopTest, AStoppingWorkerFinishesWhatIsOnItsWayAndLeavesTheRest) {
  std::atomic<bool> stopping{false};
  world_.tools().On("law.search", [&](const tools::ToolCall&, const tools::CallContext&) {
    stopping = true;
    return fakes::LeastResult("law.search");
  });
  const std::string id = world_.Start(
      "kim.legal", "위임",
      W::Plan({W::Step("s1", "law.search", {{"query", "제한"}}),
               W::Step("s2", "law.delegation", {{"law", W::Ref("s1.items[0].law_id")}})}));
  ASSERT_TRUE(world_.loop().Advance("worker", [&] { return stopping.load(); }).ok());
  EXPECT_EQ(world_.Get(id).steps.at("s1").state, StepState::kSucceeded);
  EXPECT_EQ(world_.Get(id).steps.at("s2").state, StepState::kPending);
  world_.Work();
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted);
  EXPECT_EQ(world_.tools().calls("law.search"), 1);
}

TEST_F(RunLoopTest, ACancellationReachesThePlanner) {
  world_.planner().HoldNext(absl::CancelledError("cancelled"));
  const std::string id = world_.Start("kim.legal", "26조", W::Plan({Article()}));
  const absl::Time began = absl::Now();
  std::thread worker([&] { world_.Work(); });
  while (!world_.planner().holding()) absl::SleepFor(absl::Milliseconds(5));
  EXPECT_TRUE(world_.loop().Cancel(id, "kim.legal").ok());
  worker.join();
  EXPECT_LT(absl::Now() - began, absl::Seconds(4));  // the planner was told
  EXPECT_EQ(world_.Get(id).state, RunState::kCanceled);
}

// Advances one run with a worker that is told to stop as soon as `begun`.
void AdvanceAndStop(RunLoop& loop, const std::function<bool()>& begun) {
  std::atomic<bool> stopping{false};
  std::thread worker(
      [&] { EXPECT_TRUE(loop.Advance("worker", [&] { return stopping.load(); }).ok()); });
  for (int i = 0; i < 1000 && !begun(); ++i) absl::SleepFor(absl::Milliseconds(5));
  stopping = true;
  worker.join();
}

TEST_F(RunLoopTest, ARunThatIsBeingPlannedAtAStopIsPlannedAfterTheNextStart) {
  for (const auto& answer : {absl::CancelledError("cancelled"), absl::DeadlineExceededError("late"),
                             absl::InternalError("torn down")}) {
    world_.planner().HoldNext(answer);
    const std::string id = world_.Start("kim.legal", "26조", W::Plan({Article()}));
    const absl::Time began = absl::Now();
    AdvanceAndStop(world_.loop(), [&] { return world_.planner().holding(); });
    EXPECT_LT(absl::Now() - began, absl::Seconds(4)) << answer;  // the planner was told
    EXPECT_THAT(world_.EventTypes(id), ElementsAre("run.created")) << answer;
    world_.Work();
    EXPECT_EQ(world_.Get(id).state, RunState::kCompleted) << world_.Get(id).reason_en;
  }
}

TEST_F(RunLoopTest, APlanThatIsMadeAtAStopIsKept) {
  world_.planner().HoldNext(absl::OkStatus());
  const std::string id = world_.Start("kim.legal", "26조", W::Plan({Article()}));
  AdvanceAndStop(world_.loop(), [&] { return world_.planner().holding(); });
  EXPECT_THAT(world_.EventTypes(id), ElementsAre("run.created", "plan.made"));
  world_.Work();
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted) << world_.Get(id).reason_en;
}

TEST_F(RunLoopTest, AReadOnItsWayAtAStopIsGivenUpAndMadeAgainAfterTheNextStart) {
  std::atomic<bool> begun{false};
  world_.tools().On("law.article", [&](const tools::ToolCall&, const tools::CallContext& context) {
    if (begun.exchange(true)) return tools::ToolOutcome(fakes::LeastResult("law.article"));
    for (int i = 0; i < 1000 && !context.cancelled(); ++i) absl::SleepFor(absl::Milliseconds(10));
    return Failure("timeout");
  });
  const std::string id = world_.Start("kim.legal", "26조", W::Plan({Article()}));
  const absl::Time began = absl::Now();
  AdvanceAndStop(world_.loop(), [&] { return begun.load(); });
  EXPECT_LT(absl::Now() - began, absl::Seconds(8));  // the read was told
  EXPECT_EQ(world_.EventTypes(id).back(), "effect.intent");
  world_.Work();
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted) << world_.Get(id).reason_en;
  EXPECT_EQ(world_.Get(id).steps.at("s1").settled_by, "repeat");
  EXPECT_EQ(world_.tools().calls("law.article"), 2);
}

TEST_F(RunLoopTest, AnEffectOnItsWayAtAStopIsFinishedAndJournalled) {
  std::atomic<bool> begun{false};
  world_.tools().On("ticket.create",
                    [&](const tools::ToolCall&, const tools::CallContext& context) {
                      begun = true;
                      absl::SleepFor(absl::Milliseconds(300));
                      EXPECT_FALSE(context.cancelled && context.cancelled());
                      return fakes::LeastResult("ticket.create");
                    });
  const std::string id = world_.Start("han.clerk", "요청 등록", W::Plan({Ticket()}));
  world_.Work();
  ASSERT_TRUE(world_.Decide(id, "seo.head", true).ok());
  AdvanceAndStop(world_.loop(), [&] { return begun.load(); });
  EXPECT_EQ(world_.Get(id).steps.at("s1").state, StepState::kSucceeded);
  world_.Work();
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted) << world_.Get(id).reason_en;
  EXPECT_EQ(world_.tools().calls("ticket.create"), 1);
}

}  // namespace
}  // namespace agents
