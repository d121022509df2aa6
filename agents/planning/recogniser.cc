#include "agents/planning/recogniser.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstring>

#include "agents/planning/korean_calendar.h"
#include "agents/planning/patterns.h"
#include "agents/planning/said_parts.h"
#include "agents/planning/spans.h"
#include "agents/planning/withdrawn.h"
#include "model_core/base/clock.h"
#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

using re2::RE2;

using absl::CivilSecond;
using base::StrCat;

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

bool LatinLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool Digit(char c) { return c >= '0' && c <= '9'; }

bool SentenceMark(char c) { return c != '\0' && std::strchr(".,;:!?", c) != nullptr; }

// Without the marks at its very end.
std::string_view Sentence(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || SentenceMark(text.back()))) text.remove_suffix(1);
  return text;
}

// Whether the blank at `at` stands within a name like "Line 5": no value ends or begins there.
// Behind the number no unit stands ("unit 30 days").
bool WithinNumberedName(std::string_view text, size_t at) {
  static const RE2* const name = new RE2(
      "(?i:\\b(?:line|hall|room|building|block|zone|bay|gate|dock|pier|berth|ward|floor|tank|"
      "boiler|"
      "kiln|furnace|reactor|platform|hangar|warehouse|depot|plant|house|cell|station|platoon|site)$"
      ")");
  static const RE2* const number = new RE2("^ \\d{1,3}(?:\\W|$)");
  static const RE2* const amount =
      new RE2("^ \\d{1,3} ?(?i:days?|weeks?|months?|years?|hours?|minutes?|am|pm|[ap]\\.m|%)");
  const std::string_view before = text.substr(0, at), behind = text.substr(at);
  const re2::StringPiece left(before.data(), before.size()), right(behind.data(), behind.size());
  return RE2::PartialMatch(left, *name) && RE2::PartialMatch(right, *number) &&
         !RE2::PartialMatch(right, *amount);
}

// Whether the blank at `at` stands within a name like "Larkspur Valley" or "Boiler House B": no
// value ends there. Months, days of the week and what is numbered begin something else.
bool WithinCapitalisedName(std::string_view text, size_t at) {
  static const RE2* const left = new RE2("(?:^|[^\\w])[A-Z][a-z]+$");
  static const RE2* const right = new RE2("^ (?:[A-Z][a-z][a-z'’-]*|[A-HJ-Z](?:[^\\w.&-]|$))");
  static const RE2* const other = new RE2(
      "^ (?:Arts?|Articles?|Jan(uary)?|Feb(ruary)?|Mar(ch)?|Apr(il)?|May|June?|July?|"
      "Aug(ust)?|Sept?(ember)?|Oct(ober)?|Nov(ember)?|Dec(ember)?|(Mon|Tues|Wednes|Thurs|"
      "Fri|Satur|Sun)day)\\b");
  const re2::StringPiece before(text.data(), at), behind(text.data() + at, text.size() - at);
  return RE2::PartialMatch(before, *left) && RE2::PartialMatch(behind, *right) &&
         !RE2::PartialMatch(behind, *other);
}

// Whether `at` is inside of a clock time like "9 a.m.".
bool WithinClockTime(const std::vector<Candidate>& found, size_t at) {
  return std::any_of(found.begin(), found.end(), [at](const Candidate& candidate) {
    return candidate.span && candidate.span->clock && candidate.begin < at && at < candidate.end;
  });
}

// None if nothing can be cut out. A mark that ends a sentence or clause ends no value.
std::vector<size_t> SpanBounds(std::string_view request, const std::vector<Candidate>& found) {
  const std::string_view text = Sentence(request);
  const bool any =
      std::any_of(text.begin(), text.end(), [](char c) { return c != ' ' && InSpan(c); });
  if (!any) return {};
  std::vector<size_t> bounds = {0};
  for (size_t i = 1; i < text.size(); ++i) {
    if (SentenceMark(text[i - 1]) && text[i] == ' ') continue;
    if (text[i] == ' ' && WithinNumberedName(text, i)) {
      ++i;  // nor behind the blank
      continue;
    }
    if (text[i] == ' ' && WithinCapitalisedName(text, i)) continue;
    const bool inside_word = (LatinLetter(text[i - 1]) && LatinLetter(text[i])) ||
                             (Digit(text[i - 1]) && Digit(text[i]));
    if (!base::IsContinuation(text[i]) && !inside_word && !WithinClockTime(found, i))
      bounds.push_back(i);
  }
  bounds.push_back(text.size());
  return bounds;
}

// Of each quotation all or nothing.
std::vector<size_t> OwnBounds(std::vector<size_t> bounds,
                              const std::vector<base::Quotation>& quotations) {
  std::erase_if(bounds, [&](size_t at) {
    return std::any_of(quotations.begin(), quotations.end(), [&](const base::Quotation& quotation) {
      return quotation.begin < at && at < quotation.end;
    });
  });
  return bounds;
}

// In words of others: a quotation that says more than the value itself.
bool Quoted(const Candidate& candidate, std::string_view text,
            const std::vector<base::Quotation>& quotations) {
  return std::any_of(quotations.begin(), quotations.end(), [&](const base::Quotation& quotation) {
    const std::string_view words = quotation.In(text);
    return quotation.begin <= candidate.begin && candidate.end <= quotation.end &&
           words.find(' ') != words.npos;
  });
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
  const std::string years = WithoutOpeningApostrophes(request);
  FindKoreanDates(years, local, candidates);
  FindEnglishDates(request, local, candidates);
  FindMonthParts(years, local, candidates);
  FindClockTimes(request, local, candidates);
  FindDurations(request, candidates);
  FindNumbers(request, candidates);
  const std::vector<base::Quotation> quotations = base::Quotations(request);
  Recognition recognition;
  candidates = KeepLongest(std::move(candidates));
  recognition.bounds = SpanBounds(request, candidates);
  std::vector<Candidate> identifiers;
  for (Candidate& candidate : JoinDates(request, local, std::move(candidates))) {
    Mention mention{candidate.begin, candidate.end,
                    candidate.span ? ShortText(*candidate.span) : candidate.shown};
    const bool quoted = Quoted(candidate, request, quotations);
    if (!quoted && candidate.rank == kIdentifierRank) identifiers.push_back(candidate);
    for (auto& [kind, literal] : candidate.literals) {
      if (!quoted) AddOnce(recognition.own.literals[kind], literal);
      AddOnce(recognition.literals[kind], std::move(literal));
    }
    recognition.mentions.push_back(std::move(mention));
  }
  recognition.own.bounds = OwnBounds(recognition.bounds, quotations);
  DropWithdrawn(request, identifiers, recognition.own);
  const SaidParts parts = FindSaidParts(request);
  if (!parts.headings.empty() && !parts.bodies.empty()) {
    recognition.heading = recognition.body = recognition.own;
    recognition.heading.closed = parts.bodies;
    recognition.body.closed = parts.headings;
  }
  return recognition;
}

std::string OpenText(std::string_view request, const Findings& found) {
  std::string open(request);
  for (const base::Quotation& closed : found.closed)
    open.replace(closed.begin, closed.end - closed.begin, closed.end - closed.begin, '"');
  return open;
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
