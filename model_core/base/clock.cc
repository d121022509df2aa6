#include "model_core/base/clock.h"

#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace base {
namespace {
class WallClock : public Clock {
 public:
  absl::Time Now() override { return absl::Now(); }
};
}  // namespace

Clock& SystemClock() {
  static auto* const clock = new WallClock;  // leaked on purpose: outlives every thread
  return *clock;
}

absl::TimeZone Seoul() { return absl::FixedTimeZone(9 * 60 * 60); }

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%S%Ez", time, Seoul());
}

absl::StatusOr<absl::Time> ParseTimeText(std::string_view text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, std::string(text), &time, &error)) {
    return Error(absl::StatusCode::kInvalidArgument,
                 StrCat("time '", text, "' is not RFC 3339: ", error),
                 StrCat("시각 '", text, "'", Particle(text, "이"), " RFC 3339 형식이 아닙니다"));
  }
  return time;
}

}  // namespace base
