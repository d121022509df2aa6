// Days, clock times and ends of ranges that stand beside each other, as one.
#include <re2/re2.h>

#include "agents/planning/korean_calendar.h"
#include "agents/planning/patterns.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using absl::CivilDay;
using absl::CivilSecond;
using base::StrCat;
using re2::RE2;

bool GapMatches(std::string_view gap, const RE2& pattern) {
  return RE2::FullMatch(re2::StringPiece(gap.data(), gap.size()), pattern);
}

Span MoveToDay(const Span& clock, CivilDay day) {
  const auto move = [&](CivilSecond time) {
    return CivilSecond(day.year(), day.month(), day.day(), time.hour(), time.minute(), 0);
  };
  return {move(clock.from), move(clock.to), true};
}

// A month's end stays one; the day February 29 becomes March 1 where there is none.
Span InYear(const Span& span, int64_t year) {
  const auto move = [&](CivilSecond time) {
    const CivilDay last = CivilDay(absl::CivilMonth(time) + 1) - 1;
    if (!span.SingleDay() && CivilDay(time) == last)
      time = CivilSecond(CivilDay(absl::CivilMonth(year, time.month()) + 1) - 1) +
             (time - CivilSecond(last));
    return CivilSecond(year, time.month(), time.day(), time.hour(), time.minute(), time.second());
  };
  return {move(span.from), move(span.to), span.clock};
}

using Weekday = Candidate::Weekday;

// From one day of the week on to another, 1 to 7 days, of any two such days `days` apart.
int64_t DaysOn(int64_t days) { return ((days - 1) % 7 + 7) % 7 + 1; }

class Joiner {
 public:
  Joiner(std::string_view text, CivilSecond now, std::vector<Candidate> found)
      : text_(text), now_(now), found_(std::move(found)) {}

  std::vector<Candidate> Join() {
    for (size_t i = 0; i < found_.size(); ++i) {
      Candidate joined = found_[i];
      if (!joined.span) {
        out_.push_back(std::move(joined));
        continue;
      }
      TakeYear(joined);
      Offer(joined);
      i = JoinClock(joined, i);
      i = JoinRange(joined, i);
      const size_t day = JoinDay(joined, i);
      i = day == i ? i : JoinDatedEnd(joined, day);
      WidenToWeek(joined);
      JoinSince(joined);
      out_.push_back(std::move(joined));
    }
    return std::move(out_);
  }

 private:
  // Adds what the candidate's span can be said as; a longer reading keeps the shorter one's.
  void Offer(Candidate& candidate) const {
    const Span& span = *candidate.span;
    const auto add = [&](const char* kind, std::string value) {
      candidate.literals.emplace_back(kind, std::move(value));
    };
    if (span.from <= now_) add("since", StrCat("\"", ClockText(span.from), "\""));
    if (span.clock) {
      add("time", StrCat("\"", ClockText(span.from), "\""));
      add("period", PeriodLiteral(span));
      return;
    }
    const CivilDay from(span.from), to(span.to), today(now_);
    add("period", PeriodLiteral(span));
    add("time", StrCat("\"", ClockText(CivilSecond(from)), "\""));
    add("date", StrCat("\"", DateText(span.SingleDay() ? from : to), "\""));
    if (!span.SingleDay()) add("date", StrCat("\"", DateText(from), "\""));
    const bool past = candidate.year_open && to < today;
    const CivilDay due = past ? CivilDay(to.year() + 1, to.month(), to.day()) : to;
    add("due", StrCat("\"", DateText(due), "\""));
  }

  // 작년 1분기, 2분기, 3분기: the year at the head of what is joined holds for all of it; 작년
  // 12월과 1월 go on into the next.
  void TakeYear(Candidate& joined) {
    static const RE2* const joiner = new RE2(" ?(?:이?랑|와|과|하고|및|,|·|/) ?");
    static const RE2* const year = new RE2(StrCat("^", kKoreanYear, " ?[^ 과와랑]"));
    if (!joined.year_open || out_.empty() || !out_.back().span) return;
    const Candidate& head = out_.back();
    const std::string_view words = text_.substr(head.begin, head.end - head.begin);
    const bool dated = taken_ + 1 == out_.size() ||
                       RE2::PartialMatch(re2::StringPiece(words.data(), words.size()), *year);
    if (!dated || !GapMatches(Gap(head, joined), *joiner)) return;
    joined.span = InYear(*joined.span, head.span->to.year());
    if (joined.span->to < head.span->from)
      joined.span = InYear(*joined.span, head.span->to.year() + 1);
    joined.year_open = false;
    taken_ = out_.size();
  }

  size_t JoinClock(Candidate& joined, size_t i) {
    static const RE2* const gap = new RE2(" ?(?:에|의|at|from)? ?");
    const bool next = i + 1 < found_.size() && found_[i + 1].span && found_[i + 1].span->clock;
    if (!next || !joined.span->SingleDay() || !GapMatches(Gap(joined, found_[i + 1]), *gap))
      return i;
    if (found_[i + 1].span->from != found_[i + 1].span->to) return i;
    Extend(joined, found_[i + 1].end, MoveToDay(*found_[i + 1].span, CivilDay(joined.span->from)));
    return i + 1;
  }

  // 3월 2일부터 4일, from Monday to Friday, 13:00 to 15:00; between … and …
  bool MakeRange(const Candidate& first, const Candidate& second) const {
    static const RE2* const korean = new RE2(" ?(?:부터|에서|~|-|–) ?");
    static const RE2* const english = new RE2(" ?(?i:to|through|until|till|and|-|–) ?");
    const std::string_view gap = Gap(first, second);
    if (GapMatches(gap, *korean)) return true;
    if (!GapMatches(gap, *english)) return false;
    const bool listed = base::LowerAscii(gap).find("and") != std::string::npos;
    if (listed) return SaidBefore(first, "between ");
    return first.span->clock == second.span->clock || SaidBefore(first, "from ");
  }

  size_t JoinRange(Candidate& joined, size_t i) {
    if (i + 1 >= found_.size() || !found_[i + 1].span) return i;
    if (!MakeRange(joined, found_[i + 1])) return i;
    Candidate last = found_[i + 1];
    last.span = RangeEnd(joined, last);
    const Span first = RangeBegin(joined, last);
    const size_t end = JoinClock(last, i + 1);
    const Span range{first.from, last.span->to, first.clock || last.span->clock};
    if (range.to < range.from) return i;
    Candidate second = found_[i + 1];
    Offer(second);
    joined.literals.insert(joined.literals.end(), second.literals.begin(), second.literals.end());
    size_t stop = last.end;
    if (text_.substr(stop).starts_with("까지")) stop += std::string_view("까지").size();
    Extend(joined, stop, range);
    return end;
  }

  // The range's end as its beginning makes it: a clock time on the same day, and in the afternoon
  // where only the beginning says so (오후 5시부터 9시까지); a day of the week the next one after
  // the beginning; a month or day without a year in the beginning's, or the year after where it
  // would lie before.
  static Span RangeEnd(const Candidate& first, const Candidate& second) {
    const Span& from = *first.span;
    Span to = *second.span;
    if (to.clock && from.clock) {
      to = MoveToDay(to, CivilDay(from.from));
      const bool afternoon = to.to < from.from && to.to.hour() < 12 && from.from.hour() >= 12;
      if (afternoon) to = {to.from + 12 * 3600, to.to + 12 * 3600, true};
    } else if (BothWeekdays(first, second) && second.weekday == Weekday::kAlone) {
      to = Day(CivilDay(from.from) + DaysOn(CivilDay(to.from) - CivilDay(from.from)));
    } else if (second.year_open && !first.year_open && !to.clock) {
      to = InYear(to, from.from.year());
      if (to.to < from.from) to = InYear(to, from.from.year() + 1);
    }
    return to;
  }

  // from Monday to Wednesday last week: the Monday before that Wednesday; from 1 November to 15
  // January 2026: that November which lies before.
  static Span RangeBegin(const Candidate& first, const Candidate& second) {
    const Span &from = *first.span, &to = *second.span;
    if (first.year_open && !second.year_open && !to.clock) {
      const Span begin = InYear(from, to.from.year());
      return to.to < begin.from ? InYear(from, to.from.year() - 1) : begin;
    }
    const bool before = BothWeekdays(first, second) && first.weekday == Weekday::kAlone &&
                        second.weekday == Weekday::kInWeek;
    return before ? Day(CivilDay(to.from) - DaysOn(CivilDay(to.from) - CivilDay(from.from))) : from;
  }

  static bool BothWeekdays(const Candidate& first, const Candidate& second) {
    return first.weekday != Weekday::kNone && second.weekday != Weekday::kNone &&
           first.span->SingleDay() && second.span->SingleDay();
  }

  // 8 am to noon yesterday: the day stands after the times.
  size_t JoinDay(Candidate& joined, size_t i) {
    static const RE2* const gap = new RE2(" (?:on |of )?");
    if (!joined.span->clock || i + 1 >= found_.size() || !found_[i + 1].span) return i;
    const Candidate& day = found_[i + 1];
    if (!day.span->SingleDay() || !GapMatches(Gap(joined, day), *gap)) return i;
    Extend(joined, day.end, MoveToDay(*joined.span, CivilDay(day.span->from)));
    return i + 1;
  }

  // from 22:00 yesterday to 06:00 today: each end with its own day.
  size_t JoinDatedEnd(Candidate& joined, size_t i) {
    if (i + 2 >= found_.size() || !found_[i + 1].span || !found_[i + 1].span->clock) return i;
    if (!MakeRange(joined, found_[i + 1])) return i;
    Candidate last = found_[i + 1];
    const size_t end = JoinDay(last, i + 1);
    if (end == i + 1 || last.span->to < joined.span->from) return i;
    Extend(joined, last.end, {joined.span->from, last.span->to, true});
    return end;
  }

  // the week of 9 November: the one that this day is in.
  void WidenToWeek(Candidate& joined) {
    const bool said = SaidBefore(joined, "week of ") || SaidBefore(joined, "week of the ");
    if (said && joined.span->SingleDay() && !joined.span->clock)
      Extend(joined, joined.end, Week(CivilDay(joined.span->from), 0));
  }

  void JoinSince(Candidate& joined) {
    static const RE2* const since =
        new RE2("^ ?(이후로?|이래로?|부터|에서부터|들어서?|onwards?|or later)");
    const std::string_view rest = text_.substr(joined.end);
    re2::StringPiece found;
    const bool after =
        RE2::PartialMatch(re2::StringPiece(rest.data(), rest.size()), *since, &found);
    if (!after && !SaidBefore(joined, "since ")) return;
    const CivilSecond today_end = CivilSecond(CivilDay(now_));
    const Span span{joined.span->from, joined.span->clock ? now_ : today_end, joined.span->clock};
    if (span.to < span.from) return;
    Extend(joined, joined.end, span);
  }

  void Extend(Candidate& joined, size_t end, const Span& span) {
    joined.end = end;
    joined.span = span;
    Offer(joined);
  }

  std::string_view Gap(const Candidate& a, const Candidate& b) const {
    return text_.substr(a.end, b.begin - a.end);
  }
  bool SaidBefore(const Candidate& candidate, std::string_view word) const {
    const std::string_view before = Before(candidate.begin);
    return before.size() >= word.size() &&
           base::LowerAscii(before.substr(before.size() - word.size())) == word;
  }
  std::string_view Before(size_t at) const { return text_.substr(0, at); }

  const std::string_view text_;
  const CivilSecond now_;
  std::vector<Candidate> found_;
  std::vector<Candidate> out_;
  size_t taken_ = std::string::npos;  // the last of them that took its year from the one before
};

}  // namespace

std::vector<Candidate> JoinDates(std::string_view text, CivilSecond now,
                                 std::vector<Candidate> found) {
  return Joiner(text, now, std::move(found)).Join();
}

}  // namespace agents
