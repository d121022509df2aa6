#include "model_core/base/pause.h"

#include <gtest/gtest.h>

#include <thread>

namespace base {
namespace {

TEST(Pause, EndsByItselfOrWhenAStopIsAskedFor) {
  std::stop_source stop;
  EXPECT_TRUE(Pause(stop.get_token(), absl::Milliseconds(1)));
  std::jthread asks([&] { stop.request_stop(); });
  EXPECT_FALSE(Pause(stop.get_token(), absl::Hours(1)));
  EXPECT_FALSE(Pause(stop.get_token(), absl::Hours(1)));
}

}  // namespace
}  // namespace base
