// How text stands on a terminal: cells, cutting, wrapping. A Hangul syllable takes two cells. Pure
// functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace deploy::cli {

// Cells that one code point takes: 0, 1 or 2 (Unicode East Asian Width W and F; combining marks
// take none).
int CellsOf(char32_t code_point);
size_t DisplayWidth(std::string_view text);

// Text that cannot steer a terminal: control characters but line feed become '?', tabs a blank.
// What comes from outside passes through here before it is shown.
std::string Clean(std::string_view text);

// `text` cut to `cells` (the last one then "…"), or filled up with blanks to `cells`.
std::string Cut(std::string_view text, size_t cells);
std::string Pad(std::string_view text, size_t cells);

// Lines of at most `cells`, broken at blanks where there are any, and at the text's own line feeds.
std::vector<std::string> Wrap(std::string_view text, size_t cells);

}  // namespace deploy::cli
