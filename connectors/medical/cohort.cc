#include "connectors/medical/cohort.h"

#include <algorithm>

#include "connectors/medical/cohort_cells.h"
#include "connectors/medical/lookup.h"
#include "connectors/medical/record.h"
#include "model_core/base/strings.h"

namespace connectors::medical {
namespace {

using base::Json;
using base::StrCat;

constexpr size_t kPatientsInASearch = 40;

using ByPatient = std::map<std::string, Records>;  // logical id → records

bool MayLeave(const Json& resource) { return PatientLabel(resource).n2sf < policies::N2sf::kC; }

// Names compare without spaces and case.
std::string Key(const std::string& name) {
  return base::LowerAscii(base::ReplaceAll(name, " ", ""));
}

bool IsCalled(const Json& concept_value, const std::string& name) {
  const std::string key = Key(name);
  if (Key(ConceptText(concept_value)) == key) return true;
  const Json& codings = Member(concept_value, "coding");
  return std::any_of(codings.begin(), codings.end(), [&](const Json& coding) {
    return Key(base::StringOr(coding, "display", "")) == key ||
           Key(base::StringOr(coding, "code", "")) == key;
  });
}

// Had on some day of the period, and neither refuted nor entered in error.
bool Had(const Json& condition, const CohortQuery& query) {
  const std::string verified = ConceptCode(Member(condition, "verificationStatus"));
  if (verified == "refuted" || verified == "entered-in-error") return false;
  std::string since = base::StringOr(condition, "onsetDateTime", "");
  if (since.empty()) since = base::StringOr(condition, "recordedDate", "");
  return BeginsBy(since, query.to) &&
         LastsTo(base::StringOr(condition, "abatementDateTime", ""), query.from);
}

Fallible<ByPatient> OfPatients(const Fhir& fhir, const std::string& type,
                               const std::vector<std::string>& ids, const Parameters& more,
                               const tools::CallContext& context) {
  ByPatient out;
  for (size_t begin = 0; begin < ids.size(); begin += kPatientsInASearch) {
    std::vector<std::string> some;
    for (size_t i = begin; i < std::min(ids.size(), begin + kPatientsInASearch); ++i)
      some.push_back(StrCat("Patient/", ids[i]));
    Parameters asked = more;
    asked.emplace_back("patient", base::StrJoin(some, ","));
    ASSIGN_OR_FAIL(Records found, fhir.Search(type, asked, context));
    for (Record& record : found) {
      const std::string id = PatientIdOf(record.resource);
      if (std::find(ids.begin(), ids.end(), id) == ids.end())
        return MalformedFhir("a record of another patient", "다른 환자의 기록이 섞여 왔습니다");
      out[id].push_back(std::move(record));
    }
  }
  return out;
}

// Logical ids of those with the condition who have not refused, with their diagnosis.
Fallible<ByPatient> WithCondition(const Fhir& fhir, const CohortQuery& query,
                                  const tools::CallContext& context) {
  ASSIGN_OR_FAIL(Records found,
                 fhir.Search("Condition", {{"code:text", SearchEscape(query.condition)}}, context));
  ByPatient out;
  std::vector<std::string> ids;
  for (Record& record : found) {
    const bool fits = IsCalled(Member(record.resource, "code"), query.condition) &&
                      Had(record.resource, query) && MayLeave(record.resource);
    const std::string id = PatientIdOf(record.resource);
    if (!fits || id.empty()) continue;
    if (!out.contains(id)) ids.push_back(id);
    out[id].push_back(std::move(record));
  }
  ASSIGN_OR_FAIL(ByPatient consents,
                 OfPatients(fhir, "Consent", ids, {{"status", "active"}}, context));
  for (const auto& [id, records] : consents) {
    for (const Record& consent : records) {
      if (base::StringOr(Member(consent.resource, "provision"), "type", "") == "deny")
        out.erase(id);
    }
  }
  return out;
}

using Cohort = std::map<std::string, PatientRecords>;  // by logical id

bool Wants(const CohortQuery& query, std::string_view column) {
  return std::find(query.columns.begin(), query.columns.end(), column) != query.columns.end();
}

// The patients themselves; those labelled C are left out.
Fallible<Cohort> ReadPatients(const Fhir& fhir, const std::vector<std::string>& ids,
                              const tools::CallContext& context) {
  Cohort out;
  for (size_t begin = 0; begin < ids.size(); begin += kPatientsInASearch) {
    const std::vector<std::string> some(
        ids.begin() + begin, ids.begin() + std::min(ids.size(), begin + kPatientsInASearch));
    ASSIGN_OR_FAIL(Records found,
                   fhir.Search("Patient", {{"_id", base::StrJoin(some, ",")}}, context));
    if (found.size() != some.size())
      return MalformedFhir("not every patient of a cohort is there", "대상자 기록이 빠져 있습니다");
    for (Record& record : found) {
      const std::string id = LogicalId(record);
      if (std::find(some.begin(), some.end(), id) == some.end())
        return MalformedFhir("a patient who is not of the cohort", "대상자가 아닌 환자가 왔습니다");
      if (MayLeave(record.resource)) out[id].patient = std::move(record.resource);
    }
  }
  return out;
}

// Where a column stands in FHIR.
struct Source {
  const char* column;
  const char* type;
  Parameters parameters;
  Records PatientRecords::*list;
};

const std::vector<Source>& Sources() {
  static const std::vector<Source> all{
      {"lab", "Observation", {{"category", "laboratory"}}, &PatientRecords::labs},
      {"medication",
       "MedicationRequest",
       {{"status", "active,completed,stopped"}},
       &PatientRecords::orders},
      {"visit", "Encounter", {}, &PatientRecords::visits},
  };
  return all;
}

Fallible<Cohort> Gather(const Fhir& fhir, const CohortQuery& query,
                        const tools::CallContext& context) {
  ASSIGN_OR_FAIL(ByPatient conditions, WithCondition(fhir, query, context));
  std::vector<std::string> ids;
  for (const auto& [id, records] : conditions) ids.push_back(id);
  ASSIGN_OR_FAIL(Cohort cohort, ReadPatients(fhir, ids, context));
  for (auto& [id, records] : cohort) records.conditions = std::move(conditions[id]);
  for (const Source& source : Sources()) {
    if (!Wants(query, source.column)) continue;
    ASSIGN_OR_FAIL(ByPatient found, OfPatients(fhir, source.type, ids, source.parameters, context));
    for (auto& [id, records] : cohort) {
      std::erase_if(found[id], [](const Record& record) { return !MayLeave(record.resource); });
      records.*source.list = std::move(found[id]);
    }
  }
  return cohort;
}

}  // namespace

Fallible<std::vector<Row>> ReadCohort(const Fhir& fhir, const CohortQuery& query,
                                      const tools::CallContext& context) {
  ASSIGN_OR_FAIL(Cohort cohort, Gather(fhir, query, context));
  std::vector<Row> rows;
  for (const auto& [id, records] : cohort) {
    Row row;
    for (const std::string& column : query.columns) {
      ASSIGN_OR_FAIL(std::string cell, CellOf(fhir, records, column, query, context));
      row.push_back(std::move(cell));
    }
    rows.push_back(std::move(row));
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

}  // namespace connectors::medical
