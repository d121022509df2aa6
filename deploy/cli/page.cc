#include "deploy/cli/page.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "deploy/cli/display.h"
#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

constexpr int kGap = 2;  // cells between columns
constexpr size_t kColumnMin = 6;

std::string_view Code(Tone tone) {
  switch (tone) {
    case Tone::kStrong:
      return "\x1b[1m";
    case Tone::kQuiet:
      return "\x1b[2m";
    case Tone::kGood:
      return "\x1b[32m";
    case Tone::kBad:
      return "\x1b[31m";
    case Tone::kWait:
      return "\x1b[33m";
    case Tone::kPlain:
      break;
  }
  return "";
}

std::vector<size_t> Widths(const std::vector<std::string>& header,
                           const std::vector<std::vector<Cell>>& rows) {
  std::vector<size_t> widths;
  for (const std::string& title : header) widths.push_back(DisplayWidth(title));
  for (const std::vector<Cell>& row : rows) {
    for (size_t i = 0; i < row.size() && i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], DisplayWidth(Clean(row[i].text)));
    }
  }
  return widths;
}

// Takes cells from the widest column, again and again, until all fit. The first one names the row
// and stays whole.
void Fit(std::vector<size_t>& widths, size_t room) {
  for (;;) {
    const size_t total =
        std::accumulate(widths.begin(), widths.end(), size_t{0}) + kGap * (widths.size() - 1);
    const auto widest = std::max_element(widths.begin() + 1, widths.end());
    if (total <= room || widest == widths.end() || *widest <= kColumnMin) return;
    *widest -= std::min(total - room, std::max<size_t>(1, *widest / 8));
  }
}

}  // namespace

std::string Painted(std::string_view text, Tone tone, bool colour) {
  if (!colour || tone == Tone::kPlain || text.empty()) return std::string(text);
  return base::StrCat(Code(tone), text, "\x1b[0m");
}

std::string Page::Paint(std::string_view text, Tone tone) const {
  return Painted(text, tone, colour_);
}

void Page::Heading(std::string_view text) {
  if (!empty_) out_ += '\n';
  Line(text, 0, Tone::kStrong);
}

void Page::Line(std::string_view text, int indent, Tone tone) {
  empty_ = false;
  for (const std::string& line :
       Wrap(Clean(text), static_cast<size_t>(std::max(width_ - indent, 20)))) {
    if (!line.empty()) out_.append(static_cast<size_t>(indent), ' ').append(Paint(line, tone));
    out_ += '\n';
  }
}

void Page::Field(std::string_view label, std::string_view text, int indent, int label_cells,
                 Tone tone) {
  empty_ = false;
  const int left = indent + label_cells + kGap;
  std::string head =
      base::StrCat(std::string(static_cast<size_t>(indent), ' '),
                   Paint(Pad(Clean(label), static_cast<size_t>(label_cells)), Tone::kQuiet),
                   std::string(kGap, ' '));
  for (const std::string& line :
       Wrap(Clean(text), static_cast<size_t>(std::max(width_ - left, 20)))) {
    out_.append(head).append(Paint(line, tone)).append("\n");
    head = std::string(static_cast<size_t>(left), ' ');
  }
}

void Page::Verbatim(std::string_view text, int indent) {
  empty_ = false;
  out_.append(static_cast<size_t>(indent), ' ').append(Clean(text)).append("\n");
}

void Page::Fields(const std::vector<std::pair<std::string, std::string>>& fields, int indent) {
  size_t cells = 0;
  for (const auto& [label, text] : fields) cells = std::max(cells, DisplayWidth(Clean(label)));
  for (const auto& [label, text] : fields) Field(label, text, indent, static_cast<int>(cells));
}

void Page::Row(const std::vector<Cell>& cells, const std::vector<int>& widths, int indent) {
  empty_ = false;
  std::string line(static_cast<size_t>(indent), ' ');
  size_t left = static_cast<size_t>(indent);
  for (size_t i = 0; i < cells.size(); ++i) {
    const bool last = i + 1 == cells.size();
    const size_t room = static_cast<size_t>(width_) > left ? static_cast<size_t>(width_) - left : 1;
    const size_t cut = std::min(room, last ? room : static_cast<size_t>(widths[i]));
    const std::string text = base::ReplaceAll(Clean(cells[i].text), "\n", " ");
    line += Paint(last ? Cut(text, cut) : Pad(text, cut), cells[i].tone);
    if (!last) line.append(kGap, ' ');
    left += cut + kGap;
  }
  out_.append(base::StrCat(line.substr(0, line.find_last_not_of(' ') + 1), "\n"));
}

void Page::Table(const std::vector<std::string>& header,
                 const std::vector<std::vector<Cell>>& rows) {
  std::vector<size_t> fitted = Widths(header, rows);
  Fit(fitted, static_cast<size_t>(width_));
  const std::vector<int> widths(fitted.begin(), fitted.end());
  std::vector<Cell> titles;
  for (const std::string& title : header) titles.push_back({title, Tone::kQuiet});
  Row(titles, widths, 0);
  for (const std::vector<Cell>& row : rows) Row(row, widths, 0);
}

std::string Page::Take() { return std::exchange(out_, {}); }

}  // namespace deploy::cli
