#include "agents/answering/sources.h"

#include <algorithm>

#include "agents/captions.h"
#include "model_core/base/strings.h"

namespace agents {

using base::StrCat;

std::vector<int> Sources::Cite(const std::string& step_id,
                               const std::vector<policies::Origin>& origins) {
  std::vector<int> numbers;
  for (const policies::Origin& origin : origins) {
    auto it = std::find_if(citations_.begin(), citations_.end(),
                           [&](const Citation& c) { return c.origin == origin; });
    if (it == citations_.end()) {
      citations_.push_back({static_cast<int>(citations_.size()) + 1, step_id, origin});
      it = std::prev(citations_.end());
    }
    numbers.push_back(it->number);
  }
  return numbers;
}

std::string Sources::Marks(std::vector<int> numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  std::string text;
  for (size_t i = 0; i < numbers.size();) {
    size_t last = i;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    text +=
        StrCat(text.empty() ? "" : ", ", numbers[i], last == i ? "" : StrCat("–", numbers[last]));
    i = last + 1;
  }
  return text.empty() ? "" : StrCat(" [", text, "]");
}

std::string Sources::List(base::Language language) const {
  const std::string_view version = language == base::Language::kKorean ? "판 " : "version ";
  std::string text;
  for (const Citation& citation : citations_) {
    const policies::Origin& origin = citation.origin;
    text += StrCat("  [", citation.number, "] ", origin.system, " ", origin.record,
                   origin.version.empty() ? "" : StrCat(" (", version, origin.version, ")"), ", ",
                   TimeForPeople(origin.time), "\n");
  }
  return text;
}

}  // namespace agents
