// Clock: the source of time, injected, so that tests and simulation own it. Thread-safe.
//
// Whatever is decided, planned or journalled goes by it: the layers below connectors/ read no other
// wall clock. Only who speaks with the world goes by the machine's own: agents/api, connectors/ and
// deploy/, for how long a deadline leaves and when something was fetched. Tidy checks it.
#pragma once

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "model_core/base/status.h"

namespace base {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() = 0;
};

// The machine's wall clock. Never destroyed.
Clock& SystemClock();

// Korea Standard Time, UTC+9 without daylight saving: the zone of every date that people write.
absl::TimeZone Seoul();

// "2026-11-24T10:00:00+09:00" (seconds, Seoul), and back. ParseTimeText accepts any offset.
std::string TimeText(absl::Time time);
absl::StatusOr<absl::Time> ParseTimeText(std::string_view text);

}  // namespace base
