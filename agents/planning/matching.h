// A thin layer over RE2: every non-overlapping match of a pattern, with its groups.
#pragma once

#include <re2/re2.h>

#include <functional>
#include <string_view>
#include <vector>

#include "agents/planning/numerals.h"
#include "agents/planning/patterns.h"

namespace agents {

using Groups = std::vector<std::string_view>;  // [0]: the whole match

// The first match in `text` from byte `from` on, with its groups. False: there is none.
inline bool FindFrom(std::string_view text, const re2::RE2& pattern, size_t from, Groups& groups) {
  const re2::StringPiece whole(text.data(), text.size());
  const int count = pattern.NumberOfCapturingGroups() + 1;
  std::vector<re2::StringPiece> pieces(static_cast<size_t>(count));
  if (!pattern.Match(whole, from, text.size(), re2::RE2::UNANCHORED, pieces.data(), count))
    return false;
  groups.clear();
  for (const re2::StringPiece& piece : pieces) groups.emplace_back(piece.data(), piece.size());
  return true;
}

// The pattern matches somewhere in `text`.
inline bool Matches(std::string_view text, const re2::RE2& pattern) {
  return re2::RE2::PartialMatch({text.data(), text.size()}, pattern);
}

// Calls `found(groups)` for each match; what it returns (begin and end unset: the whole match) is
// appended.
inline void FindAll(std::string_view text, const re2::RE2& pattern,
                    const std::function<std::optional<Candidate>(const Groups&)>& found,
                    std::vector<Candidate>& out) {
  Groups groups;
  for (size_t at = 0; at < text.size() && FindFrom(text, pattern, at, groups);) {
    const auto begin = static_cast<size_t>(groups[0].data() - text.data());
    const size_t end = begin + groups[0].size();
    if (auto candidate = found(groups)) {
      if (candidate->end == 0) {
        candidate->begin = begin;
        candidate->end = end;
      }
      out.push_back(*std::move(candidate));
    }
    at = std::max(end, begin + 1);
  }
}

// The candidate where `piece` of `text` stands.
inline Candidate At(std::string_view text, std::string_view piece, Candidate candidate) {
  candidate.begin = static_cast<size_t>(piece.data() - text.data());
  candidate.end = candidate.begin + piece.size();
  return candidate;
}

// Whether `piece` of `text` is glued to a Korean word before it.
inline bool FollowsHangul(std::string_view text, std::string_view piece) {
  static const re2::RE2* const hangul = new re2::RE2("[가-힣]$");
  return re2::RE2::PartialMatch({text.data(), static_cast<size_t>(piece.data() - text.data())},
                                *hangul);
}

inline Candidate Dated(const Span& span, bool year_open = false) {
  Candidate candidate;
  candidate.span = span;
  candidate.year_open = year_open;
  return candidate;
}

// Its day: 0 is Monday.
inline Candidate DayInWeek(const Span& week, int weekday) {
  Candidate candidate = Dated(Day(absl::CivilDay(week.from) + weekday));
  candidate.weekday = Candidate::Weekday::kInWeek;
  return candidate;
}

inline std::optional<Candidate> Dated(const std::optional<Span>& span) {
  return span ? std::optional(Dated(*span)) : std::nullopt;
}

}  // namespace agents
