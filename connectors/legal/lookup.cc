#include "connectors/legal/lookup.h"

#include <algorithm>
#include <set>

#include "connectors/legal/rule_lookup.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::legal {
namespace {

using base::StrCat;
using tools::MakeToolError;
using tools::ToolError;

constexpr size_t kCandidatesMax = 5;

bool IsLawId(const std::string& text) {
  return text.size() >= 3 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

ToolError NoLaw(const std::string& law, const std::vector<std::string>& near) {
  if (near.empty()) {
    return MakeToolError("not_found", StrCat("no law is called '", law, "'"),
                         StrCat("'", law, "'", base::Particle(law, "이라"), "는 법령이 없습니다"));
  }
  const std::string names = base::StrJoin(near, ", ");
  return MakeToolError("ambiguous_law",
                       StrCat("no law is called exactly '", law, "'; near: ", names),
                       StrCat("'", law, "'", base::Particle(law, "과"),
                              " 이름이 같은 법령이 없습니다. 비슷한 법령: ", names));
}

ToolError Ambiguous(const std::string& law, const std::vector<LawInForce>& found) {
  std::vector<std::string> names;
  for (const LawInForce& one : found)
    names.push_back(StrCat(one.version.name, " (", one.version.authority,
                           one.version.authority.empty() ? "" : ", ", one.version.law_id, ")"));
  const std::string list = base::StrJoin(names, ", ");
  return MakeToolError("ambiguous_law", StrCat("'", law, "' is the name of several laws: ", list),
                       StrCat("'", law, "'에 해당하는 법령이 여럿입니다: ", list));
}

// Names and ids that a list row holds: exact ones as ids, the others as near names.
struct Named {
  std::vector<std::string> ids, near;
  policies::Origin origin;
};

void AddOnce(std::vector<std::string>& list, const std::string& text) {
  if (list.size() < kCandidatesMax && std::find(list.begin(), list.end(), text) == list.end())
    list.push_back(text);
}

Fallible<Named> SearchName(const Drf& drf, const std::string& law,
                           const tools::CallContext& context) {
  ASSIGN_OR_FAIL(Rows list, drf.List("eflaw", {{"query", law}, {"search", "1"}, {"nw", "1,2,3"}},
                                     "법령ID", 0, context));
  Named named{
      {},
      {},
      MakeOrigin(kSystem, StrCat("search:", law), "", list.pages.front().time, list.bytes())};
  const std::string key = NameKey(law);
  for (pugi::xml_node row : list.rows) {
    const LawVersion version = ReadVersion(row);
    const bool exact = NameKey(version.name) == key || NameKey(version.abbreviation) == key;
    AddOnce(exact ? named.ids : named.near, exact ? version.law_id : version.name);
  }
  return named;
}

// Why a law is not the one meant; anything else is a failure.
bool IsReason(const ToolError& error) {
  return error.code == "not_in_force" || error.code == "repealed";
}

// Of several laws called `law` the one in force. A name can have been that of a law long gone; the
// one in force is meant.
Fallible<LawInForce> Choose(const std::string& law, std::vector<Fallible<LawInForce>> laws) {
  std::vector<LawInForce> found;
  std::optional<ToolError> reason;
  for (Fallible<LawInForce>& one : laws) {
    if (one.ok()) {
      found.push_back(*std::move(one));
    } else if (!IsReason(one.error())) {
      return one.error();
    } else if (!reason || one.error().code == "not_in_force") {
      reason = one.error();
    }
  }
  if (found.size() > 1) return Ambiguous(law, found);
  if (found.empty()) return *reason;
  return std::move(found.front());
}

}  // namespace

Fallible<LawInForce> OnDay(std::vector<LawVersion> versions, const std::string& law,
                           const std::string& day) {
  const LawVersion* version = InForce(versions, day);
  if (version == nullptr) {
    const auto first =
        std::min_element(versions.begin(), versions.end(),
                         [](const auto& a, const auto& b) { return a.effective < b.effective; });
    return MakeToolError(
        "not_in_force",
        StrCat("'", law, "' is not in force on ", IsoDay(day), "; from ", IsoDay(first->effective)),
        StrCat("'", law, "'", base::Particle(law, "은"), " ", IsoDay(day),
               "에 시행되지 않습니다. 시행일 ", IsoDay(first->effective)));
  }
  if (version->Repeals()) {
    return MakeToolError("repealed",
                         StrCat("'", law, "' is repealed since ", IsoDay(version->effective)),
                         StrCat("'", law, "'", base::Particle(law, "은"), " ",
                                IsoDay(version->effective), "에 폐지되었습니다"));
  }
  const LawVersion in_force = *version;
  return LawInForce{std::move(versions), in_force};
}

Fallible<std::vector<LawVersion>> History(const Drf& drf, const std::string& law_id,
                                          const tools::CallContext& context) {
  ASSIGN_OR_FAIL(Rows list,
                 drf.List("eflaw", {{"LID", law_id}, {"nw", "1,2,3"}}, "법령ID", 0, context));
  std::vector<LawVersion> versions;
  std::set<std::pair<std::string, std::string>> seen;
  for (pugi::xml_node row : list.rows) {
    LawVersion version = ReadVersion(row);
    if (version.law_id != law_id || IsoDay(version.effective).empty()) continue;
    if (seen.emplace(version.mst, version.effective).second) versions.push_back(std::move(version));
  }
  if (versions.empty()) return NoLaw(law_id, {});
  return versions;
}

Fallible<LawInForce> FindLawNamed(const Drf& drf, const std::string& law, const std::string& day,
                                  const tools::CallContext& context, NameSearch& search) {
  ASSIGN_OR_FAIL(const Named named, SearchName(drf, law, context));
  search = {named.ids, named.origin};
  std::vector<Fallible<LawInForce>> laws;
  if (named.ids.empty()) {
    ASSIGN_OR_FAIL(laws, FindRulesNamed(drf, law, day, context));
    if (laws.empty()) return NoLaw(law, named.near);
  }
  for (const std::string& id : named.ids) {
    ASSIGN_OR_FAIL(std::vector<LawVersion> versions, History(drf, id, context));
    laws.push_back(OnDay(std::move(versions), law, day));
  }
  return Choose(law, std::move(laws));
}

Fallible<LawInForce> FindLaw(const Drf& drf, const std::string& law, const std::string& day,
                             const tools::CallContext& context) {
  if (FamilyOfId(law) != nullptr) return FindRule(drf, law, day, context);
  if (IsLawId(law)) {
    ASSIGN_OR_FAIL(std::vector<LawVersion> versions, History(drf, law, context));
    return OnDay(std::move(versions), law, day);
  }
  NameSearch search;
  return FindLawNamed(drf, law, day, context, search);
}

Fallible<VersionBody> ReadBody(const Drf& drf, const LawVersion& version,
                               const ArticleNumber* number, const tools::CallContext& context) {
  if (const RuleFamily* family = FamilyOfId(version.law_id))
    return ReadRuleBody(drf, *family, version, number, context);
  Parameters asked{{"MST", version.mst},
                   {"efYd", version.effective}};  // MST alone gives a non-current version as HTML
  if (number != nullptr) asked.emplace_back("JO", number->drf_code());
  Fallible<Answer> read = drf.Body("eflaw", std::move(asked), {"법령"}, context);
  if (!read.ok() && read.error().code == "not_found" && number == nullptr)
    return NoText(version.name, version.effective);
  ASSIGN_OR_FAIL(Answer answer, std::move(read));
  if (base::Trim(answer.root().child("기본정보").child_value("법령ID")) != version.law_id) {
    return MakeToolError(
        "malformed_upstream",
        StrCat("law service: asked for law ", version.law_id, ", got another"),
        StrCat("법령 서비스: 법령 ", version.law_id, base::Particle(version.law_id, "을"),
               " 물었으나 다른 법령이 왔습니다"));
  }
  std::vector<Article> articles = ReadArticles(answer.root());
  return VersionBody{std::move(answer), std::move(articles)};
}

policies::Origin OriginOf(const Answer& answer, const LawVersion& version,
                          const std::string& article) {
  const std::string record =
      article.empty() ? version.law_id : StrCat(version.law_id, "/", article);
  return MakeOrigin(kSystem, record, version.version(), answer.time, answer.bytes);
}

policies::Label PublicLabel() {
  return policies::WithIntegrity(policies::UserLabel(), policies::Integrity::kTrusted);
}

}  // namespace connectors::legal
