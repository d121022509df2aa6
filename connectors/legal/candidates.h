// Which laws a search looks through: those in force on the day whose text holds the words.
#pragma once

#include <vector>

#include "connectors/legal/lookup.h"

namespace connectors::legal {

inline constexpr size_t kLawsMax =
    5;  // bodies read in one search; the service wants about a call a second

struct Candidates {
  std::vector<LawVersion> versions;  // at most kLawsMax, best first
  policies::Origin list;
  bool whole = true;  // false: there are more laws that hold the words
};

// Statutes, or with kind admin_rule or ordinance those.
Fallible<Candidates> FindCandidates(const Drf& drf, const tools::ToolCall& call,
                                    const tools::CallContext& context);

}  // namespace connectors::legal
