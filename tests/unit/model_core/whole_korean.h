// Whether the Korean text of an error is Korean throughout.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "model_core/base/status.h"
#include "model_core/base/strings.h"

namespace model_core {

// The English words in the Korean text of `status`: words of small letters outside quotation marks.
// Names that formats give their fields are none.
inline std::string EnglishWordsIn(const absl::Status& status) {
  constexpr std::string_view kNames[] = {"dtype",
                                         "shape",
                                         "data_offsets",
                                         "safetensors",
                                         "quantization_config",
                                         "tie_word_embeddings"};
  std::string words, word;
  bool quoted = false;
  for (const char c : base::StrCat(base::Message(status, base::Language::kKorean), " ")) {
    if (c == '\'') quoted = !quoted;
    if (!quoted && ((c >= 'a' && c <= 'z') || c == '_')) {
      word += c;
      continue;
    }
    if (word.size() > 1 && std::ranges::count(kNames, word) == 0) words += base::StrCat(word, " ");
    word.clear();
  }
  return words;
}

}  // namespace model_core
