#include "model_core/base/repeats.h"

#include <gtest/gtest.h>

namespace base {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Repeats::Time kStart{std::chrono::hours(1)};

TEST(Repeats, TellsAtOnceAndThenAtGrowingIntervalsWithACount) {
  Repeats failures;
  std::vector<std::pair<int, int>> told;  // second, count
  for (int second = 0; second < 100; ++second) {
    for (int third = 0; third < 3; ++third) {
      const auto count = failures.Tell("no space", kStart + seconds(second) + milliseconds(third));
      if (count) told.emplace_back(second, *count);
    }
  }
  EXPECT_EQ(told, (std::vector<std::pair<int, int>>{{0, 1}, {10, 30}, {30, 60}, {70, 120}}));
}

TEST(Repeats, NeverFallsSilentForMoreThanTenMinutes) {
  Repeats failures;
  int last = 0;
  for (int second = 0; second < 6 * 3600; ++second) {
    if (!failures.Tell("no space", kStart + seconds(second))) continue;
    EXPECT_LE(second - last, 600);
    last = second;
  }
  EXPECT_GT(last, 5 * 3600);
}

TEST(Repeats, TellsAnotherFailureAtOnce) {
  Repeats failures;
  EXPECT_EQ(failures.Tell("no space", kStart), 1);
  EXPECT_EQ(failures.Tell("no answer", kStart), 1);
  EXPECT_EQ(failures.Tell("no space", kStart + seconds(1)), std::nullopt);
}

TEST(Repeats, BeginsAnewAfterASuccessThatLasted) {
  Repeats failures;
  EXPECT_FALSE(failures.Works(kStart));
  EXPECT_EQ(failures.Tell("no space", kStart), 1);
  EXPECT_FALSE(failures.Works(kStart + seconds(1))) << "another run went on meanwhile";
  EXPECT_EQ(failures.Tell("no space", kStart + seconds(2)), std::nullopt);
  EXPECT_TRUE(failures.Works(kStart + seconds(7)));
  EXPECT_FALSE(failures.Works(kStart + seconds(8)));
  EXPECT_EQ(failures.Tell("no space", kStart + seconds(9)), 1);
}

}  // namespace
}  // namespace base
