// Numbers of a citation: "제26조의2제1항제3호", lists ("제3조, 제5조 및 제7조", "제1항 또는 제3항")
// and ranges ("제3조부터 제5조까지").
#pragma once

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "connectors/legal/statute.h"

namespace connectors::legal {

// Cursor: a place in a text, moved by what is read there.
struct Cursor {
  std::string_view text;
  size_t at = 0;

  std::string_view rest() const { return text.substr(std::min(at, text.size())); }
  bool Take(std::string_view word);
  bool TakeAny(std::initializer_list<std::string_view> words);  // the first that stands here
  void Spaces();                                                // blanks of one line
  std::optional<int> Digits();                                  // up to six
  bool Parentheses();  // "(…)" of one line, and what is inside
};

struct CitedNumber {
  size_t begin = 0, end = 0;
  ArticleNumber number;
  int hang = 0, ho = 0, ho_branch = 0;
  bool within = false;  // see Citation
};

// The numbers that stand at `at`: an article first, or after `article`, whose number the text has
// named before, also 항 and 호. Without "제" ("26조 2항") only if `loose`. Empty if there are none.
std::vector<CitedNumber> ReadNumbers(std::string_view text, size_t at, bool loose,
                                     const CitedNumber* article = nullptr);

}  // namespace connectors::legal
