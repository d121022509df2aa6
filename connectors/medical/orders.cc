// order.propose: the draft of a prescription, unsigned. It exists once for its key, however often
// it is asked for.
#include <cmath>

#include "connectors/medical/care.h"
#include "connectors/medical/dur_words.h"
#include "connectors/medical/tools.h"
#include "model_core/base/strings.h"

namespace connectors::medical {
namespace {

using base::Json;
using base::StrCat;
using tools::MakeToolError;
using tools::ToolOutcome;

// "500mg", "2.5 mL": a number and a unit.
std::optional<Json> Quantity(const std::string& dose) {
  const size_t end = std::min(dose.find_first_not_of("0123456789."), dose.size());
  const std::string unit(base::Trim(dose.substr(end)));
  double value = 0;
  const auto read = std::from_chars(dose.data(), dose.data() + end, value);
  if (end == 0 || unit.empty() || read.ec != std::errc() || read.ptr != dose.data() + end)
    return std::nullopt;
  Json quantity = {{"value", value}, {"unit", unit}};
  if (value == std::floor(value) && value < 1e15) quantity["value"] = static_cast<int64_t>(value);
  return quantity;
}

Json Dosage(const std::string& dose, const std::string& frequency) {
  Json dosage = {{"text", StrCat(dose, " ", frequency)}};
  if (frequency == "prn") {
    dosage["asNeededBoolean"] = true;
  } else {
    dosage["timing"] = {
        {"code",
         {{"coding",
           Json::array({{{"system", "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation"},
                         {"code", TimingCode(frequency)}}})}}}};
  }
  if (auto quantity = Quantity(dose))
    dosage["doseAndRate"] = Json::array({{{"doseQuantity", *quantity}}});
  return dosage;
}

// The order number follows from the key, so that a repeat names the same order.
std::string OrderNumber(const std::string& key) {
  uint64_t number = 0;
  for (uint8_t byte : base::Sha256(key)) number = (number << 8 | byte) % 10'000'000'000ull;
  std::string digits = StrCat(number);
  return StrCat("ORD-", std::string(10 - digits.size(), '0'), digits);
}

Json Medication(const Fhir& fhir, const std::string& drug,
                const std::vector<Ingredient>& ingredients) {
  Json medication = {{"resourceType", "Medication"}, {"id", "m"}, {"code", {{"text", drug}}}};
  for (const Ingredient& ingredient : ingredients) {
    medication["ingredient"].push_back(
        {{"itemCodeableConcept",
          {{"coding", Json::array({{{"system", fhir.options().ingredient_system},
                                    {"code", ingredient.code},
                                    {"display", ingredient.name}}})}}}});
  }
  return medication;
}

Json Draft(const Fhir& fhir, const tools::ToolCall& call, const Record& patient,
           const std::vector<Ingredient>& ingredients) {
  const Json& arguments = call.arguments();
  const std::string drug = base::StringOr(arguments, "drug", "");
  Json order = {{"resourceType", "MedicationRequest"}, {"status", "draft"}, {"intent", "proposal"}};
  order["identifier"] = Json::array(
      {{{"system", fhir.options().key_system}, {"value", call.idempotency_key}},
       {{"system", fhir.options().order_system}, {"value", OrderNumber(call.idempotency_key)}}});
  order["contained"] = Json::array({Medication(fhir, drug, ingredients)});
  order["medicationReference"] = {{"reference", "#m"}};
  order["subject"] = {{"reference", patient.origin.record}};
  order["authoredOn"] = base::TimeText(call.now);
  order["requester"] = {
      {"identifier", {{"system", fhir.options().practitioner_system}, {"value", call.requester}}}};
  order["dosageInstruction"] = Json::array(
      {Dosage(base::StringOr(arguments, "dose", ""), base::StringOr(arguments, "frequency", ""))});
  return order;
}

tools::ToolError Blocked(std::string_view why_en, std::string_view why_ko) {
  return MakeToolError("blocked_by_check",
                       StrCat("the safety check does not allow this order: ", why_en),
                       StrCat("DUR 점검 결과 처방안을 올릴 수 없습니다: ", why_ko));
}

// The check that the order refers to must still hold: same medicines, same rules, and this drug
// passes.
Fallible<bool> HoldsFor(const Systems& systems, const Record& patient, const std::string& check,
                        const tools::ToolCall& call, const tools::CallContext& context) {
  const std::string drug = base::StringOr(call.arguments(), "drug", "");
  const Fallible<Checked> checked = CheckDrugs(systems, patient, {drug}, call, context);
  if (!checked.ok()) {
    return checked.error().code == "rules_missing" ? Blocked("no rules", "DUR 규칙이 없습니다")
                                                   : checked.error();
  }
  if (checked->id != check) {
    return MakeToolError(
        "stale",
        StrCat("check ", check,
               " is out of date: the patient's medicines or the rules have changed"),
        StrCat("점검 ", check, " 이후 복용약이나 규칙이 바뀌었습니다. 다시 점검하십시오"));
  }
  if (checked->outcome < Outcome::kNotChecked) return true;
  const Finding& finding = checked->findings.front();
  return Blocked(StrCat(Name(checked->outcome), ", ", RuleText(finding, base::Language::kEnglish)),
                 StrCat(finding.rule, ": ", finding.drug, " ", finding.with));
}

}  // namespace

ToolOutcome ProposeOrder(const Systems& systems, const tools::ToolCall& call,
                         const tools::CallContext& context) {
  ASSIGN_OR_FAIL(Record patient, PatientOf(systems.fhir, call, context));
  const std::string drug = base::StringOr(call.arguments(), "drug", "");
  std::vector<Ingredient> ingredients;
  if (auto rules = systems.dur.Rules(); rules.ok()) {
    ingredients = (*rules)->Ingredients(drug);
    if (ingredients.empty()) return UnknownDrug(drug);
  }
  const std::string check = base::StringOr(call.arguments(), "check", "");
  if (!check.empty()) {
    ASSIGN_OR_FAIL([[maybe_unused]] bool holds, HoldsFor(systems, patient, check, call, context));
  }
  const Fhir& fhir = systems.fhir;
  ASSIGN_OR_FAIL(
      Record order,
      fhir.CreateOnce(Draft(fhir, call, patient, ingredients),
                      StrCat(fhir.options().key_system, "|", call.idempotency_key), context));
  const bool ours =
      base::StringOr(Member(order.resource, "subject"), "reference", "")
          .ends_with(patient.origin.record) &&
      IdentifierValue(order.resource, fhir.options().key_system) == call.idempotency_key;
  if (!ours) {
    return MakeToolError("malformed_upstream", "FHIR server: another order stands under this key",
                         "FHIR 서버: 같은 키로 다른 처방이 저장되어 있습니다");
  }
  Evidence evidence;
  evidence.Add(order);
  return evidence.Result(
      {{"order_id", IdentifierValue(order.resource, fhir.options().order_system)}});
}

}  // namespace connectors::medical
