#include "agents/running/plan_turns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace agents {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(PlanTurns, APersonHasSoManyAtATimeAndTheOthersTheirs) {
  PlanTurns turns(2);
  auto first = turns.Take("kim"), second = turns.Take("kim");
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(turns.Take("kim"));
  EXPECT_THAT(turns.Full(), ElementsAre("kim"));
  EXPECT_TRUE(turns.Take("han"));
  first.reset();
  EXPECT_THAT(turns.Full(), IsEmpty());
  EXPECT_TRUE(turns.Take("kim"));
}

TEST(PlanTurns, WithoutABoundThereIsAlwaysOne) {
  PlanTurns turns(0);
  const auto first = turns.Take("kim"), second = turns.Take("kim");
  EXPECT_TRUE(first && second);
  EXPECT_THAT(turns.Full(), IsEmpty());
}

}  // namespace
}  // namespace agents
