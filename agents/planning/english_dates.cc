// The same calendar words in English.
#include <map>

#include "agents/planning/english_calendar.h"
#include "agents/planning/matching.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using absl::CivilDay;
using absl::CivilMonth;
using absl::CivilSecond;
using absl::CivilYear;
using re2::RE2;

constexpr char kMonth[] =
    "(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|Jun(?:e)?|Jul(?:y)?|Aug(?:ust)?|Sep(?:t("
    "?:ember)?)?|"
    "Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)";
constexpr char kDay[] = "(\\d{1,2})(?:st|nd|rd|th)?";
// To another day; words make a range only behind "from" and are a group.
constexpr char kToDay[] = "(?:( (?i:to|through|until|till) )| ?[-–] ?)(\\d{1,2})(?:st|nd|rd|th)?";
constexpr char kOfYear[] = "(?:,? (?:of )?((?:19|20)\\d\\d\\b|last year|this year|next year))?";
constexpr char kWeekday[] = "(?i:(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)";

int WeekdayIndex(std::string_view word) {
  constexpr std::string_view kNames = "MonTueWedThuFriSatSun";
  std::string name = base::LowerAscii(word.substr(0, 3));
  name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return static_cast<int>(kNames.find(name) / 3);
}

int64_t Number(std::string_view word) { return SmallNumeral(base::LowerAscii(word)).value_or(0); }

Span Quarter(int64_t year, int64_t quarter) {
  const CivilMonth first(year, static_cast<int>(3 * quarter - 2));
  return Days(CivilDay(first), CivilDay(first + 3) - 1);
}

int64_t Ordinal(std::string_view word) {
  static const auto* const ordinals = new std::map<std::string_view, int64_t>{
      {"1", 1},     {"2", 2},      {"3", 3},     {"4", 4},
      {"first", 1}, {"second", 2}, {"third", 3}, {"fourth", 4}};
  auto it = ordinals->find(base::LowerAscii(word));
  return it == ordinals->end() ? 0 : it->second;
}

class Finder {
 public:
  Finder(std::string_view text, const CivilSecond& now, std::vector<Candidate>& out)
      : text_(text), now_(now), today_(now), out_(out) {}

  void Absolute() {
    static const RE2* const month_day =
        new RE2("\\b" + std::string(kMonth) + "\\.? " + kDay + "\\b" + kOfYear);
    FindAll(
        text_, *month_day, [&](const Groups& g) { return OnDay(g[1], g[2], g[3]); }, out_);
    static const RE2* const day_month =
        new RE2("\\b" + std::string(kDay) + "(?: of)? " + kMonth + "\\b" + kOfYear);
    FindAll(
        text_, *day_month, [&](const Groups& g) { return OnDay(g[2], g[1], g[3]); }, out_);
    DaysOfMonth();
    static const RE2* const month =
        new RE2("\\b" + std::string(kMonth) +
                "\\b(?: (?:of )?((?:19|20)\\d\\d|last year|this year|next year))?");
    FindAll(
        text_, *month,
        [&](const Groups& g) {
          return Dated(Month(CivilMonth(YearOf(g[2]), EnglishMonth(g[1]))), g[2].empty());
        },
        out_);
    static const RE2* const year =
        new RE2("(?i:\\b(?:in|of|for|over|during|throughout|since|from|year) )(20\\d\\d)\\b");
    FindAll(
        text_, *year, [&](const Groups& g) { return YearOnly(g[1]); }, out_);
    static const RE2* const listed = new RE2(", (20[012]\\d)(?:[ ,.;:?)]|$)");
    FindAll(
        text_, *listed, [&](const Groups& g) { return YearOnly(g[1]); }, out_);
    static const RE2* const modifier = new RE2("\\b(20[12]\\d) [a-z]{3,}");  // 2025 decisions
    FindAll(
        text_, *modifier, [&](const Groups& g) { return YearOnly(g[1]); }, out_);
    static const RE2* const quarter = new RE2(
        "(?i:\\bQ([1-4])|\\b(first|second|third|fourth|1st|2nd|3rd|4th) quarter)(?i:(?:,? (?:of "
        ")?(20\\d\\d|last year|this year|next year))?)");
    FindAll(
        text_, *quarter,
        [&](const Groups& g) {
          return Dated(
              Quarter(YearOf(g[3]),
                      Ordinal(g[1].empty() ? (g[2][0] <= '9' ? g[2].substr(0, 1) : g[2]) : g[1])));
        },
        out_);
    static const RE2* const half = new RE2(
        "(?i:\\b(?:(first|second) half|H([12]))\\b(?: (?:of )?(?:the year|(20\\d\\d|last year|this "
        "year|next year)))?)");
    FindAll(
        text_, *half,
        [&](const Groups& g) {
          const bool first = g[1].empty() ? g[2] == "1" : Ordinal(g[1]) == 1;
          const CivilMonth begin(YearOf(g[3]), first ? 1 : 7);
          return Dated(Days(CivilDay(begin), CivilDay(begin + 6) - 1));
        },
        out_);
  }

  // from 3 to 7 November, from November 3 to 7, 3–7 Nov
  void DaysOfMonth() {
    static const RE2* const before =
        new RE2("(?:^|[^-–./:\\d])((?i:from (?:the )?)?)" + std::string(kDay) + kToDay +
                "(?: of)? " + kMonth + "\\b" + kOfYear);
    FindAll(
        text_, *before,
        [&](const Groups& g) -> std::optional<Candidate> {
          if (g[1].empty() && !g[3].empty()) return std::nullopt;
          return Between(g[2], g[0], OnDays(g[5], g[2], g[4], g[6]));
        },
        out_);
    static const RE2* const behind = new RE2("\\b((?i:from )?)" + std::string(kMonth) + "\\.? " +
                                             kDay + kToDay + "\\b" + kOfYear);
    FindAll(
        text_, *behind,
        [&](const Groups& g) -> std::optional<Candidate> {
          if ((g[1].empty() && !g[4].empty()) || SaysMore(g[0])) return std::nullopt;
          return Between(g[2], g[0], OnDays(g[2], g[3], g[5], g[6]));
        },
        out_);
  }

  void Relative() {
    static const RE2* const day = new RE2(
        "(?i:\\b(the day before yesterday|the day after tomorrow|day before yesterday|day after "
        "tomorrow|yesterday|tomorrow|today)\\b)");
    FindAll(
        text_, *day,
        [&](const Groups& g) { return Dated(Day(today_ + DayShift(base::LowerAscii(g[1])))); },
        out_);
    static const RE2* const whole = new RE2(
        "(?i:\\b(last|past|previous|this|current|next|coming) (week|month|quarter|year)\\b)");
    FindAll(
        text_, *whole,
        [&](const Groups& g) -> std::optional<Candidate> {
          const std::string unit = base::LowerAscii(g[2]);
          // The past month ends today (Recents).
          if (base::LowerAscii(g[1]) == "past" && unit != "quarter") return std::nullopt;
          return Dated(Whole(EnglishShift(g[1]), unit));
        },
        out_);
    static const RE2* const weekday =
        new RE2("(?i:\\b(?:(last|this|next|coming) )?(?:week'?s? )?)" + std::string(kWeekday) +
                "(?i:\\b(?: (?:of )?(last|this|next) week)?)");
    FindAll(
        text_, *weekday, [&](const Groups& g) { return Weekday(g[1].empty() ? g[3] : g[1], g[2]); },
        out_);
    static const RE2* const shifted =
        new RE2("(?i:\\b(last|this|next) week'?s? )" + std::string(kWeekday));
    FindAll(
        text_, *shifted, [&](const Groups& g) { return Weekday(g[1], g[2]); }, out_);
    static const RE2* const end =
        new RE2("(?i:\\b(?:the )?end of (?:the |this )?(month|year)|\\b(month|year)[- ]end)");
    FindAll(
        text_, *end,
        [&](const Groups& g) {
          const bool month = base::LowerAscii(g[1].empty() ? g[2] : g[1]) == "month";
          return Dated(Day(CivilDay((month ? Month(CivilMonth(now_)) : Year(CivilYear(now_))).to)));
        },
        out_);
    static const RE2* const start =
        new RE2("(?i:\\b(?:the )?(?:start|beginning) of (?:the|this) (week|month|year)\\b)");
    FindAll(
        text_, *start,
        [&](const Groups& g) {
          return Dated(Day(CivilDay(Whole(0, base::LowerAscii(g[1])).from)));
        },
        out_);
    static const RE2* const in_month = new RE2(
        "(?i:\\b(?:the (\\d{1,2})(?:st|nd|rd|th)?|(\\d{1,2})(?:st|nd|rd|th)) (?:day )?of "
        "(last|this|next) month\\b)");
    FindAll(
        text_, *in_month,
        [&](const Groups& g) -> std::optional<Candidate> {
          const CivilMonth month = CivilMonth(now_) + EnglishShift(g[3]);
          const auto found =
              ValidDay(month.year(), month.month(), Number(g[1].empty() ? g[2] : g[1]));
          return found ? std::optional(Dated(Day(*found))) : std::nullopt;
        },
        out_);
    static const RE2* const till_now = new RE2("(?i:\\b(?:till|until|to|through) (now)\\b)");
    FindAll(
        text_, *till_now, [&](const Groups& g) { return Between(g[1], g[1], Dated(Day(today_))); },
        out_);
    static const RE2* const so_far =
        new RE2("(?i:\\b(?:so far this year|this year so far|year to date))");
    FindAll(
        text_, *so_far,
        [&](const Groups&) { return Dated(Days(CivilDay(CivilYear(now_)), today_)); }, out_);
  }

  void Recents() {
    static const RE2* const counted =
        new RE2("(?i:\\b(?:last|past|previous|recent) " + EnglishCount() +
                " (hour|day|week|month|year|minute)s?\\b)");
    FindAll(
        text_, *counted,
        [&](const Groups& g) {
          return Dated(Recent(Number(g[1]), EnglishUnit(base::LowerAscii(g[2])), now_));
        },
        out_);
    static const RE2* const one =
        new RE2("(?i:\\b(?:(?:last|past) (hour|day)|past (week|month|year))\\b)");
    FindAll(
        text_, *one,
        [&](const Groups& g) {
          const std::string_view unit = g[1].empty() ? g[2] : g[1];
          return Dated(Recent(1, EnglishUnit(base::LowerAscii(unit)), now_));
        },
        out_);
    static const RE2* const named =
        new RE2("(?i:\\b(?:last|past|previous|recent) " + NamedLengths() + "\\b)");
    FindAll(
        text_, *named,
        [&](const Groups& g) {
          const Length length = *NamedLength(g[1]);
          return Dated(Recent(length.count, length.unit, now_));
        },
        out_);
    static const RE2* const ago =
        new RE2("(?i:\\b(?:(since) )?(half |hundred |hundred and )?(?:(an?)|" + EnglishCount() +
                ") (hour|day|week|month|year|minute)s? ago\\b)");
    FindAll(
        text_, *ago,
        [&](const Groups& g) -> std::optional<Candidate> {
          if (!g[2].empty()) return std::nullopt;  // only a part of the length
          const Unit unit = EnglishUnit(base::LowerAscii(g[5]));
          return Dated(Ago(Number(g[3].empty() ? g[4] : g[3]), unit, !g[1].empty(), now_));
        },
        out_);
    static const RE2* const named_ago =
        new RE2("(?i:\\b(?:(since) )?(?:a )?" + NamedLengths() + " ago\\b)");
    FindAll(
        text_, *named_ago,
        [&](const Groups& g) {
          const Length length = *NamedLength(g[2]);
          return Dated(Ago(length.count, length.unit, !g[1].empty(), now_));
        },
        out_);
  }

 private:
  static int DayShift(const std::string& word) {
    if (word.ends_with("before yesterday")) return -2;
    if (word.ends_with("after tomorrow")) return 2;
    return word == "yesterday" ? -1 : word == "tomorrow" ? 1 : 0;
  }

  int64_t YearOf(std::string_view word) const {
    int64_t year = 0;
    if (base::ParseInt(word, year)) return year;
    return word.empty() ? now_.year() : now_.year() + EnglishShift(word.substr(0, word.find(' ')));
  }

  std::optional<Candidate> OnDay(std::string_view month, std::string_view day,
                                 std::string_view year) const {
    return OnDays(month, day, day, year);
  }

  std::optional<Candidate> OnDays(std::string_view month, std::string_view first,
                                  std::string_view last, std::string_view year) const {
    const auto from = ValidDay(YearOf(year), EnglishMonth(month), Number(first));
    const auto to = ValidDay(YearOf(year), EnglishMonth(month), Number(last));
    if (!from || !to || *to < *from) return std::nullopt;
    return Dated(Days(*from, *to), year.empty());
  }

  // The second number of "November 3 - 14:00" or "November 3 to 7 December" is no day of it.
  bool SaysMore(std::string_view match) const {
    static const RE2* const more =
        new RE2("^(?::\\d| ?(?i:[ap]\\.?m)\\b|%| (?:of )?" + std::string(kMonth) + "\\b)");
    const std::string_view rest =
        text_.substr(static_cast<size_t>(match.data() + match.size() - text_.data()));
    return RE2::PartialMatch(re2::StringPiece(rest.data(), rest.size()), *more);
  }

  // From `first` to the match's end: without the words before it that a match needed.
  std::optional<Candidate> Between(std::string_view first, std::string_view match,
                                   std::optional<Candidate> candidate) const {
    if (!candidate) return std::nullopt;
    candidate->begin = static_cast<size_t>(first.data() - text_.data());
    candidate->end = static_cast<size_t>(match.data() + match.size() - text_.data());
    return candidate;
  }

  std::optional<Candidate> YearOnly(std::string_view word) const {
    return Between(word, word, Dated(Year(CivilYear(YearOf(word)))));
  }

  Span Whole(int shift, const std::string& unit) const {
    if (unit == "week") return Week(today_, shift);
    if (unit == "month") return Month(CivilMonth(now_) + shift);
    if (unit == "year") return Year(CivilYear(now_) + shift);
    const int64_t index = now_.year() * 4 + (now_.month() - 1) / 3 + shift;
    return Quarter(index / 4, index % 4 + 1);
  }

  std::optional<Candidate> Weekday(std::string_view which, std::string_view name) const {
    const int index = WeekdayIndex(name);
    const bool alone = which.empty();
    CivilDay day = CivilDay(Week(today_, alone ? 0 : EnglishShift(which)).from) + index;
    if (alone && day < today_) day += 7;
    Candidate candidate = Dated(Day(day));
    candidate.weekday = alone ? Candidate::Weekday::kAlone : Candidate::Weekday::kInWeek;
    return candidate;
  }

  const std::string_view text_;
  const CivilSecond now_;
  const CivilDay today_;
  std::vector<Candidate>& out_;
};

}  // namespace

void FindEnglishDates(std::string_view text, CivilSecond now, std::vector<Candidate>& out) {
  Finder finder(text, now, out);
  finder.Absolute();
  finder.Relative();
  finder.Recents();
}

}  // namespace agents
