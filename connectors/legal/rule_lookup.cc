#include "connectors/legal/rule_lookup.h"

#include <algorithm>
#include <set>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::legal {
namespace {

using base::StrCat;
using tools::MakeToolError;
using tools::ToolError;

// Versions of one rule, each once. malformed_upstream if one does not say when it takes effect:
// which text is in force cannot be told without it.
Fallible<std::vector<LawVersion>> OfRule(const std::vector<LawVersion>& versions,
                                         const LawVersion& one) {
  std::vector<LawVersion> out;
  std::set<std::string> seen;
  for (const LawVersion& version : versions) {
    if (version.rule_id != one.rule_id || !seen.insert(version.mst).second) continue;
    if (version.effective.empty()) {
      return MakeToolError(
          "malformed_upstream",
          StrCat("law service: version ", version.mst, " of '", one.name, "' without its day"),
          StrCat("법령 서비스: '", one.name, "' ", version.mst, " 판에 시행일자가 없습니다"));
    }
    out.push_back(version);
  }
  return out;
}

std::vector<std::string> Unlisted(pugi::xml_node current, const std::vector<LawVersion>& versions) {
  std::vector<std::string> days;
  for (pugi::xpath_node found : current.select_nodes("//부칙공포일자")) {
    const std::string day = Day(IsoDay(found.node().child_value()));
    const bool listed = std::any_of(versions.begin(), versions.end(), [&](const auto& version) {
      return version.promulgated.starts_with(day);
    });
    if (!day.empty() && !listed) days.push_back(day);
  }
  return days;
}

}  // namespace

ToolError NoText(const std::string& law, const std::string& day) {
  return MakeToolError(
      kNoText, StrCat("the law service gives no text of '", law, "' for ", IsoDay(day)),
      StrCat("법령 서비스에 ", IsoDay(day), " 기준의 '", law, "' 본문이 없습니다"));
}

bool TextKnown(const RuleHistory& history, const LawVersion* version, const std::string& day) {
  if (version == nullptr) {  // before the first that was found: is that the rule's first?
    return std::any_of(history.versions.begin(), history.versions.end(), [](const auto& one) {
      return one.revision.find("제정") != std::string::npos;
    });
  }
  return std::none_of(history.unlisted.begin(), history.unlisted.end(),
                      [&](const std::string& amended) {
                        return version->promulgated.substr(0, 8) < amended && amended <= day;
                      });
}

Fallible<std::vector<LawVersion>> RuleBook::Named(const std::string& name) {
  if (const auto known = named_.find(name); known != named_.end()) return known->second;
  std::vector<LawVersion> versions;
  for (const char* state : {"1", "2"}) {  // current, past
    const Parameters asked{{"query", name}, {"search", "1"}, {"nw", state}};
    ASSIGN_OR_FAIL(Rows list, drf_.List(family_.target, asked, family_.serial, 0, context_));
    for (pugi::xml_node row : list.rows) versions.push_back(ReadRule(family_, row));
  }
  return named_[name] = std::move(versions);
}

Fallible<LawVersion> RuleBook::Version(const std::string& law_id) const {
  const std::string serial = law_id.substr(family_.target.size() + 1);
  const Parameters asked{{std::string(family_.body_key), serial}};
  ASSIGN_OR_FAIL(Answer answer, drf_.Body(family_.target, asked, {family_.root}, context_));
  return ReadRule(family_, answer.root().child(family_.head));
}

Fallible<std::optional<Answer>> RuleBook::Current(const std::string& rule_id) const {
  const Parameters asked{{std::string(family_.current_key), rule_id}};
  Fallible<Answer> answer = drf_.Body(family_.target, asked, {family_.root}, context_);
  if (answer.ok()) return std::optional(*std::move(answer));
  if (answer.error().code == "not_found") return std::optional<Answer>();  // repealed
  return answer.error();
}

Fallible<RuleHistory> RuleBook::History(const LawVersion& one) {
  ASSIGN_OR_FAIL(std::vector<LawVersion> all, Named(one.name));
  ASSIGN_OR_FAIL(const std::optional<Answer> current, Current(one.rule_id));
  if (current) {
    LawVersion newest = ReadRule(family_, current->root().child(family_.head));
    if (newest.name != one.name) {
      ASSIGN_OR_FAIL(const std::vector<LawVersion> renamed, Named(newest.name));
      all.insert(all.end(), renamed.begin(), renamed.end());
    }
    all.push_back(std::move(newest));
  }
  all.push_back(one);
  ASSIGN_OR_FAIL(std::vector<LawVersion> versions, OfRule(all, one));
  std::vector<std::string> unlisted;
  if (current) unlisted = Unlisted(current->root(), versions);
  return RuleHistory{std::move(versions), std::move(unlisted)};
}

Fallible<LawInForce> RuleBook::InForceOn(const LawVersion& one, const std::string& law,
                                         const std::string& day) {
  ASSIGN_OR_FAIL(RuleHistory history, History(one));
  const LawVersion* version = InForce(history.versions, day);
  if (!TextKnown(history, version, day)) return NoText(law, day);
  ASSIGN_OR_FAIL(LawInForce found, OnDay(std::move(history.versions), law, day));
  found.unlisted = std::move(history.unlisted);
  return found;
}

Fallible<LawInForce> FindRule(const Drf& drf, const std::string& law, const std::string& day,
                              const tools::CallContext& context) {
  RuleBook book(drf, *FamilyOfId(law), context);
  ASSIGN_OR_FAIL(const LawVersion version, book.Version(law));
  return book.InForceOn(version, version.name, day);
}

Fallible<std::vector<Fallible<LawInForce>>> FindRulesNamed(const Drf& drf, const std::string& law,
                                                           const std::string& day,
                                                           const tools::CallContext& context) {
  std::vector<Fallible<LawInForce>> found;
  for (const RuleFamily& family : RuleFamilies()) {
    RuleBook book(drf, family, context);
    ASSIGN_OR_FAIL(const std::vector<LawVersion> versions, book.Named(law));
    std::set<std::string> seen;
    for (const LawVersion& version : versions) {
      if (NameKey(version.name) != NameKey(law) || !seen.insert(version.rule_id).second) continue;
      found.push_back(book.InForceOn(version, version.name, day));
    }
  }
  return found;
}

Fallible<VersionBody> ReadRuleBody(const Drf& drf, const RuleFamily& family,
                                   const LawVersion& version, const ArticleNumber* number,
                                   const tools::CallContext& context) {
  const Parameters asked{{std::string(family.body_key), version.mst}};
  Fallible<Answer> answer = drf.Body(family.target, asked, {family.root}, context);
  if (!answer.ok())
    return answer.error().code == "not_found" ? NoText(version.name, version.effective)
                                              : answer.error();
  if (ReadRule(family, answer->root().child(family.head)).mst != version.mst) {
    return MakeToolError(
        "malformed_upstream", StrCat("law service: asked for ", version.law_id, ", got another"),
        StrCat("법령 서비스: 규정 ", version.law_id, base::Particle(version.law_id, "을"),
               " 물었으나 다른 규정이 왔습니다"));
  }
  auto units = std::make_shared<pugi::xml_document>();
  std::vector<Article> articles = ReadRuleArticles(family, answer->root(), *units);
  if (number != nullptr && (articles.empty() || articles[0].number.main == 0)) {
    return MakeToolError("not_found", StrCat("'", version.name, "' is not written in articles"),
                         StrCat("'", version.name, "'", base::Particle(version.name, "은"),
                                " 조문 형식이 아니어서 조문 번호로 찾을 수 없습니다"));
  }
  return VersionBody{*std::move(answer), std::move(articles), std::move(units)};
}

}  // namespace connectors::legal
