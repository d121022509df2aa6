// LawMemory: the laws that a text has named so far, and what "같은 법", "영" or a short name means
// by them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/legal/citation_names.h"

namespace connectors::legal {

struct ShortLaw {
  NamedLaw law;
  size_t length = 0;  // of its short name
};

class LawMemory {
 public:
  void Mention(NamedLaw law) { mentioned_.push_back(std::move(law)); }
  void CallShortly(std::string name, const NamedLaw& law) { short_[std::move(name)] = law; }

  // The law whose short name `text` begins with, the longest.
  std::optional<ShortLaw> Short(std::string_view text) const;
  // Of "법", "시행령", "규칙", "조례", …: the law of that kind that was named last, or the decree
  // or rule under the act that was.
  std::optional<NamedLaw> Earlier(std::string_view kind) const;

 private:
  std::optional<NamedLaw> Last(std::string_view end) const;
  std::optional<NamedLaw> LastAct() const;

  std::vector<NamedLaw> mentioned_;
  std::map<std::string, NamedLaw> short_;
};

// "시행령" or "시행규칙" under the act of `law`.
NamedLaw DecreeOf(const NamedLaw& law, std::string_view suffix);

}  // namespace connectors::legal
