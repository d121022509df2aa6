// LogClock: the time that records of the audit log get. It is the machine's, but never before that
// of the newest record: a clock that goes back puts nothing in front of what came earlier.
// Thread-safe.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "model_core/base/clock.h"

namespace connectors {

class LogClock {
 public:
  explicit LogClock(base::Clock& clock) : clock_(clock) {}

  // For what is recorded now; never before what was given earlier.
  std::string Text();
  // For what happened at `time` and is recorded now: `time`, or that of the newest record.
  std::string TextOf(const std::string& time);
  // The log holds a record of this time.
  void See(const std::string& time);

  // How far the machine's clock is behind the newest record; zero: it is not, but for what the
  // clocks of two machines differ by.
  absl::Duration Behind();

  struct Jump {
    absl::Duration behind;
    std::string newest, now;  // the newest record's time, the machine's
  };
  // Once each time that the clock goes back: it has to catch up before another is told.
  std::optional<Jump> TakeJump();

 private:
  absl::Duration BehindLocked(absl::Time now) const;

  base::Clock& clock_;
  std::mutex mutex_;
  absl::Time newest_ = absl::InfinitePast();  // guarded by mutex_
  bool told_ = false;                         // guarded by mutex_
};

}  // namespace connectors
