// The catalogue's table of Korean date words (§1.3), spacing variants included.
#include <map>

#include "agents/planning/korean_calendar.h"
#include "agents/planning/matching.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using absl::CivilDay;
using absl::CivilMonth;
using absl::CivilSecond;
using absl::CivilYear;
using re2::RE2;

int64_t Int(std::string_view text) { return SmallNumeral(text).value_or(0); }

std::optional<Candidate> OnDay(int64_t year, std::string_view month, std::string_view day,
                               bool open = false) {
  const auto valid = ValidDay(year, Int(month), Int(day));
  if (!valid) return std::nullopt;
  return Dated(Day(*valid), open);
}

std::optional<Candidate> InMonth(int64_t year, std::string_view month, bool end,
                                 bool open = false) {
  const int64_t number = Int(month);
  if (number < 1 || number > 12) return std::nullopt;
  const Span whole = Month(CivilMonth(year, static_cast<int>(number)));
  return Dated(end ? Day(CivilDay(whole.to)) : whole, open);
}

int DayShift(std::string_view word) {
  static const auto* const shifts = new std::map<std::string_view, int>{
      {"오늘", 0},  {"금일", 0},    {"어제", -1},    {"어저께", -1},   {"작일", -1},
      {"그제", -2}, {"그저께", -2}, {"엊그제", -2},  {"그끄저께", -3}, {"내일", 1},
      {"명일", 1},  {"모레", 2},    {"내일모레", 2}, {"글피", 3}};
  auto it = shifts->find(word);
  return it == shifts->end() ? 0 : it->second;
}

int WeekShift(std::string_view word) {
  if (word.starts_with("지지난")) return -2;
  if (word.starts_with("지난") || word.starts_with("저번")) return -1;
  if (word.starts_with("이번") || word.starts_with("금")) return 0;
  return word.starts_with("다다음") ? 2 : 1;
}

int QuarterNumber(std::string_view word) {
  if (word == "일") return 1;
  if (word == "이") return 2;
  if (word == "삼") return 3;
  return word == "사" ? 4 : word[0] - '0';
}

Span Quarter(int64_t year, int quarter) {
  const CivilMonth first(year, 3 * quarter - 2);
  return Days(CivilDay(first), CivilDay(first + 3) - 1);
}

class Finder {
 public:
  Finder(std::string_view text, const CivilSecond& now, std::vector<Candidate>& out)
      : text_(text), now_(now), today_(now), out_(out) {}

  void Absolute() {
    static const RE2* const ymd =
        new RE2(std::string(kKoreanYear) + " ?(\\d{1,2})월 ?(\\d{1,2})일");
    FindAll(
        text_, *ymd,
        [&](const Groups& g) { return OnDay(KoreanYear(g[1], now_).value_or(0), g[2], g[3]); },
        out_);
    static const RE2* const dotted =
        new RE2("\\b((?:19|20)\\d\\d)[-./] ?(\\d{1,2})[-./] ?(\\d{1,2})\\b\\.?");
    FindAll(
        text_, *dotted, [&](const Groups& g) { return OnDay(Int(g[1]), g[2], g[3]); }, out_);
    static const RE2* const short_dotted =
        new RE2("['’‘](\\d\\d)\\. ?(\\d{1,2})\\. ?(\\d{1,2})\\b\\.?(['’]?)");
    FindAll(
        text_, *short_dotted,
        [&](const Groups& g) -> std::optional<Candidate> {
          if (!g[4].empty()) return std::nullopt;  // ’22.04.1’: what stands between two marks
          return OnDay(2000 + Int(g[1]), g[2], g[3]);
        },
        out_);
    static const RE2* const dotted_month = new RE2("\\b((?:19|20)\\d\\d)[-./](0[1-9]|1[0-2])\\b");
    FindAll(
        text_, *dotted_month,
        [&](const Groups& g) { return InMonth(Int(g[1]), g[2], /*end=*/false); }, out_);
    static const RE2* const year_month =
        new RE2(std::string(kKoreanYear) + " ?(\\d{1,2})월( ?말)?");
    FindAll(
        text_, *year_month,
        [&](const Groups& g) {
          return InMonth(KoreanYear(g[1], now_).value_or(0), g[2], !g[3].empty());
        },
        out_);
    static const RE2* const month_day = new RE2("(\\d{1,2})월 ?(\\d{1,2})일");
    FindAll(
        text_, *month_day, [&](const Groups& g) { return OnDay(now_.year(), g[1], g[2], true); },
        out_);
    static const RE2* const month = new RE2("(\\d{1,2})월( ?말)?");
    FindAll(
        text_, *month,
        [&](const Groups& g) { return InMonth(now_.year(), g[1], !g[2].empty(), true); }, out_);
    static const RE2* const slash = new RE2("\\b(1[0-2]|0?[1-9])/(3[01]|[12]\\d|0?[1-9])\\b");
    FindAll(
        text_, *slash, [&](const Groups& g) { return OnDay(now_.year(), g[1], g[2], true); }, out_);
    static const RE2* const year = new RE2(kKoreanYear);
    FindAll(
        text_, *year, [&](const Groups& g) { return InYear(g[1]); }, out_);
    static const RE2* const same_month =
        new RE2("(?:" + std::string(kKoreanYear) +
                " ?)?(\\d{1,2})월 ?(\\d{1,2})일? ?(?:부터|에서|~|-|–) ?(\\d{1,2})일(?: ?까지)?");
    FindAll(
        text_, *same_month, [&](const Groups& g) { return DayRange(g); }, out_);
    static const RE2* const months =
        new RE2("(?:" + std::string(kKoreanYear) + " ?)?(\\d{1,2})월? ?(?:~|-|–) ?(\\d{1,2})월");
    FindAll(
        text_, *months, [&](const Groups& g) { return MonthRange(g); }, out_);
  }

  void Quarters() {
    static const RE2* const quarter =
        new RE2("(?:" + std::string(kKoreanYear) + " ?)?(?:제 ?)?([1-4]|일|이|삼|사)(?:/4)? ?분기");
    FindAll(
        text_, *quarter,
        [&](const Groups& g) {
          return Dated(Quarter(YearOr(g[1]), QuarterNumber(g[2])), g[1].empty());
        },
        out_);
    static const RE2* const relative = new RE2("(지난|저번|전|이번|다음) ?분기");
    FindAll(
        text_, *relative,
        [&](const Groups& g) {
          const int shift = g[1] == "이번" ? 0 : g[1] == "다음" ? 1 : -1;
          const int64_t index = now_.year() * 4 + (now_.month() - 1) / 3 + shift;
          return Dated(Quarter(index / 4, static_cast<int>(index % 4) + 1));
        },
        out_);
    static const RE2* const half = new RE2("(?:" + std::string(kKoreanYear) + " ?)?(상|하)반기");
    FindAll(
        text_, *half,
        [&](const Groups& g) {
          const CivilMonth first(YearOr(g[1]), g[2] == "상" ? 1 : 7);
          return Dated(Days(CivilDay(first), CivilDay(first + 6) - 1), g[1].empty());
        },
        out_);
  }

  void Relative() {
    static const RE2* const day = new RE2(
        "(내일모레|그끄저께|엊그제|그저께|어저께|오늘|금일|어제|작일|그제|내일|명일|모레|글피)");
    FindAll(
        text_, *day, [&](const Groups& g) { return Dated(Day(today_ + DayShift(g[1]))); }, out_);
    static const RE2* const last_night = new RE2("(어젯) ?(?:밤|저녁)");
    FindAll(
        text_, *last_night,
        [&](const Groups& g) { return At(text_, g[1], Dated(Day(today_ - 1))); }, out_);
    static const RE2* const weekend = new RE2("(지난|저번|이번|다음) ?주말");
    FindAll(
        text_, *weekend, [&](const Groups& g) { return Dated(Weekend(today_, WeekShift(g[1]))); },
        out_);
    static const RE2* const week = new RE2(
        "(지지난 ?주|지난 ?주|저번 ?주|이번 ?주|금주|다다음 ?주|다음 ?주|담주|차주)(?:의)?(?: "
        "?([월화수목금토일])요일)?");
    FindAll(
        text_, *week, [&](const Groups& g) { return InWeek(g[1], g[2]); }, out_);
    static const RE2* const named = new RE2("(지난|저번|이번|다음) ?([월화수목금토일])요일");
    FindAll(
        text_, *named, [&](const Groups& g) { return InWeek(g[1], g[2]); }, out_);
    static const RE2* const weekday = new RE2("([월화수목금토일])요일");
    FindAll(
        text_, *weekday, [&](const Groups& g) { return NextWeekday(KoreanWeekday(g[1])); }, out_);
    static const RE2* const month = new RE2(
        std::string(kNearMonth) +
        "(?: ?(\\d{1,2})일(?: ?(?:부터|에서|~|-) ?(\\d{1,2}일|말일)(?: ?까지)?)?|( ?말일?))?");
    FindAll(
        text_, *month, [&](const Groups& g) { return NearMonth(g); }, out_);
    static const RE2* const end = new RE2("(월말|연말)");
    FindAll(
        text_, *end,
        [&](const Groups& g) {
          const bool month_end = g[1] == "월말";
          return Dated(
              Day(CivilDay((month_end ? Month(CivilMonth(now_)) : Year(CivilYear(now_))).to)));
        },
        out_);
    static const RE2* const year_end =
        new RE2("(" + std::string(kKoreanYear) + " ?말)(?:$|[^가-힣]|까지|에|로|의|부터|쯤|기준)");
    FindAll(
        text_, *year_end,
        [&](const Groups& g) -> std::optional<Candidate> {
          const auto year = InYear(g[2]);
          if (!year) return std::nullopt;
          return At(text_, g[1], Dated(Day(CivilDay(year->span->to))));
        },
        out_);
    static const RE2* const year_so_far = new RE2("(올해|금년) ?(?:들어서|들어)");
    FindAll(
        text_, *year_so_far,
        [&](const Groups&) { return Dated(Days(CivilDay(CivilYear(now_)), today_)); }, out_);
  }

  void Recents() {
    static const RE2* const counted = new RE2("(?:최근|지난|과거|요|저번) ?" + KoreanCount() +
                                              " ?(시간|개월|주일?|일|달|년|해|분)(?:간)?");
    FindAll(
        text_, *counted,
        [&](const Groups& g) -> std::optional<Candidate> {
          const auto count = CountOf(text_, g[1], g[2]);
          if (!count || (g[0].starts_with("요") && FollowsHangul(text_, g[0])))
            return std::nullopt;  // 세요 3일
          return Dated(Recent(*count, KoreanUnit(g[2]), now_));
        },
        out_);
    static const RE2* const and_half =
        new RE2("(?:최근|지난|과거) ?" + KoreanCount() + " ?(년) ?반");
    FindAll(
        text_, *and_half,
        [&](const Groups& g) -> std::optional<Candidate> {
          const auto years = CountOf(text_, g[1], g[2]);
          if (!years) return std::nullopt;
          return Dated(Recent(*years * 12 + 6, Unit::kMonth, now_));
        },
        out_);
    static const RE2* const named = new RE2("(?:최근|지난|과거|요) ?" + NamedLengths() + "(?:간)?");
    FindAll(
        text_, *named,
        [&](const Groups& g) {
          const Length length = *NamedLength(g[1]);
          return Dated(Recent(length.count, length.unit, now_));
        },
        out_);
    static const RE2* const ago =
        new RE2(KoreanCount() + " ?(시간|개월|주일?|일|달|년|분) ?전( ?부터)?");
    FindAll(
        text_, *ago,
        [&](const Groups& g) -> std::optional<Candidate> {
          const auto count = CountOf(text_, g[1], g[2]);
          if (!count) return std::nullopt;
          return Dated(Ago(*count, KoreanUnit(g[2]), !g[3].empty(), now_));
        },
        out_);
    static const RE2* const named_ago = new RE2(NamedLengths() + " ?전( ?부터)?");
    FindAll(
        text_, *named_ago,
        [&](const Groups& g) -> std::optional<Candidate> {
          if (!IsWord(text_, g[1])) return std::nullopt;
          const Length length = *NamedLength(g[1]);
          return Dated(Ago(length.count, length.unit, !g[2].empty(), now_));
        },
        out_);
  }

  // 사흘 뒤, 2주 후: a day, and still so many days (14일 뒤에 바닥날 품목).
  void Ahead() {
    static const std::string behind = " ?(?:뒤|후))(?:$|[^가-힣]|에|로|까지|의|부터)";
    static const RE2* const counted =
        new RE2(base::StrCat("(", KoreanCount(), " ?(주일?|일)", behind));
    FindAll(
        text_, *counted,
        [&](const Groups& g) -> std::optional<Candidate> {
          const auto count = CountOf(text_, g[2], g[3]);
          if (!count || InMonthBefore(g[1])) return std::nullopt;
          return At(text_, g[1], DaysAhead(Length{*count, KoreanUnit(g[3])}));
        },
        out_);
    static const RE2* const named = new RE2(base::StrCat("(", NamedLengths(), behind));
    FindAll(
        text_, *named,
        [&](const Groups& g) -> std::optional<Candidate> {
          const Length length = *NamedLength(g[2]);
          if (!IsWord(text_, g[2]) || length.unit == Unit::kMonth) return std::nullopt;
          return At(text_, g[1], DaysAhead(length));
        },
        out_);
  }

 private:
  int64_t YearOr(std::string_view word) {
    return word.empty() ? now_.year() : KoreanYear(word, now_).value_or(now_.year());
  }

  Candidate DaysAhead(const Length& length) const {
    Candidate candidate = Dated(Day(today_ + length.Days()));
    candidate.literals.emplace_back("days", std::to_string(length.Days()));
    return candidate;
  }

  // 3월 14일 뒤 names the day itself.
  bool InMonthBefore(std::string_view piece) const {
    const std::string_view before =
        text_.substr(0, static_cast<size_t>(piece.data() - text_.data()));
    return before.ends_with("월") || before.ends_with("월 ");
  }

  // A year with a point stands only before a month.
  std::optional<Candidate> InYear(std::string_view word) {
    const auto year = KoreanYear(word, now_);
    const bool two_digits = word.size() >= 2 && word[0] >= '0' && word[0] <= '9' &&
                            !word.starts_with("19") && !word.starts_with("20");
    if (!year || two_digits || word.find('.') != word.npos) return std::nullopt;
    return Dated(Year(CivilYear(*year)));
  }

  std::optional<Candidate> DayRange(const Groups& g) {
    const auto from = ValidDay(YearOr(g[1]), Int(g[2]), Int(g[3]));
    const auto to = ValidDay(YearOr(g[1]), Int(g[2]), Int(g[4]));
    if (!from || !to || *to < *from) return std::nullopt;
    return Dated(Days(*from, *to));
  }

  std::optional<Candidate> MonthRange(const Groups& g) {
    const int64_t first = Int(g[2]), last = Int(g[3]);
    if (first < 1 || last > 12 || last <= first) return std::nullopt;
    const Span from = Month(CivilMonth(YearOr(g[1]), static_cast<int>(first)));
    return Dated(
        Days(CivilDay(from.from), CivilDay(from.to.year(), static_cast<int>(last) + 1, 1) - 1));
  }

  std::optional<Candidate> InWeek(std::string_view week, std::string_view weekday) {
    const Span span = Week(today_, WeekShift(week));
    return weekday.empty() ? Dated(span) : DayInWeek(span, KoreanWeekday(weekday));
  }

  std::optional<Candidate> NextWeekday(int index) {
    CivilDay day = CivilDay(Week(today_, 0).from) + index;
    if (day < today_) day += 7;
    Candidate candidate = Dated(Day(day));
    candidate.weekday = Candidate::Weekday::kAlone;
    return candidate;
  }

  std::optional<Candidate> NearMonth(const Groups& g) {
    const CivilMonth month = agents::NearMonth(g[1], now_);
    const Span whole = Month(month);
    if (!g[4].empty()) return Dated(Day(CivilDay(whole.to)));
    if (g[2].empty()) return Dated(whole);
    const auto from = ValidDay(month.year(), month.month(), Int(g[2]));
    const auto to = g[3].empty()     ? from
                    : g[3] == "말일" ? std::optional(CivilDay(whole.to))
                                     : ValidDay(month.year(), month.month(),
                                                Int(g[3].substr(0, g[3].find("일"))));
    if (!from || !to || *to < *from) return std::nullopt;
    return Dated(Days(*from, *to));
  }

  const std::string_view text_;
  const CivilSecond now_;
  const CivilDay today_;
  std::vector<Candidate>& out_;
};

}  // namespace

void FindKoreanDates(std::string_view text, CivilSecond now, std::vector<Candidate>& out) {
  Finder finder(text, now, out);
  finder.Absolute();
  finder.Quarters();
  finder.Relative();
  finder.Recents();
  finder.Ahead();
}

}  // namespace agents
