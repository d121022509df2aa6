#include "connectors/legal/rule.h"

#include <algorithm>

#include "model_core/base/strings.h"

namespace connectors::legal {
namespace {

using base::StrCat;

std::string IssueNumber(std::string_view number) {
  return number.empty() || number.starts_with("제") ? std::string(number)
                                                    : StrCat("제", number, "호");
}

// "2026-3" → "000003": later wins among versions of one day.
std::string IssueOrder(std::string_view number) {
  const size_t dash = number.rfind('-');
  std::string digits;
  for (char c : number.substr(dash == std::string_view::npos ? 0 : dash + 1)) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits.size() >= 6 ? digits : std::string(6 - digits.size(), '0') + digits;
}

// Bodies of ordinances give their kind as a code (guide: ordinInfoGuide, 자치법규종류).
std::string TypeName(const std::string& type) {
  if (type == "C0001") return "조례";
  if (type == "C0002") return "규칙";
  if (type == "C0011") return "의회규칙";
  return type;
}

}  // namespace

const std::vector<RuleFamily>& RuleFamilies() {
  static const std::vector<RuleFamily> families{
      {"admin_rule", "admrul", "행정규칙일련번호", "행정규칙ID", "행정규칙명", "행정규칙종류",
       "발령번호", "발령일자", "소관부처명", "ID", "LID", "AdmRulService", "행정규칙기본정보"},
      {"ordinance", "ordin", "자치법규일련번호", "자치법규ID", "자치법규명", "자치법규종류",
       "공포번호", "공포일자", "지자체기관명", "MST", "ID", "LawService", "자치법규기본정보"}};
  return families;
}

const RuleFamily* FamilyOfId(std::string_view text) {
  for (const RuleFamily& family : RuleFamilies()) {
    const std::string prefix = StrCat(family.target, ":");
    if (text.starts_with(prefix) && text.size() > prefix.size() &&
        text.find_first_not_of("0123456789", prefix.size()) == std::string_view::npos)
      return &family;
  }
  return nullptr;
}

const RuleFamily* FamilyOfKind(std::string_view kind) {
  const auto& all = RuleFamilies();
  const auto it = std::find_if(all.begin(), all.end(),
                               [&](const RuleFamily& family) { return family.kind == kind; });
  return it == all.end() ? nullptr : &*it;
}

LawVersion ReadRule(const RuleFamily& family, pugi::xml_node node) {
  const auto text = [&](const char* name) { return OneLine(node.child_value(name)); };
  LawVersion version;
  version.mst = text(family.serial);
  version.law_id = StrCat(family.target, ":", version.mst);
  version.rule_id = text(family.id);
  version.name = text(family.name);
  version.type = TypeName(text(family.type));
  version.effective = Day(IsoDay(text("시행일자")));
  const std::string issued = IsoDay(text(family.issued)), number = text(family.number);
  version.promulgated = Day(issued) + IssueOrder(number);
  version.revision = node.child("제개정구분명") ? text("제개정구분명") : text("제개정정보");
  version.authority = text(family.authority);
  version.citation =
      StrCat(version.authority, " ", version.type, " ", IssueNumber(number), ", ", issued);
  return version;
}

}  // namespace connectors::legal
