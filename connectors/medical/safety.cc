// med.safety_check: everything the patient takes, and what is to be added, against the DUR rules
// and the allergies.
#include <algorithm>

#include "connectors/medical/care.h"
#include "connectors/medical/dur_words.h"
#include "connectors/medical/tools.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::medical {
namespace {

using base::Json;
using base::StrCat;
using tools::MakeToolError;
using tools::ToolOutcome;

using Rules = std::shared_ptr<const DurRules>;

Fallible<Rules> LoadRules(DurSource& source) {
  auto rules = source.Rules();
  if (rules.ok()) return *std::move(rules);
  return MakeToolError(
      "rules_missing",
      StrCat("DUR rules: ", base::Message(rules.status(), base::Language::kEnglish)),
      StrCat("DUR 규칙이 없어 점검하지 못했습니다: ",
             base::Message(rules.status(), base::Language::kKorean)));
}

// The drug as the rules know it. A part whose ingredient is not known stands beside it, unknown: it
// makes the whole check incomplete, never clear.
void AddMedicine(const DurRules& rules, const Medicine& medicine, std::vector<Drug>& drugs) {
  Drug drug{medicine.drug, {}};
  bool complete = true;
  for (const Ingredient& ingredient : medicine.ingredients) {
    const auto known =
        ingredient.code.empty() ? rules.Ingredients(ingredient.name) : std::vector{ingredient};
    complete = complete && !known.empty();
    drug.ingredients.insert(drug.ingredients.end(), known.begin(), known.end());
  }
  if (medicine.ingredients.empty()) drug.ingredients = rules.Ingredients(medicine.drug);
  const bool empty = drug.ingredients.empty();
  drugs.push_back(drug);
  if (!complete && !empty) drugs.push_back({medicine.drug, {}});
}

Fallible<bool> AddAllergies(const Fhir& fhir, const Record& patient, Person& person,
                            Evidence& evidence, const tools::CallContext& context) {
  ASSIGN_OR_FAIL(Records found,
                 fhir.SearchPatient("AllergyIntolerance", LogicalId(patient), {}, context));
  for (const Record& record : found) {
    const Json& allergy = record.resource;
    const std::string clinical = ConceptCode(Member(allergy, "clinicalStatus"));
    const std::string verified = ConceptCode(Member(allergy, "verificationStatus"));
    if (clinical == "resolved" || verified == "entered-in-error" || verified == "refuted") continue;
    const Json& code = Member(allergy, "code");
    const std::string note = NoteText(allergy);
    person.allergies.push_back({ConceptCode(code, fhir.options().ingredient_system),
                                ConceptText(code), note.empty() ? kAllergyOnRecord : note,
                                DayOf(base::StringOr(allergy, "recordedDate", ""))});
    evidence.Add(record);
  }
  return true;
}

Person PersonOf(const Record& patient, const std::string& day) {
  constexpr int kFertileFrom = 10, kFertileTo = 60;
  Person person;
  const auto age = AgeOn(patient.resource, day);
  if (age) person.age_months = age->months;
  const bool fertile = !age || (age->years >= kFertileFrom && age->years <= kFertileTo);
  person.may_be_pregnant = fertile && base::StringOr(patient.resource, "gender", "") != "male";
  return person;
}

std::string CheckId(const Record& patient, const std::vector<Medicine>& medicines,
                    const DurRules& rules) {
  Json facts = {{"patient", patient.origin.record},
                {"rules", rules.origin().sha256},
                {"orders", Json::array()}};
  for (const Medicine& medicine : medicines) {
    facts["orders"].push_back({medicine.record.origin.record, medicine.record.origin.version});
  }
  return "CHK-" + base::HashJson(facts).substr(0, 16);
}

// `together`, the drugs to be added, with everything the patient takes on `day`.
Fallible<Checked> CheckWith(const Systems& systems, const Record& patient, const DurRules& rules,
                            std::vector<Drug> together, const std::string& day,
                            const tools::CallContext& context) {
  ASSIGN_OR_FAIL(std::vector<Medicine> medicines,
                 MedicinesOn(systems.fhir, LogicalId(patient), day, context));
  Checked checked;
  for (const Medicine& medicine : medicines) {
    AddMedicine(rules, medicine, together);
    checked.evidence.Add(medicine.record);
  }
  Person person = PersonOf(patient, day);
  ASSIGN_OR_FAIL([[maybe_unused]] bool read,
                 AddAllergies(systems.fhir, patient, person, checked.evidence, context));
  checked.evidence.Add(patient);
  checked.evidence.AddOrigin(rules.origin());
  checked.findings = rules.Check(together, person);
  if (!checked.findings.empty())
    checked.outcome = checked.findings.front().outcome;  // the gravest stands first
  checked.id = CheckId(patient, medicines, rules);
  return checked;
}

}  // namespace

tools::ToolError UnknownDrug(const std::string& drug) {
  return MakeToolError(
      "unknown_drug", StrCat("'", drug, "' is in no drug list"),
      StrCat("'", drug, "'", base::Particle(drug, "이라"), "는 약을 목록에서 찾을 수 없습니다"));
}

Fallible<Checked> CheckDrugs(const Systems& systems, const Record& patient,
                             const std::vector<std::string>& drugs, const tools::ToolCall& call,
                             const tools::CallContext& context) {
  ASSIGN_OR_FAIL(Rules rules, LoadRules(systems.dur));
  std::vector<Drug> together;
  for (const std::string& drug : drugs) {
    together.push_back({drug, rules->Ingredients(drug)});
    if (together.back().ingredients.empty()) return UnknownDrug(drug);
  }
  return CheckWith(systems, patient, *rules, std::move(together), Today(call), context);
}

Fallible<Checked> CheckOrder(const Systems& systems, const Record& patient, const Record& order,
                             const std::string& day, const tools::CallContext& context) {
  ASSIGN_OR_FAIL(Rules rules, LoadRules(systems.dur));
  ASSIGN_OR_FAIL(Medicine medicine, MedicineOf(systems.fhir, order, context));
  std::vector<Drug> together;
  AddMedicine(*rules, medicine, together);
  return CheckWith(systems, patient, *rules, std::move(together), day, context);
}

ToolOutcome SafetyCheck(const Systems& systems, const tools::ToolCall& call,
                        const tools::CallContext& context) {
  ASSIGN_OR_FAIL(Record patient, PatientOf(systems.fhir, call, context));
  std::vector<std::string> drugs;
  for (const Json& drug : Member(call.arguments(), "drugs"))
    drugs.push_back(drug.is_string() ? drug.get<std::string>() : "");
  ASSIGN_OR_FAIL(Checked checked, CheckDrugs(systems, patient, drugs, call, context));
  Json items = Json::array();
  for (const Finding& finding : checked.findings) {
    items.push_back({{"rule", RuleText(finding, call.language)},
                     {"drug", finding.drug},
                     {"with", TextOrNull(finding.with)},
                     {"reason", ReasonText(finding, call.language)},
                     {"dated", TextOrNull(finding.dated)}});
  }
  // As many origins as items would read as one for each item.
  if (checked.evidence.size() == items.size()) checked.evidence.AddOrigin(patient.origin);
  return checked.evidence.Result(
      {{"check_id", checked.id}, {"outcome", Name(checked.outcome)}, {"items", std::move(items)}});
}

}  // namespace connectors::medical
