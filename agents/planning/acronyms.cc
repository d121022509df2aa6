#include "agents/planning/acronyms.h"

#include <algorithm>
#include <set>

#include "agents/planning/matching.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

// Of the words for values, not of the values' names: US is ultrasound, and us is not.
std::set<std::string> Acronyms(const tools::Catalogue& catalogue) {
  std::set<std::string> acronyms;
  for (const tools::ToolSpec& tool : catalogue.tools()) {
    for (const tools::ArgumentSpec& argument : tool.arguments) {
      const auto* values = catalogue.Enumeration(argument.enumeration);
      if (values == nullptr) continue;
      for (const auto& [value, words] : *values) {
        std::copy_if(
            words.begin(), words.end(), std::inserter(acronyms, acronyms.end()),
            [](const std::string& word) { return re2::RE2::FullMatch(word, "[A-Z]{2,}"); });
      }
    }
  }
  return acronyms;
}

}  // namespace

std::string WithAcronyms(std::string_view text, const tools::Catalogue& catalogue) {
  std::string out(text);
  for (const std::string& acronym : Acronyms(catalogue)) {
    const re2::RE2 word(base::StrCat("(?i:\\b", acronym, "\\b)"));
    Groups groups;
    for (size_t at = 0; at < text.size() && FindFrom(text, word, at, groups);) {
      const auto begin = static_cast<size_t>(groups[0].data() - text.data());
      out.replace(begin, acronym.size(), acronym);
      at = begin + acronym.size();
    }
  }
  return out;
}

}  // namespace agents
