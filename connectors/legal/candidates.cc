#include "connectors/legal/candidates.h"

#include <algorithm>

#include "connectors/legal/matching.h"
#include "connectors/legal/rule_lookup.h"
#include "connectors/legal/tools.h"
#include "model_core/base/strings.h"

namespace connectors::legal {
namespace {

using base::StrCat;

struct Search {
  std::string query, kind, day;
  bool today;
};

// The versions that were found, of each law together. The service lists by name; here laws named by
// the query come first, then acts before decrees before rules.
std::vector<std::vector<LawVersion>> ByLaw(std::vector<LawVersion> found,
                                           const std::string& query) {
  std::vector<std::vector<LawVersion>> laws;
  for (LawVersion& version : found) {
    auto law = std::find_if(laws.begin(), laws.end(), [&](const auto& versions) {
      return versions.front().lineage() == version.lineage();
    });
    if (law == laws.end()) law = laws.emplace(laws.end());
    law->push_back(std::move(version));
  }
  const std::vector<std::string> words = Words(query);
  const auto rank = [&](const std::vector<LawVersion>& law) {
    constexpr std::string_view kOrder[] = {"act", "decree", "rule"};
    const auto kind_rank =
        std::find(std::begin(kOrder), std::end(kOrder), LawKind(law.front().type)) -
        std::begin(kOrder);
    return std::pair(-Score(words, law.front().name, ""), kind_rank);
  };
  std::stable_sort(laws.begin(), laws.end(),
                   [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return laws;
}

// The version among `found` that is in force on `day`. What is in force today the service knows
// (nw=3); for another day the law's history decides, and the law counts only if that very version
// was found.
Fallible<std::optional<LawVersion>> FoundInForce(const Drf& drf,
                                                 const std::vector<LawVersion>& found, bool today,
                                                 const std::string& day,
                                                 const tools::CallContext& context) {
  const LawVersion* version = &found.front();
  std::vector<LawVersion> history;
  if (!today) {
    ASSIGN_OR_FAIL(history, History(drf, found.front().law_id, context));
    version = InForce(history, day);
    const bool among =
        version != nullptr && std::any_of(found.begin(), found.end(), [&](const LawVersion& one) {
          return one.version() == version->version();
        });
    if (!among) return std::optional<LawVersion>();
  }
  return version->Repeals() ? std::optional<LawVersion>() : std::optional(*version);
}

// The same of a rule. Its current version can be one that takes effect later, with a past one in
// force: then, and for other days, its history decides. Articles that do not hold the words are
// left out by the search itself.
Fallible<std::optional<LawVersion>> FoundInForce(RuleBook& book,
                                                 const std::vector<LawVersion>& found,
                                                 const Search& search) {
  const LawVersion* current = InForce(found, search.day);
  if (search.today && current != nullptr && !current->Repeals()) return std::optional(*current);
  const LawVersion& one = found.front();
  Fallible<LawInForce> law = book.InForceOn(one, one.name, search.day);
  if (law.ok()) return std::optional(law->version);
  const std::string& why = law.error().code;
  if (why != kNoText && why != "not_found" && why != "not_in_force" && why != "repealed")
    return law.error();
  return std::optional<LawVersion>();
}

// The first kLawsMax laws that `in_force` gives a version of; whether these are all of them.
template <typename InForceOf>
Fallible<Candidates> Take(const std::vector<std::vector<LawVersion>>& laws, InForceOf in_force) {
  Candidates out;
  size_t looked_at = 0;
  for (const auto& law : laws) {
    out.whole = out.versions.size() < kLawsMax && ++looked_at <= 2 * kLawsMax;
    if (!out.whole) break;
    ASSIGN_OR_FAIL(std::optional<LawVersion> version, in_force(law));
    if (version) out.versions.push_back(*std::move(version));
  }
  return out;
}

// Whether the service has rows of the list that were not read.
bool GoesOn(const Rows& list) { return list.total > static_cast<int64_t>(list.rows.size()); }

policies::Origin ListOrigin(const Search& search, const Rows& list) {
  return MakeOrigin(kSystem, StrCat("search:", search.query), "", list.pages.front().time,
                    list.bytes());
}

Fallible<Candidates> Statutes(const Drf& drf, const Search& search,
                              const tools::CallContext& context) {
  const Parameters asked{
      {"query", search.query}, {"search", "2"}, {"nw", search.today ? "3" : "1,2,3"}};
  ASSIGN_OR_FAIL(Rows list, drf.List("eflaw", asked, "법령ID", search.today ? 100 : 0, context));
  std::vector<LawVersion> found;
  for (pugi::xml_node row : list.rows) {
    LawVersion version = ReadVersion(row);
    if (search.kind.empty() || LawKind(version.type) == search.kind)
      found.push_back(std::move(version));
  }
  ASSIGN_OR_FAIL(Candidates taken,
                 Take(ByLaw(std::move(found), search.query), [&](const auto& law) {
                   return FoundInForce(drf, law, search.today, search.day, context);
                 }));
  taken.list = ListOrigin(search, list);
  taken.whole = taken.whole && !GoesOn(list);
  return taken;
}

Fallible<Candidates> Rules(const Drf& drf, const RuleFamily& family, const Search& search,
                           const tools::CallContext& context) {
  std::vector<LawVersion> found;
  policies::Origin origin;
  bool goes_on = false;
  for (const char* state : {"1", "2"}) {  // current; past, for other days
    if (search.today && state[0] == '2') break;
    const Parameters asked{{"query", search.query}, {"search", "2"}, {"nw", state}};
    ASSIGN_OR_FAIL(Rows list,
                   drf.List(family.target, asked, family.serial, search.today ? 100 : 0, context));
    for (pugi::xml_node row : list.rows) {
      LawVersion version = ReadRule(family, row);
      if (!version.effective.empty()) found.push_back(std::move(version));
    }
    origin = ListOrigin(search, list);
    goes_on |= GoesOn(list);
  }
  RuleBook book(drf, family, context);
  ASSIGN_OR_FAIL(Candidates taken,
                 Take(ByLaw(std::move(found), search.query),
                      [&](const auto& law) { return FoundInForce(book, law, search); }));
  taken.list = std::move(origin);
  taken.whole = taken.whole && !goes_on;
  return taken;
}

}  // namespace

Fallible<Candidates> FindCandidates(const Drf& drf, const tools::ToolCall& call,
                                    const tools::CallContext& context) {
  const base::Json& arguments = call.arguments();
  const std::string day = AsOf(call);
  const Search search{base::StringOr(arguments, "query", ""), base::StringOr(arguments, "kind", ""),
                      day, day == Today(call)};
  const RuleFamily* family = FamilyOfKind(search.kind);
  return family == nullptr ? Statutes(drf, search, context) : Rules(drf, *family, search, context);
}

}  // namespace connectors::legal
