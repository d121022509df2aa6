// StoreSpeed: how long the database takes for a commit: where that is too long the log says so
// (store.slow), at once and then at growing intervals, and a gauge shows the slowest of the last
// minute. Thread-safe.
#pragma once

#include <array>
#include <chrono>
#include <mutex>

#include "absl/time/time.h"
#include "model_core/base/repeats.h"

namespace deploy {

class StoreSpeed {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit StoreSpeed(absl::Duration slow_after) : slow_after_(slow_after) {}

  // A commit took `lasted`, until `now`.
  void Committed(absl::Duration lasted, Time now = std::chrono::steady_clock::now());
  // The longest of the last half to whole minute before `now`; zero if there was none.
  absl::Duration Slowest(Time now = std::chrono::steady_clock::now()) const;

 private:
  void Note(absl::Duration lasted, Time now);

  const absl::Duration slow_after_;
  base::Repeats slow_;
  mutable std::mutex mutex_;
  std::array<absl::Duration, 2> slowest_{};  // of this half minute, of the one before; guarded
  int64_t half_minute_ = 0;                  // which this is; guarded by mutex_
};

}  // namespace deploy
