#include "deploy/server/store_speed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace deploy {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

// The begin of a half minute.
constexpr StoreSpeed::Time kBegin{seconds(3000)};

TEST(StoreSpeed, TellsOfSlowCommitsAtOnceAndThenCountsThem) {
  StoreSpeed speed(absl::Milliseconds(500));
  testing::internal::CaptureStderr();
  speed.Committed(absl::Milliseconds(499), kBegin);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  testing::internal::CaptureStderr();
  for (int second = 0; second <= 12; second += 3)
    speed.Committed(absl::Milliseconds(700), kBegin + seconds(second));
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, HasSubstr("store.slow milliseconds=700 slow_after_ms=500 times=1\n"));
  EXPECT_THAT(log, HasSubstr("store.slow milliseconds=700 slow_after_ms=500 times=4\n"));
  testing::internal::CaptureStderr();
  speed.Committed(absl::Milliseconds(1), kBegin + seconds(30));
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("store.in_time"));
}

TEST(StoreSpeed, ForgetsTheSlowestAfterAMinute) {
  StoreSpeed speed(absl::Hours(1));
  EXPECT_EQ(speed.Slowest(kBegin), absl::ZeroDuration());
  speed.Committed(absl::Seconds(2), kBegin);
  speed.Committed(absl::Seconds(1), kBegin + seconds(5));
  EXPECT_EQ(speed.Slowest(kBegin + seconds(6)), absl::Seconds(2));
  speed.Committed(absl::Seconds(1), kBegin + seconds(31));
  EXPECT_EQ(speed.Slowest(kBegin + seconds(59)), absl::Seconds(2));
  EXPECT_EQ(speed.Slowest(kBegin + seconds(61)), absl::Seconds(1));
  EXPECT_EQ(speed.Slowest(kBegin + seconds(200)), absl::ZeroDuration());
}

}  // namespace
}  // namespace deploy
