#include "connectors/manufacturing/period.h"

#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::manufacturing {
namespace {

tools::ToolError BadPeriod(const base::Json& period) {
  const std::string text = base::DumpJson(period);
  return tools::MakeToolError(
      "invalid_argument", base::StrCat("period ", text, " is not two dates or two times in order"),
      base::StrCat("기간 ", text, base::Particle(text, "이"), " 올바르지 않습니다"));
}

// The first moment of a date, or a time as it is.
absl::StatusOr<absl::Time> Begin(const std::string& text) {
  absl::CivilDay day;
  if (text.size() == 10 && absl::ParseCivilTime(text, &day))
    return base::Seoul().At(absl::CivilSecond(day)).pre;
  return base::ParseTimeText(text);
}

absl::StatusOr<absl::Time> End(const std::string& text) {
  absl::CivilDay day;
  if (text.size() == 10 && absl::ParseCivilTime(text, &day)) {
    return base::Seoul().At(absl::CivilSecond(day + 1)).pre - absl::Milliseconds(1);
  }
  return base::ParseTimeText(text);
}

}  // namespace

Fallible<Period> ParsePeriod(const base::Json& period) {
  const auto from = Begin(base::StringOr(period, "from", ""));
  const auto to = End(base::StringOr(period, "to", ""));
  if (!from.ok() || !to.ok() || *to < *from) return BadPeriod(period);
  return Period{*from, *to};
}

std::string DateText(absl::Time time) { return base::TimeText(time).substr(0, 10); }

}  // namespace connectors::manufacturing
