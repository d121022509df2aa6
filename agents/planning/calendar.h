// Days, periods and clock times in Korea Standard Time, and the words of the catalogue's date
// table.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace agents {

// A stretch of whole days, or of minutes where the request names clock times or hours. Ends are
// included.
struct Span {
  absl::CivilSecond from, to;
  bool clock = false;  // ends are times

  bool SingleDay() const { return !clock && absl::CivilDay(from) == absl::CivilDay(to); }
  bool operator==(const Span&) const = default;
};

Span Days(absl::CivilDay from, absl::CivilDay to);
Span Day(absl::CivilDay day);
Span Month(absl::CivilMonth month);
Span Year(absl::CivilYear year);
Span Week(absl::CivilDay any_day, int weeks_later);  // Monday to Sunday
Span Weekend(absl::CivilDay any_day, int weeks_later);  // of that week
// Its nth week (from 1; -1: the last): a week is of the month that holds its Thursday. nullopt: the
// month has none.
std::optional<Span> WeekOfMonth(absl::CivilMonth month, int nth);

// The day `months` before `day`; the last day of the month where there is no such day.
absl::CivilDay MonthsBefore(absl::CivilDay day, int months);

std::string DateText(absl::CivilDay day);       // 2026-11-24
std::string ClockText(absl::CivilSecond time);  // 2026-11-24T10:00:00+09:00
std::string PeriodLiteral(const Span& span);    // {"from":…,"to":…}
std::string ShortText(const Span& span);        // 2026-10-01..2026-10-31

enum class Unit { kMinute, kHour, kDay, kWeek, kMonth, kYear };
Unit KoreanUnit(std::string_view word);  // 시간, 분, 주일, 개월, 달, 년, 해; anything else is days
Unit EnglishUnit(std::string_view word);  // hour, minute, week, month, year; anything else is days

// `count` units that end today, or now for hours and minutes; nullopt if `count` is no sensible
// length.
std::optional<Span> Recent(int64_t count, Unit unit, absl::CivilSecond now);
// The day (or minute) so long before `now`; `since`: from then to today (or now).
std::optional<Span> Ago(int64_t count, Unit unit, bool since, absl::CivilSecond now);

// Day in this year, or nullopt if there is none (February 30).
std::optional<absl::CivilDay> ValidDay(int64_t year, int64_t month, int64_t day);

}  // namespace agents
