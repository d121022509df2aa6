// What the recogniser looks for: each pattern finds candidates, the recogniser keeps the longest.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agents/planning/calendar.h"

namespace agents {

struct Candidate {
  size_t begin = 0, end = 0;
  int rank = 0;  // of two of one length the higher wins; identifiers beat everything they touch
  std::optional<Span> span;  // of dates and times
  bool year_open = false;    // a date without a year: a due date that is past means next year's
  enum class Weekday { kNone, kAlone, kInWeek };
  Weekday weekday = Weekday::kNone;  // a day of the week, without or with the week it is in
  std::vector<std::pair<std::string, std::string>> literals;  // kind, JSON literal; not for spans
  std::string shown;

  bool Has(std::string_view kind) const;  // among its literals
};

inline constexpr int kIdentifierRank = 100;

// Each appends what it finds in `text`, overlapping or not.
void FindKoreanDates(std::string_view text, absl::CivilSecond now, std::vector<Candidate>& out);
void FindEnglishDates(std::string_view text, absl::CivilSecond now, std::vector<Candidate>& out);
void FindMonthParts(std::string_view text, absl::CivilSecond now, std::vector<Candidate>& out);
void FindClockTimes(std::string_view text, absl::CivilSecond now, std::vector<Candidate>& out);
void FindIdentifiers(std::string_view text, std::vector<Candidate>& out);
bool HasIdentifierShape(
    std::string_view kind);  // "id:patient": FindIdentifiers knows it when written
void FindArticles(std::string_view text, std::vector<Candidate>& out);
void FindNumbers(std::string_view text, std::vector<Candidate>& out);
void FindDurations(std::string_view text, std::vector<Candidate>& out);

// `found` in order of place, none touching another: joins a day and a clock time, two ends of a
// range, and 이후/부터; the parts stay on offer as well.
std::vector<Candidate> JoinDates(std::string_view text, absl::CivilSecond now,
                                 std::vector<Candidate> found);

}  // namespace agents
