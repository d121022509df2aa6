#include "connectors/medical/medicines.h"

#include <algorithm>
#include <cmath>

#include "connectors/medical/record.h"
#include "model_core/base/strings.h"

namespace connectors::medical {
namespace {

using base::Json;
using base::StrCat;

// Timing.repeat "n times in a day" for what has no code.
std::string FromRepeat(const Json& repeat) {
  if (base::StringOr(repeat, "periodUnit", "") != "d" || base::NumberOr(repeat, "period", 1) != 1)
    return "";
  constexpr std::string_view kTimes[] = {"", "qd", "bid", "tid", "qid"};
  const int64_t times = base::IntOr(repeat, "frequency", 0);
  return times >= 1 && times <= 4 ? std::string(kTimes[times]) : "";
}

std::string FrequencyOf(const Json& dosage) {
  if (base::BoolOr(dosage, "asNeededBoolean", false) || dosage.contains("asNeededCodeableConcept"))
    return "prn";
  const Json& timing = Member(dosage, "timing");
  const std::string code = base::LowerAscii(ConceptCode(Member(timing, "code")));
  for (std::string_view known : {"qd", "bid", "tid", "qid"}) {
    if (code == known) return code;
  }
  return FromRepeat(Member(timing, "repeat"));
}

std::string DoseOf(const Json& dosage) {
  const Json& quantity = Member(First(Member(dosage, "doseAndRate")), "doseQuantity");
  const Json& value = Member(quantity, "value");
  if (!value.is_number()) return base::StringOr(dosage, "text", "");
  const double number = value.get<double>();
  const std::string unit = base::StringOr(quantity, "unit", "");
  const bool whole = number == std::floor(number) && std::abs(number) < 1e15;
  return whole ? StrCat(static_cast<int64_t>(number), unit) : StrCat(number, unit);
}

void AddIngredient(const Fhir& fhir, const Json& concept_value, std::vector<Ingredient>& out) {
  Ingredient ingredient{ConceptCode(concept_value, fhir.options().ingredient_system),
                        ConceptText(concept_value)};
  if (!ingredient.code.empty() || !ingredient.name.empty()) out.push_back(std::move(ingredient));
}

// The Medication that a reference means: contained in the request, or a resource of its own.
Fallible<Json> ReferencedMedication(const Fhir& fhir, const Json& request,
                                    const tools::CallContext& context) {
  const std::string reference =
      base::StringOr(Member(request, "medicationReference"), "reference", "");
  for (const Json& contained : Member(request, "contained")) {
    if (StrCat("#", base::StringOr(contained, "id", "")) == reference) return contained;
  }
  if (!reference.starts_with("Medication/")) return Json();
  ASSIGN_OR_FAIL(Record medication, fhir.Read(reference, context));
  return std::move(medication.resource);
}

// The name and ingredients of what is ordered. A concept given inline names its ingredient in an
// extension, as KR Core has it, or in a coding of the DUR list.
Fallible<bool> FillDrug(const Fhir& fhir, Medicine& medicine, const tools::CallContext& context) {
  const Json& request = medicine.record.resource;
  const Json& inline_concept = Member(request, "medicationCodeableConcept");
  if (inline_concept.is_object()) {
    medicine.drug = ConceptText(inline_concept);
    for (const Json& extension : Member(inline_concept, "extension")) {
      if (base::LowerAscii(base::StringOr(extension, "url", "")).ends_with("ingredient")) {
        AddIngredient(fhir, Member(extension, "valueCodeableConcept"), medicine.ingredients);
      }
    }
    const std::string code = ConceptCode(inline_concept, fhir.options().ingredient_system);
    if (medicine.ingredients.empty() && !code.empty())
      medicine.ingredients.push_back({code, medicine.drug});
    return true;
  }
  ASSIGN_OR_FAIL(Json medication, ReferencedMedication(fhir, request, context));
  medicine.drug = ConceptText(Member(medication, "code"));
  for (const Json& part : Member(medication, "ingredient")) {
    AddIngredient(fhir, Member(part, "itemCodeableConcept"), medicine.ingredients);
  }
  return true;
}

// The period of an order. Without one it begins when it was written; a finished order without an
// end is over.
bool Taken(const Json& request, const std::string& day, std::string& since) {
  const Json& bounds =
      Member(Member(Member(First(Member(request, "dosageInstruction")), "timing"), "repeat"),
             "boundsPeriod");
  const Json& period =
      bounds.is_object() ? bounds : Member(Member(request, "dispenseRequest"), "validityPeriod");
  since = DayOf(base::StringOr(period, "start", ""));
  if (since.empty()) since = DayOf(base::StringOr(request, "authoredOn", ""));
  const std::string status = base::StringOr(request, "status", "");
  const bool finished = status == "completed" || status == "stopped";
  if (!finished && status != "active") return false;  // the server may heed no filter
  if (finished && base::StringOr(period, "end", "").empty()) return false;
  return since <= day && Covers(period, day);
}

}  // namespace

std::string TimingCode(std::string_view frequency) {
  if (frequency == "prn") return "";
  std::string code(frequency);
  for (char& c : code) c = static_cast<char>(c - 'a' + 'A');
  return code;
}

Fallible<Medicine> MedicineOf(const Fhir& fhir, Record order, const tools::CallContext& context) {
  Medicine medicine;
  medicine.record = std::move(order);
  const Json& dosage = First(Member(medicine.record.resource, "dosageInstruction"));
  medicine.dose = DoseOf(dosage);
  medicine.frequency = FrequencyOf(dosage);
  medicine.order_id = IdentifierValue(medicine.record.resource, fhir.options().order_system);
  if (medicine.order_id.empty()) medicine.order_id = medicine.record.origin.record;
  ASSIGN_OR_FAIL([[maybe_unused]] bool filled, FillDrug(fhir, medicine, context));
  return medicine;
}

Fallible<std::vector<Medicine>> MedicinesOn(const Fhir& fhir, const std::string& patient_id,
                                            const std::string& day,
                                            const tools::CallContext& context) {
  const Parameters asked{{"status", "active,completed,stopped"}};
  ASSIGN_OR_FAIL(Records found,
                 fhir.SearchPatient("MedicationRequest", patient_id, asked, context));
  std::vector<Medicine> out;
  for (Record& record : found) {
    std::string since;
    if (base::StringOr(record.resource, "intent", "") == "proposal" ||
        !Taken(record.resource, day, since))
      continue;
    ASSIGN_OR_FAIL(Medicine medicine, MedicineOf(fhir, std::move(record), context));
    medicine.since = since;
    out.push_back(std::move(medicine));
  }
  std::sort(out.begin(), out.end(), [](const Medicine& a, const Medicine& b) {
    return std::tie(a.since, a.order_id) < std::tie(b.since, b.order_id);
  });
  return out;
}

}  // namespace connectors::medical
