// Rule: an administrative rule (훈령, 예규, 고시, …; target admrul) or an ordinance of a local
// authority (조례, 규칙, …; target ordin), as DRF gives them.
//
// DRF keeps them apart from statutes: other field names, no history of one rule, no 항/호/목 inside
// an article. Formats: the service's guide, admrulListGuide … ordinInfoGuide.
#pragma once

#include <memory>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/legal/statute.h"

namespace connectors::legal {

// What the service calls the fields of one family.
struct RuleFamily {
  std::string_view kind;    // law_kind of the catalogue
  std::string_view target;  // of the service; begins the law_id: "admrul:2100000270772"
  const char *serial, *id, *name, *type, *number, *issued, *authority;
  std::string_view body_key;     // of lawService.do: one version, by its serial
  std::string_view current_key;  // and the current version, by the rule's id
  std::string_view root;         // of a body
  const char* head;              // its fields, inside the root
};

const std::vector<RuleFamily>& RuleFamilies();
// The family whose law_id `text` is; null if it is none.
const RuleFamily* FamilyOfId(std::string_view text);
const RuleFamily* FamilyOfKind(std::string_view kind);

// A row of a list, or the head of a body. The law_id names the version, since that is what the
// service has bodies, delegations and repealed rules under; `rule_id` is the same for every
// version.
LawVersion ReadRule(const RuleFamily& family, pugi::xml_node node);

// The articles of a body, their text set as 항, 호 and 목 by the marks at the head of its lines, so
// that they read as a statute's. A rule that is not written in articles is one article of number 0;
// empty if the body has no text. `units` owns what the articles point to.
std::vector<Article> ReadRuleArticles(const RuleFamily& family, pugi::xml_node body,
                                      pugi::xml_document& units);

}  // namespace connectors::legal
