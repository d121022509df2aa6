#include "connectors/legal/clause.h"

#include <algorithm>

#include "connectors/legal/citation_numbers.h"
#include "connectors/legal/statute.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::legal {
namespace {

constexpr size_t kBeforePointsMax = 160, kAfterPointsMax = 240;
constexpr size_t kLineBytesMax = 4000;  // of a line without an end, on either side
constexpr std::string_view kCircledOne = "\u2460", kCircledLast = "\u2473";  // ① to ⑳

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Where the heading that begins at `at` ends, "제5조의2(수탁자 관리)"; `at` if there is none. What
// goes on as "제5조에 따라" is a sentence.
size_t HeadingEnd(std::string_view text, size_t at) {
  Cursor cursor{text, at};
  if (!cursor.Take("제") || !cursor.Digits() || !cursor.Take("조")) return at;
  if (cursor.Take("의") && !cursor.Digits()) return at;
  const size_t number_end = cursor.at;
  cursor.Spaces();
  if (cursor.Parentheses()) return cursor.at;
  const std::string_view next = cursor.rest().substr(0, kCircledOne.size());
  const bool alone = next.empty() || next[0] == '\n' || next[0] == '[';
  return alone || (next >= kCircledOne && next <= kCircledLast) ? number_end : at;
}

// Whether the sentence that began at `from` ends with the mark at `at`: not the dot of a date, of
// "1." or of "가.".
bool Ends(std::string_view line, size_t from, size_t at) {
  if (line[at] != '.' && line[at] != '?' && line[at] != '!') return false;
  if (at + 1 < line.size() && line[at + 1] != ' ' && line[at + 1] != '\t') return false;
  if (at == 0 || IsDigit(line[at - 1])) return false;
  return base::CodePoints(base::Trim(line.substr(from, at - from))).size() > 1;
}

// The sentence of `line` that [begin, end) stands in.
std::string_view SentenceAt(std::string_view line, size_t begin, size_t end, size_t& from) {
  from = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    if (!Ends(line, from, i)) continue;
    if (i + 1 >= end) return line.substr(from, i + 1 - from);
    if (i < begin) from = i + 1;
  }
  return line.substr(from);
}

// The line that [begin, end) stands in, or what is near of it.
std::pair<size_t, size_t> LineAt(std::string_view text, size_t begin, size_t end) {
  const auto inside = [&](size_t at) { return at < text.size() && base::IsContinuation(text[at]); };
  size_t from = begin < kLineBytesMax ? 0 : begin - kLineBytesMax;
  size_t to = std::min(end + kLineBytesMax, text.size());
  while (inside(from)) ++from;
  while (inside(to)) --to;
  const size_t before = text.substr(from, begin - from).rfind('\n');
  if (before != std::string_view::npos) from += before + 1;
  return {from, std::min(text.find('\n', end), to)};
}

}  // namespace

DocumentClauses::DocumentClauses(std::string_view text) : text_(text) {
  for (size_t line = 0; line < text.size();) {
    Cursor cursor{text, line};
    cursor.Spaces();
    const size_t end = HeadingEnd(text, cursor.at);
    if (end > cursor.at) headings_.push_back({cursor.at, end});
    const size_t next = text.find('\n', line);
    line = next == std::string_view::npos ? text.size() : next + 1;
  }
}

std::string DocumentClauses::At(size_t begin, size_t end) const {
  const auto [line_begin, line_end] = LineAt(text_, begin, end);
  size_t from = 0;
  const std::string_view sentence = SentenceAt(text_.substr(line_begin, line_end - line_begin),
                                               begin - line_begin, end - line_begin, from);
  from += line_begin;
  const std::string clause = base::StrCat(
      base::LastPoints(text_.substr(from, begin - from), kBeforePointsMax),
      text_.substr(begin, end - begin),
      base::FirstPoints(text_.substr(end, from + sentence.size() - end), kAfterPointsMax));
  const auto under = std::upper_bound(headings_.begin(), headings_.end(), begin,
                                      [](size_t at, const Heading& h) { return at < h.begin; });
  const bool headed = under != headings_.begin() && std::prev(under)->begin < from;
  if (!headed) return OneLine(clause);
  const Heading& heading = *std::prev(under);
  return OneLine(
      base::StrCat(text_.substr(heading.begin, heading.end - heading.begin), " ", clause));
}

}  // namespace connectors::legal
