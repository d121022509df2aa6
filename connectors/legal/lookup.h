// Lookup: from what a person calls a law to its version in force on a day, and from there to its
// articles.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/legal/drf.h"
#include "connectors/legal/statute.h"

namespace connectors::legal {

// Error code within this folder: the service has no text of the law for the day, which is not that
// there is no such law. The tools say not_found, and why.
inline constexpr char kNoText[] = "no_text";

struct LawInForce {
  std::vector<LawVersion> versions;     // the law's whole history, in no order
  LawVersion version;                   // the one in force on the day asked for
  std::vector<std::string> unlisted{};  // days of amendments that `versions` lacks; see RuleHistory
};

// The law that `law` (a law_id, a name or an official short name) means on `day`; a name that no
// statute has is looked up among administrative rules and ordinances. Names are compared whole,
// never in part: a near name is a question to the user, not an answer. Errors: not_found,
// ambiguous_law, not_in_force, repealed, kNoText.
Fallible<LawInForce> FindLaw(const Drf& drf, const std::string& law, const std::string& day,
                             const tools::CallContext& context);
// What the service gave for a name: its law_ids, and the record of the search.
struct NameSearch {
  std::vector<std::string> law_ids;
  policies::Origin origin;
};
// The same for what is surely a name. `search` is filled however it ends, unless the service fails.
Fallible<LawInForce> FindLawNamed(const Drf& drf, const std::string& law, const std::string& day,
                                  const tools::CallContext& context, NameSearch& search);
// Every version of one 법령ID; the same MST on several days is several versions.
Fallible<std::vector<LawVersion>> History(const Drf& drf, const std::string& law_id,
                                          const tools::CallContext& context);

// The version in force on `day`, or why there is none; `law` is what the user calls it.
Fallible<LawInForce> OnDay(std::vector<LawVersion> versions, const std::string& law,
                           const std::string& day);

// The body of one version; with `number`, of that article alone. kNoText: the service has none.
struct VersionBody {
  Answer answer;
  std::vector<Article> articles;
  std::shared_ptr<const pugi::xml_document> units =
      nullptr;  // what a rule's articles are inside of
};
Fallible<VersionBody> ReadBody(const Drf& drf, const LawVersion& version,
                               const ArticleNumber* number, const tools::CallContext& context);

policies::Origin OriginOf(const Answer& answer, const LawVersion& version,
                          const std::string& article);
policies::Label PublicLabel();  // O, trusted

}  // namespace connectors::legal
