// Quotations in a text: words of others, or words to be passed on.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace base {

// What stands between a pair of quotation marks; bytes of the text, the marks left out.
struct Quotation {
  size_t begin = 0, end = 0;

  std::string_view In(std::string_view text) const { return text.substr(begin, end - begin); }
};

// In order, not nested: "…" '…' “…” ‘…’ 「…」 『…』 《…》. An apostrophe within or behind a Latin
// word is no mark.
std::vector<Quotation> Quotations(std::string_view text);

// The words of another program as a quotation in one line: '…', or between other marks where those
// stand in the words.
std::string Quoted(std::string_view words);

// `text` with other words between its quotation marks: what `instead` makes of those there.
std::string ReplaceQuotations(std::string_view text,
                              const std::function<std::string(std::string_view)>& instead);

// `text` with what stands between its quotation marks blanked out; every other byte where it was.
std::string WithoutQuotations(std::string_view text);

}  // namespace base
