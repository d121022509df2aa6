// ManualClock: time that moves when a test moves it. Thread-safe.
#pragma once

#include <mutex>

#include "model_core/base/clock.h"

namespace fakes {

class ManualClock : public base::Clock {
 public:
  explicit ManualClock(absl::Time now) : now_(now) {}
  absl::Time Now() override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  void Advance(absl::Duration by) {
    const std::lock_guard lock(mutex_);
    now_ += by;
  }

 private:
  std::mutex mutex_;
  absl::Time now_;  // guarded by mutex_
};

}  // namespace fakes
