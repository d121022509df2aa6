#include "deploy/cli/display.h"

#include <algorithm>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace deploy::cli {
namespace {

struct Range {
  char32_t first, last;
};
// Unicode 15 EastAsianWidth.txt, W and F, neighbouring blocks joined.
constexpr Range kWide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2E80, 0x303E},   {0x3041, 0x33FF},
    {0x3400, 0x4DBF},   {0x4E00, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
// Combining marks, Jamo vowels and finals, joiners, variation selectors.
constexpr Range kNone[] = {
    {0x0300, 0x036F}, {0x1160, 0x11FF}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}};

template <size_t count>
bool Within(const Range (&ranges)[count], char32_t point) {
  return std::any_of(std::begin(ranges), std::end(ranges), [point](const Range& range) {
    return range.first <= point && point <= range.last;
  });
}

// Longest prefix of points[from..] of at most `cells`; at least one point, so that wrapping comes
// to an end.
size_t FitEnd(const std::u32string& points, size_t from, size_t cells) {
  size_t used = 0, at = from;
  for (; at < points.size(); ++at) {
    used += static_cast<size_t>(CellsOf(points[at]));
    if (used > cells) break;
  }
  return std::max(at, from + 1);
}

void WrapLine(const std::u32string& points, size_t cells, std::vector<std::string>& lines) {
  size_t from = 0;
  do {
    size_t end = FitEnd(points, from, cells);
    if (end < points.size() && points[end] != U' ') {
      const size_t blank = points.rfind(U' ', end);
      if (blank != std::u32string::npos && blank > from) end = blank;
    }
    lines.push_back(base::Utf8(std::u32string_view(points).substr(from, end - from)));
    from = end;
    while (from < points.size() && points[from] == U' ') ++from;
  } while (from < points.size());
}

}  // namespace

int CellsOf(char32_t code_point) {
  if (code_point < 0x300) return 1;
  if (Within(kNone, code_point)) return 0;
  return Within(kWide, code_point) ? 2 : 1;
}

size_t DisplayWidth(std::string_view text) {
  size_t cells = 0;
  for (const char32_t point : base::CodePoints(text)) cells += static_cast<size_t>(CellsOf(point));
  return cells;
}

std::string Clean(std::string_view text) {
  std::u32string points = base::CodePoints(text);
  for (char32_t& point : points) {
    const bool bidi = (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
    if (point == U'\t') point = U' ';
    if ((point < 0x20 && point != U'\n') || (point >= 0x7F && point < 0xA0) || bidi) point = U'?';
  }
  return base::Utf8(points);
}

std::string Cut(std::string_view text, size_t cells) {
  if (DisplayWidth(text) <= cells) return std::string(text);
  if (cells == 0) return "";
  std::string out;
  size_t used = 0;
  for (const char32_t point : base::CodePoints(text)) {
    used += static_cast<size_t>(CellsOf(point));
    if (used > cells - 1) break;
    base::AppendUtf8(point, out);
  }
  return out + "…";
}

std::string Pad(std::string_view text, size_t cells) {
  std::string out = Cut(text, cells);
  return out.append(cells - DisplayWidth(out), ' ');
}

std::vector<std::string> Wrap(std::string_view text, size_t cells) {
  std::vector<std::string> lines;
  for (const std::string_view line : base::StrSplit(text, '\n'))
    WrapLine(base::CodePoints(line), std::max<size_t>(cells, 2), lines);
  return lines;
}

}  // namespace deploy::cli
