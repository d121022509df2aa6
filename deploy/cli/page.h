// Page: what `maru` shows to people: headings, aligned fields, tables, steps; never wider than the
// terminal. Every text is cleaned on the way in, so that nothing shown can steer the terminal. One
// thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace deploy::cli {

enum class Tone { kPlain, kStrong, kQuiet, kGood, kBad, kWait };

struct Cell {
  std::string text;
  Tone tone = Tone::kPlain;
};

// `text` in a tone's colour, if there are colours.
std::string Painted(std::string_view text, Tone tone, bool colour);

class Page {
 public:
  Page(int width, bool colour) : width_(width), colour_(colour) {}

  void Heading(std::string_view text);  // after a blank line unless it is the first
  // Wrapped; the lines after the first are indented like it.
  void Line(std::string_view text, int indent = 0, Tone tone = Tone::kPlain);
  // "label   text", labels filled up to `label_cells`.
  void Field(std::string_view label, std::string_view text, int indent, int label_cells,
             Tone tone = Tone::kPlain);
  // Pieces in columns of the given widths, the last one as it is; for what is shown line by line.
  void Row(const std::vector<Cell>& cells, const std::vector<int>& widths, int indent);
  // Columns as wide as needed; where the terminal is narrower the widest are cut, but never the
  // first: it names the row, to be copied.
  void Table(const std::vector<std::string>& header, const std::vector<std::vector<Cell>>& rows);
  // What is there to be copied: neither wrapped nor cut.
  void Verbatim(std::string_view text, int indent);
  // Fields with labels of one width.
  void Fields(const std::vector<std::pair<std::string, std::string>>& fields, int indent);

  std::string Take();  // what has been written since the last time

 private:
  std::string Paint(std::string_view text, Tone tone) const;

  const int width_;
  const bool colour_;
  bool empty_ = true;  // nothing was ever written
  std::string out_;
};

}  // namespace deploy::cli
