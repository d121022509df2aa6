#include "agents/planning/recogniser.h"

#include <re2/re2.h>

#include <algorithm>

#include "agents/planning/patterns.h"
#include "agents/planning/spans.h"
#include "model_core/base/clock.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using absl::CivilDay;
using absl::CivilSecond;
using base::StrCat;
using re2::RE2;

bool Overlap(const Candidate& a, const Candidate& b) { return a.begin < b.end && b.begin < a.end; }

// The longest candidates that do not touch each other; of two alike the one of higher rank, then
// the first.
std::vector<Candidate> KeepLongest(std::vector<Candidate> candidates) {
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) {
                     const bool a_id = a.rank == kIdentifierRank, b_id = b.rank == kIdentifierRank;
                     if (a_id != b_id) return a_id;
                     const size_t a_size = a.end - a.begin, b_size = b.end - b.begin;
                     return a_size != b_size ? a_size > b_size : a.rank > b.rank;
                   });
  std::vector<Candidate> kept;
  for (Candidate& candidate : candidates) {
    const bool twin = std::any_of(kept.begin(), kept.end(), [&](Candidate& other) {
      // One stretch, two readings (38조: an article, a sum of money): both are offered.
      if (other.begin != candidate.begin || other.end != candidate.end ||
          other.rank == kIdentifierRank)
        return false;
      other.literals.insert(other.literals.end(), candidate.literals.begin(),
                            candidate.literals.end());
      return true;
    });
    const bool free = !twin && std::none_of(kept.begin(), kept.end(), [&](const Candidate& other) {
      return Overlap(candidate, other);
    });
    if (free) kept.push_back(std::move(candidate));
  }
  std::sort(kept.begin(), kept.end(),
            [](const Candidate& a, const Candidate& b) { return a.begin < b.begin; });
  return kept;
}

bool GapMatches(std::string_view gap, const RE2& pattern) {
  return RE2::FullMatch(re2::StringPiece(gap.data(), gap.size()), pattern);
}

Span MoveToDay(const Span& clock, CivilDay day) {
  const auto move = [&](CivilSecond time) {
    return CivilSecond(day.year(), day.month(), day.day(), time.hour(), time.minute(), 0);
  };
  return {move(clock.from), move(clock.to), true};
}

class Joiner {
 public:
  Joiner(std::string_view text, CivilSecond now, std::vector<Candidate> found)
      : text_(text), now_(now), found_(std::move(found)) {}

  // Joins a day and a clock time, two ends of a range, and 이후/부터; the parts stay on offer as
  // well.
  std::vector<Candidate> Join() {
    for (size_t i = 0; i < found_.size(); ++i) {
      Candidate joined = found_[i];
      if (!joined.span) {
        out_.push_back(std::move(joined));
        continue;
      }
      Offer(joined);
      i = JoinClock(joined, i);
      i = JoinRange(joined, i);
      JoinSince(joined);
      out_.push_back(std::move(joined));
    }
    return std::move(out_);
  }

 private:
  // Literals of a reading that a longer one swallows.
  void Offer(Candidate& candidate) {
    candidate.literals = WithSpan(candidate.literals, *candidate.span, candidate.year_open);
  }

 public:
  std::vector<std::pair<std::string, std::string>> WithSpan(
      std::vector<std::pair<std::string, std::string>> literals, const Span& span,
      bool year_open) const {
    const auto add = [&](const char* kind, std::string value) {
      literals.emplace_back(kind, std::move(value));
    };
    if (span.clock) {
      add("time", StrCat("\"", ClockText(span.from), "\""));
      add("period", PeriodLiteral(span));
      return literals;
    }
    const CivilDay from(span.from), to(span.to), today(now_);
    add("period", PeriodLiteral(span));
    add("time", StrCat("\"", ClockText(CivilSecond(from)), "\""));
    add("date", StrCat("\"", DateText(span.SingleDay() ? from : to), "\""));
    if (!span.SingleDay()) add("date", StrCat("\"", DateText(from), "\""));
    const bool past = year_open && to < today;
    const CivilDay due = past ? CivilDay(to.year() + 1, to.month(), to.day()) : to;
    add("due", StrCat("\"", DateText(due), "\""));
    return literals;
  }

 private:
  size_t JoinClock(Candidate& joined, size_t i) {
    static const RE2* const gap = new RE2(" ?(?:에|의|at)? ?");
    const bool next = i + 1 < found_.size() && found_[i + 1].span && found_[i + 1].span->clock;
    if (!next || !joined.span->SingleDay() || !GapMatches(Gap(joined, found_[i + 1]), *gap))
      return i;
    if (found_[i + 1].span->from != found_[i + 1].span->to) return i;
    Extend(joined, found_[i + 1].end, MoveToDay(*found_[i + 1].span, CivilDay(joined.span->from)));
    return i + 1;
  }

  size_t JoinRange(Candidate& joined, size_t i) {
    static const RE2* const korean = new RE2(" ?(?:부터|에서|~|-|–) ?");
    static const RE2* const english = new RE2(" ?(?i:to|through|until|till|and|-|–) ?");
    if (i + 1 >= found_.size() || !found_[i + 1].span) return i;
    const std::string_view gap = Gap(joined, found_[i + 1]);
    const bool between =
        GapMatches(gap, *english) &&
        Before(joined.begin)
            .ends_with(gap.find("and") != std::string_view::npos ? "between " : "from ");
    if (!GapMatches(gap, *korean) && !between) return i;
    Span to = *found_[i + 1].span;
    size_t end = i + 1;
    if (to.clock && joined.span->clock) to = MoveToDay(to, CivilDay(joined.span->from));
    Candidate last = found_[i + 1];
    last.span = to;
    end = JoinClock(last, end);
    const bool clock = joined.span->clock || last.span->clock;
    const Span range{joined.span->from, last.span->to, clock};
    if (range.to < range.from) return i;
    size_t stop = last.end;
    if (text_.substr(stop).starts_with("까지")) stop += std::string_view("까지").size();
    Extend(joined, stop, range);
    return end;
  }

  void JoinSince(Candidate& joined) {
    static const RE2* const since =
        new RE2("^ ?(이후로?|이래로?|부터|에서부터|들어서?|onwards?|or later)");
    const std::string_view rest = text_.substr(joined.end);
    re2::StringPiece found;
    const bool after =
        RE2::PartialMatch(re2::StringPiece(rest.data(), rest.size()), *since, &found);
    const bool before =
        Before(joined.begin).ends_with("since ") || Before(joined.begin).ends_with("Since ");
    if (!after && !before) return;
    const CivilSecond today_end = CivilSecond(CivilDay(now_));
    const Span span{joined.span->from, joined.span->clock ? now_ : today_end, joined.span->clock};
    if (span.to < span.from) return;
    Extend(joined, joined.end, span);
  }

  void Extend(Candidate& joined, size_t end, const Span& span) {
    joined.end = end;
    joined.span = span;
    joined.literals = WithSpan(std::move(joined.literals), span, joined.year_open);
  }

  std::string_view Gap(const Candidate& a, const Candidate& b) const {
    return text_.substr(a.end, b.begin - a.end);
  }
  std::string_view Before(size_t at) const { return text_.substr(0, at); }

  const std::string_view text_;
  const CivilSecond now_;
  std::vector<Candidate> found_;
  std::vector<Candidate> out_;
};

bool LatinLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool Digit(char c) { return c >= '0' && c <= '9'; }

// None if nothing can be cut out.
std::vector<size_t> SpanBounds(std::string_view text) {
  const bool any =
      std::any_of(text.begin(), text.end(), [](char c) { return c != ' ' && InSpan(c); });
  if (!any) return {};
  std::vector<size_t> bounds = {0};
  for (size_t i = 1; i < text.size(); ++i) {
    const bool inside_code_point = (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
    const bool inside_word = (LatinLetter(text[i - 1]) && LatinLetter(text[i])) ||
                             (Digit(text[i - 1]) && Digit(text[i]));
    if (!inside_code_point && !inside_word) bounds.push_back(i);
  }
  bounds.push_back(text.size());
  return bounds;
}

void AddOnce(std::vector<std::string>& list, std::string value) {
  if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(std::move(value));
}

}  // namespace

Recognition Recognise(std::string_view request, absl::Time now) {
  const CivilSecond local = absl::ToCivilSecond(now, base::Seoul());
  std::vector<Candidate> candidates;
  FindIdentifiers(request, candidates);
  FindArticles(request, candidates);
  FindKoreanDates(request, local, candidates);
  FindEnglishDates(request, local, candidates);
  FindClockTimes(request, local, candidates);
  FindDurations(request, candidates);
  FindNumbers(request, candidates);
  Joiner joiner(request, local, KeepLongest(std::move(candidates)));
  Recognition recognition;
  for (Candidate& candidate : joiner.Join()) {
    Mention mention{candidate.begin, candidate.end,
                    candidate.span ? ShortText(*candidate.span) : candidate.shown};
    for (auto& [kind, literal] : candidate.literals)
      AddOnce(recognition.literals[kind], std::move(literal));
    recognition.mentions.push_back(std::move(mention));
  }
  recognition.bounds = SpanBounds(request);
  return recognition;
}

std::string PlannerValues(std::string_view request, const Recognition& recognition) {
  std::string text;
  for (const Mention& mention : recognition.mentions) {
    const std::string_view words = request.substr(mention.begin, mention.end - mention.begin);
    if (mention.shown.empty() || mention.shown == words) continue;
    text += StrCat(text.empty() ? "" : ";", words, "=", mention.shown);
  }
  return text;
}

}  // namespace agents
