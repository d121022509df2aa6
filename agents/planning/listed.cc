#include "agents/planning/listed.h"

#include <re2/re2.h>

#include <algorithm>

#include "agents/planning/matching.h"
#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::StrCat;
using re2::RE2;

// What people say behind a value's word and mean nothing else by.
constexpr char kTail[] = "(?:명| ?(?:내역|기록|이력|정보|결과|자료|데이터|번호))?";
constexpr char kEnglishTail[] = "(?:e?s)?(?: (?:results?|records?|data|history|numbers?))?\\b)";

struct Named {
  size_t begin, end;
  const std::string* value;
};

std::vector<Named> AllNamed(std::string_view text,
                            const std::map<std::string, std::vector<std::string>>& words) {
  std::vector<Named> all;
  for (const auto& [value, korean] : words) {
    std::string any = StrCat("\\b(?i:", base::ReplaceAll(value, "_", " "), kEnglishTail);
    for (const std::string& word : korean) any += StrCat("|", RE2::QuoteMeta(word), kTail);
    const RE2 pattern(any);
    Groups groups;
    for (size_t at = 0; at < text.size() && FindFrom(text, pattern, at, groups);) {
      const auto begin = static_cast<size_t>(groups[0].data() - text.data());
      at = begin + groups[0].size();
      all.push_back({begin, at, &value});
    }
  }
  std::sort(all.begin(), all.end(),
            [](const Named& a, const Named& b) { return a.begin < b.begin; });
  return all;
}

bool Joined(std::string_view gap) {
  static const RE2* const joiner = new RE2(
      "(?:이?랑|와|과|하고)? ?(?:[,·/+]|및|그리고|(?i:and))? ?(?:그리고|(?i:and|the|their))? ?");
  return !gap.empty() && gap != " " && RE2::FullMatch({gap.data(), gap.size()}, *joiner);
}

}  // namespace

std::vector<std::vector<std::string>> ListedTogether(
    std::string_view request, const std::map<std::string, std::vector<std::string>>& words) {
  const std::string text = base::WithoutQuotations(request);
  std::vector<std::vector<std::string>> runs;
  size_t end = 0;
  for (const Named& named : AllNamed(text, words)) {
    if (named.begin < end) continue;
    const std::string_view gap = std::string_view(text).substr(end, named.begin - end);
    if (runs.empty() || !Joined(gap)) runs.emplace_back();
    std::vector<std::string>& run = runs.back();
    if (std::find(run.begin(), run.end(), *named.value) == run.end()) run.push_back(*named.value);
    end = named.end;
  }
  return runs;
}

}  // namespace agents
