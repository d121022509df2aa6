#include "deploy/server/store_speed.h"

#include <algorithm>

#include "model_core/base/log.h"

namespace deploy {
namespace {

int64_t HalfMinute(StoreSpeed::Time time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count() / 30;
}

}  // namespace

void StoreSpeed::Note(absl::Duration lasted, Time now) {
  const std::lock_guard lock(mutex_);
  if (const int64_t half = HalfMinute(now); half != half_minute_) {
    slowest_ = {absl::ZeroDuration(),
                half == half_minute_ + 1 ? slowest_[0] : absl::ZeroDuration()};
    half_minute_ = half;
  }
  slowest_[0] = std::max(slowest_[0], lasted);
}

void StoreSpeed::Committed(absl::Duration lasted, Time now) {
  Note(lasted, now);
  if (lasted < slow_after_) {
    if (slow_.Works(now)) base::LogInfo("store.in_time");
    return;
  }
  if (const auto times = slow_.Tell("commit", now)) {
    base::LogWarning("store.slow", {{"milliseconds", absl::ToInt64Milliseconds(lasted)},
                                    {"slow_after_ms", absl::ToInt64Milliseconds(slow_after_)},
                                    {"times", *times}});
  }
}

absl::Duration StoreSpeed::Slowest(Time now) const {
  const std::lock_guard lock(mutex_);
  const int64_t past = HalfMinute(now) - half_minute_;
  return past == 0   ? std::max(slowest_[0], slowest_[1])
         : past == 1 ? slowest_[0]
                     : absl::ZeroDuration();
}

}  // namespace deploy
