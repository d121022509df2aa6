// Whose request is planned next, and a planner whose store hangs.
#include <thread>

#include "tests/contract/run_loop_fixture.h"

namespace agents {
namespace {

using testing::ElementsAre;

// Whose requests are planned one at a time, so that one worker is left for others.
class PlanTurnsTest : public testing::Test {
 protected:
  static RunLoopOptions OnePlanEach() {
    RunLoopOptions options = QuickOptions();
    options.plans_each_max = 1;
    return options;
  }

  // A request of kim.legal's that is being planned until LetGo.
  void Hold() {
    world_.planner().HoldNext(absl::OkStatus());
    held_ = world_.Start("kim.legal", "26조", W::Plan({Article()}));
    worker_ = std::thread([&] { EXPECT_TRUE(Advance()); });
    while (!world_.planner().holding()) absl::SleepFor(absl::Milliseconds(5));
  }
  void LetGo() {
    EXPECT_TRUE(world_.loop().Cancel(held_, "kim.legal").ok());
    worker_.join();
    absl::SleepFor(absl::Milliseconds(150));  // a run that had no turn is looked at again
    world_.Work();
  }
  bool Advance() {
    return *world_.loop().Advance("other", [] { return false; });
  }

  RunWorld world_{OnePlanEach()};
  std::string held_;
  std::thread worker_;
};

TEST_F(PlanTurnsTest, AnothersRequestIsPlannedBeforeTheSamePersonsNext) {
  Hold();
  const std::string next = world_.Start("kim.legal", "27조", W::Plan({Article()}));
  const std::string other = world_.Start("han.clerk", "티켓", W::Plan({Ticket()}));
  EXPECT_TRUE(Advance());
  EXPECT_FALSE(Advance());
  EXPECT_THAT(world_.EventTypes(other), testing::Contains("plan.made"));
  EXPECT_THAT(world_.EventTypes(next), ElementsAre("run.created"));
  LetGo();
  EXPECT_EQ(world_.Get(next).state, RunState::kCompleted) << world_.Get(next).reason_en;
}

TEST_F(PlanTurnsTest, AReplyIsPlannedWhenThePersonsOtherPlanIsMade) {
  const std::string id =
      world_.Start("kim.legal", "제38조", {{"verdict", "ask"}, {"missing", {"law.article.law"}}});
  world_.planner().Teach("제38조\n의료법", W::Plan({Article()}));
  world_.Work();
  Hold();
  ASSERT_TRUE(world_.loop().Reply(id, "kim.legal", "의료법", "").ok());
  EXPECT_TRUE(Advance());  // claimed, and left for later
  EXPECT_EQ(world_.EventTypes(id).back(), "run.replied");
  LetGo();
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted) << world_.Get(id).reason_en;
}

// A store whose journal does not answer as long as it is told so.
class HangingStore : public fakes::FaultyStore {
 public:
  using FaultyStore::FaultyStore;
  absl::StatusOr<std::vector<Event>> Journal(const std::string& id, uint64_t from) override {
    while (hang) {
      asked = true;
      absl::SleepFor(absl::Milliseconds(5));
    }
    return FaultyStore::Journal(id, from);
  }
  std::atomic<bool> hang{false}, asked{false};
};

// The planner shares its model with all others: its thread must not wait for the store.
TEST_F(RunLoopTest, AStoreThatHangsDoesNotHoldThePlannerUp) {
  HangingStore store(world_.store());
  const auto loop = world_.Loop(store);
  world_.planner().HoldNext(absl::OkStatus());
  const std::string id = world_.Start("kim.legal", "26조", W::Plan({Article()}));
  std::atomic<bool> stopping{false};
  std::thread worker(
      [&] { EXPECT_TRUE(loop->Advance("worker", [&] { return stopping.load(); }).ok()); });
  while (!world_.planner().holding()) absl::SleepFor(absl::Milliseconds(5));
  store.hang = true;
  for (int i = 0; i < 400 && !store.asked; ++i) absl::SleepFor(absl::Milliseconds(5));
  EXPECT_TRUE(store.asked);
  stopping = true;
  absl::SleepFor(absl::Milliseconds(500));
  EXPECT_FALSE(world_.planner().holding());  // it was told, though the store still hangs
  store.hang = false;
  worker.join();
  EXPECT_THAT(world_.EventTypes(id), ElementsAre("run.created", "plan.made"));
}

}  // namespace
}  // namespace agents
