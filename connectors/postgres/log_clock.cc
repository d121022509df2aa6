#include "connectors/postgres/log_clock.h"

#include <algorithm>
#include <utility>

namespace connectors {
namespace {
// Times are kept in seconds, and two machines that write one log never agree to the last of them.
constexpr absl::Duration kTolerance = absl::Seconds(1);
}  // namespace

std::string LogClock::Text() {
  const std::lock_guard lock(mutex_);
  newest_ = std::max(newest_, clock_.Now());
  return base::TimeText(newest_);
}

std::string LogClock::TextOf(const std::string& time) {
  const auto at = base::ParseTimeText(time);
  if (!at.ok()) return time;
  const std::lock_guard lock(mutex_);
  newest_ = std::max(newest_, *at);
  return base::TimeText(newest_);
}

void LogClock::See(const std::string& time) { TextOf(time); }

absl::Duration LogClock::Behind() {
  const std::lock_guard lock(mutex_);
  return BehindLocked(clock_.Now());
}

std::optional<LogClock::Jump> LogClock::TakeJump() {
  const std::lock_guard lock(mutex_);
  const absl::Time now = clock_.Now();
  const absl::Duration behind = BehindLocked(now);
  const bool before = std::exchange(told_, behind > absl::ZeroDuration());
  if (before || !told_) return std::nullopt;
  return Jump{behind, base::TimeText(newest_), base::TimeText(now)};
}

absl::Duration LogClock::BehindLocked(absl::Time now) const {
  const absl::Duration behind = newest_ - now;
  return behind > kTolerance ? behind : absl::ZeroDuration();
}

}  // namespace connectors
