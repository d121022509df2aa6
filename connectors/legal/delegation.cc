// law.delegation: the decrees, rules and notices that a law or one of its articles passes matters
// on to.
#include <algorithm>
#include <map>

#include "connectors/legal/lookup.h"
#include "connectors/legal/rule.h"
#include "connectors/legal/tools.h"
#include "model_core/base/strings.h"

namespace connectors::legal {
namespace {

using tools::ToolOutcome;

// 법령ID by the title that lsDelegated gives, for laws in force on `day`; empty for one that is
// not, or is unknown.
class Titles {
 public:
  Titles(const Drf& drf, std::string day, const tools::CallContext& context)
      : drf_(drf), day_(std::move(day)), context_(context) {}

  Fallible<std::string> LawId(const std::string& title) {
    if (auto known = ids_.find(title); known != ids_.end()) return known->second;
    const Fallible<LawInForce> law = FindLaw(drf_, title, day_, context_);
    if (!law.ok() && !Absent(law.error().code)) return law.error();
    return ids_[title] = law.ok() ? law->version.law_id : "";
  }

 private:
  static bool Absent(const std::string& code) {
    return code == "not_found" || code == kNoText || code == "not_in_force" || code == "repealed" ||
           code == "ambiguous_law";
  }

  const Drf& drf_;
  const std::string day_;
  const tools::CallContext& context_;
  std::map<std::string, std::string> ids_;
};

// Null: the delegated law is not in force on the day.
Fallible<base::Json> Item(const Delegation& delegation, Titles& titles) {
  std::string id = delegation.id;
  if (id.empty()) {
    ASSIGN_OR_FAIL(id, titles.LawId(delegation.title));
    if (id.empty()) return base::Json();
  }
  base::Json item = {
      {"law_id", id}, {"law_name", delegation.title}, {"jo", nullptr}, {"kind", delegation.kind}};
  if (delegation.article) item["jo"] = delegation.article->text();
  return item;
}

tools::ToolError NoDelegation(const LawVersion& rule) {
  return tools::MakeToolError(
      "invalid_argument",
      base::StrCat("'", rule.name, "' (", rule.citation,
                   "): the law service gives delegations of acts, decrees and rules alone"),
      base::StrCat("'", rule.name, "' (", rule.citation,
                   "): 위임 관계는 법률과 그 하위 법령에 대해서만 제공됩니다"));
}

}  // namespace

ToolOutcome GetDelegation(const Drf& drf, const tools::ToolCall& call,
                          const tools::CallContext& context) {
  const std::string jo = base::StringOr(call.arguments(), "jo", ""), day = AsOf(call);
  const auto number = ParseArticleNumber(jo);
  if (!jo.empty() && !number) return BadArticleNumber(jo);
  ASSIGN_OR_FAIL(LawInForce law,
                 FindLaw(drf, base::StringOr(call.arguments(), "law", ""), day, context));
  if (FamilyOfId(law.version.law_id) != nullptr) return NoDelegation(law.version);
  ASSIGN_OR_FAIL(Answer answer,
                 drf.Body("lsDelegated", {{"MST", law.version.mst}}, {"lsDelegated"}, context));
  Titles titles(drf, day, context);
  base::Json items = base::Json::array();
  for (const Delegation& delegation : ReadDelegations(answer.root().child("법령"), number)) {
    ASSIGN_OR_FAIL(base::Json item, Item(delegation, titles));
    // One article of a decree is often named by several paragraphs.
    if (!item.is_null() && std::find(items.begin(), items.end(), item) == items.end())
      items.push_back(std::move(item));
  }
  return tools::ToolResult{
      {{"items", std::move(items)}}, PublicLabel(), {OriginOf(answer, law.version, jo)}};
}

}  // namespace connectors::legal
