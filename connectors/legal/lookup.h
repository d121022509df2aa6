// Lookup: from what a person calls a law to its version in force on a day, and from there to its
// articles.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/legal/drf.h"
#include "connectors/legal/statute.h"

namespace connectors::legal {

struct LawInForce {
  std::vector<LawVersion> versions;  // the law's whole history, in no order
  LawVersion version;                // the one in force on the day asked for
};

// The law that `law` (a 법령ID, a name or an official short name) means on `day`. Names are
// compared whole, never in part: a near name is a question to the user, not an answer. Errors:
// not_found, ambiguous_law, not_in_force, repealed.
Fallible<LawInForce> FindLaw(const Drf& drf, const std::string& law, const std::string& day,
                             const tools::CallContext& context);
// Every version of one 법령ID; the same MST on several days is several versions.
Fallible<std::vector<LawVersion>> History(const Drf& drf, const std::string& law_id,
                                          const tools::CallContext& context);

// The body of one version; with `number`, of that article alone.
struct VersionBody {
  Answer answer;
  std::vector<Article> articles;
};
Fallible<VersionBody> ReadBody(const Drf& drf, const LawVersion& version,
                               const ArticleNumber* number, const tools::CallContext& context);

policies::Origin OriginOf(const Answer& answer, const LawVersion& version,
                          const std::string& article);
policies::Label PublicLabel();  // O, trusted

}  // namespace connectors::legal
