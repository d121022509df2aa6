// Weeks and thirds of a month, in both languages, and weekends in English. A week, Monday to
// Sunday, is of the month that holds its Thursday, as KS X ISO 8601 counts those of a year.
#include <map>

#include "agents/planning/english_calendar.h"
#include "agents/planning/korean_calendar.h"
#include "agents/planning/matching.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using absl::CivilDay;
using absl::CivilMonth;
using absl::CivilSecond;
using base::StrCat;
using re2::RE2;

constexpr int kLast = -1;

int WeekNumber(std::string_view word) {
  static const auto* const numbers = new std::map<std::string, int>{
      {"첫", 1},     {"첫째", 1},  {"첫번째", 1}, {"둘째", 2},   {"두번째", 2},   {"셋째", 3},
      {"세번째", 3}, {"넷째", 4},  {"네번째", 4}, {"다섯째", 5}, {"다섯번째", 5}, {"first", 1},
      {"second", 2}, {"third", 3}, {"fourth", 4}, {"fifth", 5}};
  if (word[0] >= '1' && word[0] <= '5') return word[0] - '0';
  const auto it = numbers->find(base::LowerAscii(base::ReplaceAll(word, " ", "")));
  return it == numbers->end() ? kLast : it->second;
}

std::optional<Candidate> WeekIn(CivilMonth month, std::string_view which,
                                std::string_view weekday) {
  const auto span = WeekOfMonth(month, WeekNumber(which));
  if (!span || weekday.empty()) return Dated(span);
  return DayInWeek(*span, KoreanWeekday(weekday));
}

Span Third(CivilMonth month, std::string_view which) {
  const Span whole = Month(month);
  const CivilDay first(whole.from);
  if (which == "중순") return Days(first + 10, first + 19);
  return which == "하순" ? Days(first + 20, CivilDay(whole.to)) : Days(first, first + 9);
}

// Groups: year, month, near month.
std::optional<CivilMonth> KoreanMonth(const Groups& g, const CivilSecond& now) {
  if (!g[4].empty()) return NearMonth(g[4], now);
  const int64_t month = SmallNumeral(g[3]).value_or(0);
  if (month < 1 || month > 12) return std::nullopt;
  const auto year = g[2].empty() ? std::optional(now.year()) : KoreanYear(g[2], now);
  return year ? std::optional(CivilMonth(*year, static_cast<int>(month))) : std::nullopt;
}

void FindKorean(std::string_view text, const CivilSecond& now, std::vector<Candidate>& out) {
  static const std::string month =
      StrCat("((?:(?:", kKoreanYear, " ?)?(\\d{1,2})월|", kNearMonth, ") ?(?:의 ?)?");
  static const RE2* const week =
      new RE2(month +
              "(?:(첫 ?번째|첫째|첫|둘째|두 ?번째|셋째|세 ?번째|넷째|네 ?번째|다섯째|다섯 "
              "?번째|마지막|[1-5]째) ?주"
              "|([1-5]) ?주차)(?: "
              "?([월화수목금토일])요일)?)(?:$|[^가-힣]|에|의|동안|간|부터|까지|치|분|["
              "은는이가을를와과랑로만도쯤중])");
  FindAll(
      text, *week,
      [&](const Groups& g) -> std::optional<Candidate> {
        const auto of = KoreanMonth(g, now);
        if (!of) return std::nullopt;
        auto found = WeekIn(*of, g[5].empty() ? g[6] : g[5], g[7]);
        return found ? std::optional(At(text, g[1], *std::move(found))) : std::nullopt;
      },
      out);
  static const RE2* const third = new RE2(month + "(상순|초순|중순|하순))");
  FindAll(
      text, *third,
      [&](const Groups& g) -> std::optional<Candidate> {
        const auto of = KoreanMonth(g, now);
        if (!of) return std::nullopt;
        return At(text, g[1], Dated(Third(*of, g[5])));
      },
      out);
}

// The coming one is this week's, though the coming week is the next.
int WeekendShift(std::string_view word) {
  return base::LowerAscii(word) == "coming" ? 0 : EnglishShift(word);
}

void FindEnglish(std::string_view text, const CivilSecond& now, std::vector<Candidate>& out) {
  static const RE2* const weekend = new RE2("(?i:\\b(last|past|this|coming|next) weekend\\b)");
  FindAll(
      text, *weekend,
      [&](const Groups& g) { return Dated(Weekend(CivilDay(now), WeekendShift(g[1]))); }, out);
  static const RE2* const week = new RE2(
      "(?i:\\b(?:the )?(first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th) (?:full )?week "
      "(?:of|in) "
      "(?:(last|this|next) "
      "month\\b|(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?"
      ":t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\b"
      "(?:,? (?:of )?(20\\d\\d\\b|last year|this year|next year))?))");
  FindAll(
      text, *week,
      [&](const Groups& g) {
        if (!g[2].empty()) return WeekIn(CivilMonth(now) + EnglishShift(g[2]), g[1], "");
        int64_t year = 0;
        if (!base::ParseInt(g[4], year))
          year = now.year() + (g[4].empty() ? 0 : EnglishShift(g[4].substr(0, 4)));
        return WeekIn(CivilMonth(year, EnglishMonth(g[3])), g[1], "");
      },
      out);
}

}  // namespace

void FindMonthParts(std::string_view text, CivilSecond now, std::vector<Candidate>& out) {
  FindKorean(text, now, out);
  FindEnglish(text, now, out);
}

}  // namespace agents
