// Amendments: a law and a period that a call asks about, and what changed in the law then.
//
// law.diff shows the changes; law.impact looks for who relies on what changed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connectors/legal/changes.h"

namespace connectors::legal {

struct Amendments {
  LawInForce law;  // on the last day of the period, or if it is repealed by then, before the first
  std::vector<Stage> stages;            // as ReadStages gives them
  std::vector<Change> changes;          // of every article
  std::optional<ArticleNumber> number;  // the article asked about

  // Whether the change is one of the article asked about, or of any if none is.
  bool Asked(const Change& change) const;
  const std::string& law_id() const { return stages.back().version.law_id; }
  // The text before the period and the versions that made the change, as one source.
  policies::Origin OriginOf(const Change& change) const;
  // Every version of the period: the source of that nothing changed.
  policies::Origin OriginOfAll() const;
};

// Reads `law`, `jo` and `period` of `arguments`. Errors: invalid_argument, not_found (the law, the
// article, or a text of the period), ambiguous_law, not_in_force (neither at the end nor before),
// partial (more versions than are read), and those of the service.
Fallible<Amendments> ReadAmendments(const Drf& drf, const base::Json& arguments,
                                    const tools::CallContext& context);

}  // namespace connectors::legal
