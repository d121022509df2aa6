// What another library says by a code, for people. Any thread.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <type_traits>

#include "model_core/base/quotations.h"
#include "model_core/base/status.h"

namespace base {

template <typename Code>
struct CodeWords {
  Code code;
  const char* korean;
  const char* english = nullptr;  // where the library's own say too little
};

// The words of `table` for `code`, or `library`, the library's own English ones: in Korean quoted.
// Empty if there are neither.
template <typename Code, size_t kCount>
std::string WordsFor(const CodeWords<Code> (&table)[kCount], std::type_identity_t<Code> code,
                     std::string_view library, Language language) {
  const auto* words = std::ranges::find(table, code, &CodeWords<Code>::code);
  const bool known = words != std::end(table);
  if (language == Language::kKorean && known) return words->korean;
  if (language == Language::kKorean && !library.empty()) return Quoted(library);
  return known && words->english != nullptr ? words->english : std::string(library);
}

}  // namespace base
