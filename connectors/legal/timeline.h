// Timeline: what stands under each article number of one law, version after version of a period.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/legal/lookup.h"

namespace connectors::legal {

// What stands under one article number.
struct Clause {
  ArticleNumber number;
  std::string text;                     // with its heading
  std::string effective;                // 조문시행일자, or empty
  bool deleted = false;                 // the text says that it was
  std::string_view unnumbered() const;  // `text` without the number in its heading
};
using Clauses = std::map<ArticleNumber, Clause>;

// The law as one version leaves it, at the end of that version's time in the period.
struct Stage {
  LawVersion version;  // without an mst: before the law's first
  Clauses clauses;     // none if the version repeals the law
  std::string bytes;   // of the version, as received
  absl::Time time;     // at which it was read
};

// [0]: the day before `from`; then every version in force from `from` to `to` (YYYYMMDD), in the
// order they took effect. kNoText if the service has no text of one of them or knows of an
// amendment that it does not list; partial if there are more than can be read in one call. `number`
// is asked of rules that may not be written in articles; every article is read all the same, for
// one may have moved.
Fallible<std::vector<Stage>> ReadStages(const Drf& drf, const LawInForce& law,
                                        const std::string& from, const std::string& to,
                                        const ArticleNumber* number,
                                        const tools::CallContext& context);

std::string DayBefore(std::string_view day);  // of YYYYMMDD

}  // namespace connectors::legal
