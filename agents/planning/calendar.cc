#include "agents/planning/calendar.h"

#include <algorithm>

#include "model_core/base/strings.h"

namespace agents {

using absl::CivilDay;
using absl::CivilSecond;
using base::StrCat;

Span Days(CivilDay from, CivilDay to) { return {CivilSecond(from), CivilSecond(to), false}; }
Span Day(CivilDay day) { return Days(day, day); }
Span Month(absl::CivilMonth month) { return Days(CivilDay(month), CivilDay(month + 1) - 1); }
Span Year(absl::CivilYear year) { return Days(CivilDay(year), CivilDay(year + 1) - 1); }

Span Week(CivilDay any_day, int weeks_later) {
  const CivilDay monday = absl::PrevWeekday(any_day + 1, absl::Weekday::monday) + 7 * weeks_later;
  return Days(monday, monday + 6);
}

Span Weekend(CivilDay any_day, int weeks_later) {
  const CivilDay sunday(Week(any_day, weeks_later).to);
  return Days(sunday - 1, sunday);
}

std::optional<Span> WeekOfMonth(absl::CivilMonth month, int nth) {
  const CivilDay thursday =
      nth > 0 ? absl::NextWeekday(CivilDay(month) - 1, absl::Weekday::thursday) + 7 * (nth - 1)
              : absl::PrevWeekday(CivilDay(month + 1), absl::Weekday::thursday);
  if (absl::CivilMonth(thursday) != month) return std::nullopt;
  return Week(thursday, 0);
}

CivilDay MonthsBefore(CivilDay day, int months) {
  const absl::CivilMonth month = absl::CivilMonth(day) - months;
  const CivilDay last = CivilDay(month + 1) - 1;
  return std::min(CivilDay(month) + (day.day() - 1), last);
}

std::string DateText(CivilDay day) { return absl::FormatCivilTime(day); }

std::string ClockText(CivilSecond time) { return StrCat(absl::FormatCivilTime(time), "+09:00"); }

std::string PeriodLiteral(const Span& span) {
  const auto text = [&](CivilSecond end) {
    return span.clock ? ClockText(end) : DateText(CivilDay(end));
  };
  return StrCat("{\"from\":\"", text(span.from), "\",\"to\":\"", text(span.to), "\"}");
}

std::string ShortText(const Span& span) {
  if (span.SingleDay()) return DateText(CivilDay(span.from));
  if (!span.clock) return StrCat(DateText(CivilDay(span.from)), "..", DateText(CivilDay(span.to)));
  const auto minute = [](CivilSecond time) {
    return absl::FormatCivilTime(absl::CivilMinute(time));
  };
  return span.from == span.to ? minute(span.from)
                              : StrCat(minute(span.from), "..", minute(span.to));
}

Unit KoreanUnit(std::string_view word) {
  if (word.starts_with("시간")) return Unit::kHour;
  if (word.starts_with("분")) return Unit::kMinute;
  if (word.starts_with("주")) return Unit::kWeek;
  if (word.starts_with("개월") || word.starts_with("달")) return Unit::kMonth;
  return word.starts_with("년") || word.starts_with("해") ? Unit::kYear : Unit::kDay;
}

Unit EnglishUnit(std::string_view word) {
  if (word.starts_with("hour")) return Unit::kHour;
  if (word.starts_with("minute")) return Unit::kMinute;
  if (word.starts_with("week")) return Unit::kWeek;
  if (word.starts_with("month")) return Unit::kMonth;
  return word.starts_with("year") ? Unit::kYear : Unit::kDay;
}

namespace {

constexpr int64_t kCountMax = 4000;

bool Clock(Unit unit) { return unit == Unit::kHour || unit == Unit::kMinute; }
int64_t Seconds(Unit unit) { return unit == Unit::kHour ? 3600 : 60; }

CivilDay DaysBefore(CivilDay today, int64_t count, Unit unit) {
  if (unit == Unit::kMonth) return MonthsBefore(today, static_cast<int>(count));
  if (unit == Unit::kYear) return MonthsBefore(today, static_cast<int>(12 * count));
  return today - (unit == Unit::kWeek ? 7 * count : count);
}

}  // namespace

std::optional<Span> Recent(int64_t count, Unit unit, CivilSecond now) {
  if (count <= 0 || count > kCountMax) return std::nullopt;
  if (Clock(unit)) return Span{now - Seconds(unit) * count, now, true};
  return Days(DaysBefore(CivilDay(now), count, unit) + 1, CivilDay(now));
}

std::optional<Span> Ago(int64_t count, Unit unit, bool since, CivilSecond now) {
  if (count <= 0 || count > kCountMax) return std::nullopt;
  if (Clock(unit)) {
    const CivilSecond from = now - Seconds(unit) * count;
    return Span{from, since ? now : from, true};
  }
  const CivilDay from = DaysBefore(CivilDay(now), count, unit);
  return since ? Days(from, CivilDay(now)) : Day(from);
}

std::optional<CivilDay> ValidDay(int64_t year, int64_t month, int64_t day) {
  const CivilDay made(year, static_cast<int>(month), static_cast<int>(day));
  const bool valid = made.year() == year && made.month() == month && made.day() == day;
  return valid ? std::optional(made) : std::nullopt;
}

}  // namespace agents
