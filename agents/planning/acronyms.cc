#include "agents/planning/acronyms.h"

#include <algorithm>
#include <set>

#include "agents/planning/matching.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using re2::RE2;

// Of the words for values, not of the values' names: US is ultrasound, and us is not.
std::set<std::string> WordsInCapitals(const tools::Catalogue& catalogue) {
  const RE2 capitals("[A-Z]{2,}");
  std::set<std::string> found;
  for (const tools::ToolSpec& tool : catalogue.tools()) {
    for (const tools::ArgumentSpec& argument : tool.arguments) {
      const auto* values = catalogue.Enumeration(argument.enumeration);
      if (values == nullptr) continue;
      for (const auto& [value, words] : *values) {
        std::copy_if(words.begin(), words.end(), std::inserter(found, found.end()),
                     [&](const std::string& word) { return RE2::FullMatch(word, capitals); });
      }
    }
  }
  return found;
}

// Of none: what matches nowhere.
std::string AnyOf(const std::set<std::string>& words) {
  if (words.empty()) return "$.";
  return base::StrCat(
      "(?i:\\b(?:", base::StrJoin(std::vector<std::string>(words.begin(), words.end()), "|"),
      ")\\b)");
}

}  // namespace

Acronyms::Acronyms(const tools::Catalogue& catalogue) : words_(AnyOf(WordsInCapitals(catalogue))) {}

std::string Acronyms::Capitalised(std::string_view text) const {
  std::string out(text);
  Groups groups;
  for (size_t at = 0; at < text.size() && FindFrom(text, words_, at, groups);) {
    const auto begin = static_cast<size_t>(groups[0].data() - text.data());
    at = begin + groups[0].size();
    for (size_t i = begin; i < at; ++i) {
      if (out[i] >= 'a' && out[i] <= 'z') out[i] = static_cast<char>(out[i] - 'a' + 'A');
    }
  }
  return out;
}

}  // namespace agents
