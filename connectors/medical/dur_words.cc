#include "connectors/medical/dur_words.h"

#include "model_core/base/strings.h"

namespace connectors::medical {
namespace {

struct Words {
  std::string_view korean, english;
};

// The types of the public list, and what is found without a rule of it.
constexpr Words kRules[] = {
    {"병용금기", "not to be taken together"}, {"특정연령대금기", "not to be taken at this age"},
    {"노인주의", "caution in old age"},       {"임부금기", "not to be taken when pregnant"},
    {"효능군중복", "two drugs of one group"}, {"동일성분중복", "two drugs of one ingredient"},
    {"성분 미확인", "ingredient not known"},  {"알레르기", "allergy"},
    {"DUR 규칙 없음", "no DUR rules"},
};
constexpr Words kReasons[] = {
    {kUnknownIngredient, "not checked, since the ingredient is not known"},
    {kAllergyOnRecord, "an allergy on record"},
};

}  // namespace

std::string RuleText(const Finding& finding, base::Language language) {
  for (const Words& rule : kRules) {
    if (language == base::Language::kEnglish && finding.rule.starts_with(rule.korean))
      return base::StrCat(rule.english, " (", finding.rule, ")");
  }
  return finding.rule;
}

std::string ReasonText(const Finding& finding, base::Language language) {
  for (const Words& reason : kReasons) {
    if (language == base::Language::kEnglish && finding.reason == reason.korean)
      return std::string(reason.english);
  }
  return finding.reason;
}

}  // namespace connectors::medical
