#include "model_core/engine/thread_team.h"

#include <gtest/gtest.h>

#include <chrono>
#include <numeric>

namespace model_core {
namespace {

TEST(ThreadTeam, EveryMemberWorksOnceAndRunWaitsForAll) {
  for (size_t size : {1, 2, 3, 8}) {
    ThreadTeam team(size);
    std::vector<int> done(size);
    for (int round = 1; round <= 500; ++round) {
      team.Run([&](size_t member) { ++done[member]; });
      ASSERT_EQ(std::accumulate(done.begin(), done.end(), 0), round * static_cast<int>(size));
    }
  }
}

TEST(ThreadTeam, WaitSeparatesWritingFromReading) {
  constexpr size_t kMembers = 4;
  ThreadTeam team(kMembers);
  std::vector<int> stage(kMembers);
  std::atomic<int> faults{0};
  team.Run([&](size_t member) {
    for (int step = 1; step <= 300; ++step) {
      stage[member] = step;
      team.Wait();
      for (int other : stage) faults += other == step ? 0 : 1;
      team.Wait();
    }
  });
  EXPECT_EQ(faults, 0);
}

TEST(ThreadTeam, MembersThatFellAsleepWakeForTheNextTask) {
  ThreadTeam team(2);
  std::atomic<int> calls{0};
  for (int round = 0; round < 3; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // longer than they spin
    team.Run([&](size_t) { ++calls; });
  }
  EXPECT_EQ(calls, 6);
}

TEST(Share, SharesCoverEverythingOnceInWholeUnits) {
  for (size_t count : {0, 1, 15, 16, 17, 100, 336}) {
    for (size_t members : {1, 2, 3, 7}) {
      size_t next = 0;
      for (size_t member = 0; member < members; ++member) {
        const Share share(count, member, members, 16);
        EXPECT_EQ(share.begin, next);
        EXPECT_TRUE(share.begin % 16 == 0 || share.size() == 0);
        next = share.end;
      }
      EXPECT_EQ(next, count);
    }
  }
}

}  // namespace
}  // namespace model_core
