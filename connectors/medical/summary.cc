// patient.summary and med.active_list.
#include <algorithm>

#include "connectors/medical/care.h"
#include "connectors/medical/medicines.h"
#include "connectors/medical/tools.h"
#include "model_core/base/strings.h"

namespace connectors::medical {
namespace {

using base::Json;
using tools::ToolOutcome;

// Where a section of the summary stands in FHIR: its resource type, and the fields of name and day.
struct Section {
  std::string_view name;
  const char* type;
  const char* concept_field;
  std::vector<const char*> days;  // the first that has one; "period" means its start
};

const std::vector<Section>& Sections() {
  static const std::vector<Section> all{
      {"conditions", "Condition", "code", {"onsetDateTime", "recordedDate"}},
      {"allergies", "AllergyIntolerance", "code", {"recordedDate", "onsetDateTime"}},
      {"visits", "Encounter", "type", {"period"}},
      {"procedures", "Procedure", "code", {"performedDateTime", "performedPeriod"}},
  };
  return all;
}

std::string DayIn(const Json& resource, const Section& section) {
  for (const char* field : section.days) {
    const Json& value = Member(resource, field);
    const std::string day = DayOf(value.is_object() ? base::StringOr(value, "start", "")
                                                    : base::StringOr(resource, field, ""));
    if (!day.empty()) return day;
  }
  return "";
}

// What was entered in error is no part of the record.
bool EnteredInError(const Json& resource) {
  return base::StringOr(resource, "status", "") == "entered-in-error" ||
         ConceptCode(Member(resource, "verificationStatus")) == "entered-in-error";
}

Json Item(const Json& resource, const Section& section) {
  const Json& field = Member(resource, section.concept_field);
  const Json& concept_value = field.is_array() ? First(field) : field;
  std::string code = ConceptCode(concept_value);
  if (code.empty()) code = base::StringOr(Member(resource, "class"), "code", "");
  return {{"section", section.name},
          {"code", TextOrNull(code)},
          {"name", TextOrNull(ConceptText(concept_value))},
          {"date", TextOrNull(DayIn(resource, section))},
          {"note", TextOrNull(NoteText(resource))}};
}

std::string SexOf(const Json& patient) {
  const std::string gender = base::StringOr(patient, "gender", "");
  return gender == "male" ? "남" : gender == "female" ? "여" : gender;
}

struct Entry {
  Json item;
  Record record;
};

Fallible<std::vector<Entry>> ReadSection(const Fhir& fhir, const Record& patient,
                                         const Section& section,
                                         const tools::CallContext& context) {
  ASSIGN_OR_FAIL(Records found, fhir.SearchPatient(section.type, LogicalId(patient), {}, context));
  std::vector<Entry> entries;
  for (Record& record : found) {
    if (!EnteredInError(record.resource))
      entries.push_back({Item(record.resource, section), std::move(record)});
  }
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return base::StringOr(a.item, "date", "") > base::StringOr(b.item, "date", "");  // newest first
  });
  return entries;
}

}  // namespace

std::optional<Age> AgeOn(const Json& patient, const std::string& day) {
  absl::CivilDay birth, on;
  const std::string text = DayOf(base::StringOr(patient, "birthDate", ""));
  if (text.empty() || !absl::ParseCivilTime(text, &birth) || !absl::ParseCivilTime(day, &on) ||
      birth > on)
    return std::nullopt;
  int months = static_cast<int>(absl::CivilMonth(on) - absl::CivilMonth(birth));
  if (on.day() < birth.day()) --months;
  return Age{months / 12, months};
}

ToolOutcome Summarise(const Systems& systems, const tools::ToolCall& call,
                      const tools::CallContext& context) {
  ASSIGN_OR_FAIL(Record patient, PatientOf(systems.fhir, call, context));
  const std::string wanted = base::StringOr(call.arguments(), "section", "");
  Json items = Json::array();
  Evidence evidence;
  for (const Section& section : Sections()) {
    if (!wanted.empty() && wanted != section.name) continue;
    ASSIGN_OR_FAIL(std::vector<Entry> entries,
                   ReadSection(systems.fhir, patient, section, context));
    for (Entry& entry : entries) {
      evidence.Add(entry.record);
      items.push_back(std::move(entry.item));
    }
  }
  evidence.Add(patient);
  const auto age = AgeOn(patient.resource, Today(call));
  Json value = {{"age", age ? Json(age->years) : Json()},
                {"sex", TextOrNull(SexOf(patient.resource))},
                {"items", std::move(items)}};
  return evidence.Result(std::move(value));
}

ToolOutcome ActiveMedicines(const Systems& systems, const tools::ToolCall& call,
                            const tools::CallContext& context) {
  ASSIGN_OR_FAIL(Record patient, PatientOf(systems.fhir, call, context));
  const std::string at = base::StringOr(call.arguments(), "at", Today(call));
  ASSIGN_OR_FAIL(std::vector<Medicine> medicines,
                 MedicinesOn(systems.fhir, LogicalId(patient), at, context));
  Json items = Json::array();
  Evidence evidence;
  for (const Medicine& medicine : medicines) {
    std::vector<std::string> names;
    for (const Ingredient& ingredient : medicine.ingredients) names.push_back(ingredient.name);
    items.push_back({{"drug", TextOrNull(medicine.drug)},
                     {"ingredient", TextOrNull(base::StrJoin(names, ", "))},
                     {"dose", TextOrNull(medicine.dose)},
                     {"frequency", TextOrNull(medicine.frequency)},
                     {"since", TextOrNull(medicine.since)},
                     {"order_id", medicine.order_id}});
    evidence.Add(medicine.record);
  }
  if (medicines.empty()) evidence.Add(patient);
  return evidence.Result({{"items", std::move(items)}});
}

}  // namespace connectors::medical
