// Whether the Korean text of an error is Korean throughout.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "model_core/base/quotations.h"
#include "model_core/base/status.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace fakes {

// The English words in `korean`, each with a space: words of small letters that stand alone,
// outside quotation marks. Names that formats give their fields are none, nor is what holds a dot,
// a line or a digit. A text without Hangul is given back whole.
inline std::string EnglishWordsIn(std::string_view korean) {
  constexpr std::string_view kNames[] = {"weights", "dtype", "shape", "safetensors",
                                         "scalar",  "marud", "maru",  "true",
                                         "false",   "http",  "https", "chmod"};
  const std::u32string points = base::CodePoints(korean);
  if (!std::any_of(points.begin(), points.end(), base::IsHangulSyllable))
    return base::StrCat("no Korean: ", korean);
  std::string words, word;
  for (const char c : base::StrCat(base::WithoutQuotations(korean), " ")) {
    constexpr std::string_view kBreaks = " \n(),;:'\"";
    if (kBreaks.find(c) == std::string_view::npos) {
      word += c;
      continue;
    }
    const bool plain = std::ranges::all_of(word, [](char w) { return w >= 'a' && w <= 'z'; });
    if (word.size() > 1 && plain && std::ranges::count(kNames, word) == 0)
      words += base::StrCat(word, " ");
    word.clear();
  }
  return words;
}

inline std::string EnglishWordsIn(const absl::Status& status) {
  return EnglishWordsIn(base::Message(status, base::Language::kKorean));
}

}  // namespace fakes
