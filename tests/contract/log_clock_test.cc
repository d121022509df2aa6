// A machine whose clock goes back: no journal and no log does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/contract/run_store_events.h"
#include "tests/fakes/manual_clock.h"

namespace agents {
namespace {

class ClockTest : public testing::Test {
 protected:
  // The log once it holds `count` records; as it is after a while.
  std::vector<RunStore::SequencedRecord> Records(size_t count) {
    std::vector<RunStore::SequencedRecord> records;
    for (int i = 0; i < 500 && records.size() < count; ++i) {
      records = *store_->AuditRecords(0, 100);
      if (records.size() < count) absl::SleepFor(absl::Milliseconds(10));
    }
    return records;
  }
  size_t Jumps() {
    size_t jumps = 0;
    const auto records = *store_->AuditRecords(0, 100);
    for (const auto& [index, record] : records) jumps += record.type == "clock.went_back" ? 1 : 0;
    return jumps;
  }
  void WaitForJump(size_t number) {
    for (int i = 0; i < 500 && Jumps() < number; ++i) absl::SleepFor(absl::Milliseconds(10));
    ASSERT_EQ(Jumps(), number);
  }

  fakes::ManualClock clock_{At("2026-11-24T10:00:00+09:00")};
  const fakes::TestDatabase database_ = fakes::MakeTestDatabase();
  std::unique_ptr<RunStore> store_ = fakes::OpenTestStore(database_, clock_);
};

TEST_F(ClockTest, AJournalsTimeNeverGoesBack) {
  const std::string id = *store_->CreateRun(Request());
  clock_.Advance(-absl::Hours(2));
  ASSERT_TRUE(store_->Append(id, nullptr, 1, {Waiting("a")}).ok());
  clock_.Advance(absl::Hours(3));
  ASSERT_TRUE(store_->Append(id, nullptr, 2, {Waiting("b")}).ok());
  const auto journal = *store_->Journal(id, 0);
  EXPECT_EQ(journal[1].time, "2026-11-24T10:00:00+09:00");
  EXPECT_EQ(journal[2].time, "2026-11-24T11:00:00+09:00");
}

TEST_F(ClockTest, NothingInTheLogIsBeforeTheNewestLeafAndItIsToldOnce) {
  ASSERT_TRUE(store_->CreateRun(Request()).ok());
  ASSERT_EQ(Records(1).size(), 1u);
  EXPECT_EQ(store_->ClockBehind(), absl::ZeroDuration());
  clock_.Advance(-absl::Hours(2));
  WaitForJump(1);
  EXPECT_EQ(store_->ClockBehind(), absl::Hours(2));
  const std::string id = *store_->CreateRun(Request());
  Event dated = Waiting("a");
  dated.time = base::TimeText(clock_.Now());  // as a driver dates its events
  ASSERT_TRUE(store_->Append(id, nullptr, 1, {dated}).ok());
  ASSERT_TRUE(store_->Record("maru", "test.happened", Json::object()).ok());
  const auto records = Records(5);
  ASSERT_EQ(records.size(), 5u);
  for (const auto& [index, record] : records) EXPECT_EQ(record.time, "2026-11-24T10:00:00+09:00");
  const Json& jump = records[1].record.payload;
  EXPECT_EQ(jump["behind_seconds"], 7200);
  EXPECT_EQ(jump["newest_leaf"], "2026-11-24T10:00:00+09:00");
  EXPECT_EQ(jump["now"], "2026-11-24T08:00:00+09:00");
  absl::SleepFor(absl::Milliseconds(200));  // the sequencer looks again and again
  EXPECT_EQ(Jumps(), 1u);
}

TEST_F(ClockTest, AClockThatCaughtUpAndGoesBackAgainIsToldAgain) {
  ASSERT_TRUE(store_->CreateRun(Request()).ok());
  for (size_t number = 1; number <= 2; ++number) {
    clock_.Advance(-absl::Hours(1));
    WaitForJump(number);
    clock_.Advance(absl::Hours(1));
    absl::SleepFor(absl::Milliseconds(200));  // the sequencer looks again
    EXPECT_EQ(store_->ClockBehind(), absl::ZeroDuration());
  }
}

TEST_F(ClockTest, AClockThatWentBackWhileMaruWasStoppedIsToldAtTheStart) {
  ASSERT_TRUE(store_->CreateRun(Request()).ok());
  ASSERT_EQ(Records(1).size(), 1u);
  store_.reset();
  clock_.Advance(-absl::Hours(24));
  store_ = fakes::OpenTestStore(database_, clock_);
  EXPECT_EQ(store_->ClockBehind(), absl::Hours(24));
  ASSERT_TRUE(store_->Record("maru", "server.started", Json::object()).ok());
  const auto records = Records(3);
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[1].record.type, "clock.went_back");
  EXPECT_EQ(records[2].record.time, records[0].record.time);
}

TEST_F(ClockTest, LeasesRunByTheDatabasesClock) {
  ASSERT_TRUE(store_->CreateRun(Request()).ok());
  ASSERT_TRUE(*store_->ClaimRun("a", absl::Seconds(30)));
  clock_.Advance(absl::Hours(5));
  EXPECT_FALSE(*store_->ClaimRun("b", absl::Seconds(30)));
}

}  // namespace
}  // namespace agents
