// What the rules say about drugs taken together.
#include <algorithm>
#include <set>

#include "connectors/medical/dur.h"
#include "connectors/medical/dur_words.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::medical {
namespace {

using base::StrCat;

constexpr int kElderlyMonths = 65 * 12;

enum class Reach { kInside, kOutside, kUnclear };

// "18세 미만", "12개월 이하", "65세 이상": whether the age is in it.
Reach InAge(const std::string& base_text, int age_months) {
  const std::string text = base::ReplaceAll(base_text, " ", "");
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  int64_t limit = 0;
  if (!base::ParseInt(text.substr(0, digits), limit) || limit > 200) return Reach::kUnclear;
  const std::string rest = text.substr(digits);
  const bool years = rest.starts_with("세"), months = rest.starts_with("개월");
  if (!years && !months) return Reach::kUnclear;
  const int64_t age = years ? age_months / 12 : age_months;
  const auto is = [&](std::string_view word) { return rest.ends_with(word); };
  if (is("미만")) return age < limit ? Reach::kInside : Reach::kOutside;
  if (is("이하")) return age <= limit ? Reach::kInside : Reach::kOutside;
  if (is("이상")) return age >= limit ? Reach::kInside : Reach::kOutside;
  if (is("초과")) return age > limit ? Reach::kInside : Reach::kOutside;
  return Reach::kUnclear;
}

bool Has(const Drug& drug, const std::string& code) {
  return !code.empty() &&
         std::any_of(drug.ingredients.begin(), drug.ingredients.end(),
                     [&](const Ingredient& ingredient) { return ingredient.code == code; });
}

Finding FromRule(const DurRule& rule, Outcome outcome, const Drug& drug, const std::string& with) {
  return {outcome, StrCat(rule.type, " ", rule.id), drug.name, with, rule.reason, rule.dated};
}

std::optional<Outcome> ByAge(const DurRule& rule, const Person& person) {
  if (!person.age_months) return Outcome::kNotChecked;
  if (rule.type == "노인주의")
    return *person.age_months >= kElderlyMonths ? std::optional(Outcome::kCaution) : std::nullopt;
  switch (InAge(rule.age_base, *person.age_months)) {
    case Reach::kInside:
      return Outcome::kContraindicated;
    case Reach::kUnclear:
      return Outcome::kNotChecked;  // the limit cannot be read: a person must
    case Reach::kOutside:
      break;
  }
  return std::nullopt;
}

std::optional<Outcome> Judge(const DurRule& rule, const Person& person) {
  if (rule.type == "특정연령대금기" || rule.type == "노인주의") return ByAge(rule, person);
  if (rule.type == "임부금기" && person.may_be_pregnant)
    return Outcome::kCaution;  // the record does not say
  return std::nullopt;
}

}  // namespace

void DurRules::AddPair(const Drug& a, const Drug& b, std::vector<Finding>& out) const {
  std::map<std::string, std::set<std::string>> series_a,
      series_b;  // efficacy group → ingredients of it
  for (const DurRule& rule : rules_) {
    const bool forward = Has(a, rule.code) && Has(b, rule.mixture_code);
    const bool backward = Has(b, rule.code) && Has(a, rule.mixture_code);
    if (rule.type == "병용금기" && (forward || backward)) {
      out.push_back(FromRule(rule, Outcome::kContraindicated, a, b.name));
    }
    if (rule.type != "효능군중복" || rule.series.empty()) continue;
    if (Has(a, rule.code)) series_a[rule.series].insert(rule.code);
    if (Has(b, rule.code)) series_b[rule.series].insert(rule.code);
  }
  for (const auto& [series, codes] : series_a) {
    const auto other = series_b.find(series);
    if (other == series_b.end() || other->second == codes) continue;
    out.push_back({Outcome::kCaution, "효능군중복", a.name, b.name, series, ""});
  }
  for (const Ingredient& ingredient : a.ingredients) {
    if (Has(b, ingredient.code))
      out.push_back({Outcome::kCaution, "동일성분중복", a.name, b.name, ingredient.name, ""});
  }
}

void DurRules::AddSingle(const Drug& drug, const Person& person, std::vector<Finding>& out) const {
  if (drug.ingredients.empty()) {
    out.push_back({Outcome::kNotChecked, "성분 미확인", drug.name, "", kUnknownIngredient, ""});
    return;
  }
  for (const DurRule& rule : rules_) {
    if (!Has(drug, rule.code)) continue;
    if (const auto outcome = Judge(rule, person)) out.push_back(FromRule(rule, *outcome, drug, ""));
  }
  for (const Allergy& allergy : person.allergies) {
    const bool same = std::any_of(
        drug.ingredients.begin(), drug.ingredients.end(), [&](const Ingredient& ingredient) {
          return (!allergy.code.empty() && ingredient.code == allergy.code) ||
                 ingredient.name == allergy.name;
        });
    if (same)
      out.push_back({Outcome::kContraindicated, "알레르기", drug.name, allergy.name, allergy.reason,
                     allergy.dated});
  }
}

std::vector<Finding> DurRules::Check(const std::vector<Drug>& drugs, const Person& person) const {
  std::vector<Finding> out;
  for (size_t i = 0; i < drugs.size(); ++i) {
    AddSingle(drugs[i], person, out);
    for (size_t j = i + 1; j < drugs.size(); ++j) AddPair(drugs[i], drugs[j], out);
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Finding& a, const Finding& b) { return a.outcome > b.outcome; });
  return out;
}

}  // namespace connectors::medical
