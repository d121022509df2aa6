#include "connectors/medical/cohort_cells.h"

#include <algorithm>
#include <set>

#include "connectors/medical/medicines.h"
#include "connectors/medical/record.h"
#include "connectors/medical/tools.h"
#include "model_core/base/strings.h"

namespace connectors::medical {
namespace {

using base::Json;
using base::StrCat;

constexpr char kUnknown[] = "미상";

// "E11 2형 당뇨병"; of what is not coded, nothing.
std::string Coding(const Json& concept_value, bool with_code) {
  const Json& coding = First(Member(concept_value, "coding"));
  const std::string code = base::StringOr(coding, "code", ""),
                    display = base::StringOr(coding, "display", "");
  if (!with_code) return display;
  return StrCat(code, code.empty() || display.empty() ? "" : " ", display);
}

std::string AgeBand(const Json& patient, const std::string& day) {
  constexpr int kTop = 90;
  const auto age = AgeOn(patient, day);
  if (!age) return kUnknown;
  if (age->years >= kTop) return StrCat(kTop, "+");
  const int from = age->years / 10 * 10;
  return StrCat(from, "-", from + 9);
}

// The newest value of each test in the period: "당화혈색소 7.1 %".
std::string Labs(const Records& observations, const CohortQuery& query) {
  std::map<std::string, std::pair<std::string, std::string>> newest;  // test → time, value
  for (const Record& record : observations) {
    const Json& observation = record.resource;
    const Json& quantity = Member(observation, "valueQuantity");
    const std::string time = base::StringOr(observation, "effectiveDateTime", "");
    const std::string test = Coding(Member(observation, "code"), false);
    const std::string status = base::StringOr(observation, "status", "");
    const bool counts = Member(quantity, "value").is_number() && InPeriod(query, DayOf(time)) &&
                        status != "entered-in-error" && status != "cancelled";
    if (!counts || test.empty() || newest[test].first >= time) continue;
    newest[test] = {
        time, StrCat(base::DumpJson(quantity["value"]), " ", base::StringOr(quantity, "unit", ""))};
  }
  std::vector<std::string> values;
  for (const auto& [test, value] : newest)
    if (!value.first.empty()) values.push_back(StrCat(test, " ", value.second));
  return base::StrJoin(values, "; ");
}

Fallible<std::string> Medicines(const Fhir& fhir, const Records& orders, const CohortQuery& query,
                                const tools::CallContext& context) {
  std::set<std::string> names;
  for (const Record& order : orders) {
    if (base::StringOr(order.resource, "intent", "") == "proposal" ||
        !InPeriod(query, DayOf(base::StringOr(order.resource, "authoredOn", ""))))
      continue;
    ASSIGN_OR_FAIL(Medicine medicine, MedicineOf(fhir, order, context));
    for (const Ingredient& ingredient : medicine.ingredients)
      if (!ingredient.code.empty()) names.insert(ingredient.name);
  }
  return base::StrJoin(names, "; ");
}

std::string Visits(const Records& encounters, const CohortQuery& query) {
  const auto visits =
      std::count_if(encounters.begin(), encounters.end(), [&](const Record& record) {
        const std::string start = base::StringOr(Member(record.resource, "period"), "start", "");
        return base::StringOr(record.resource, "status", "") != "entered-in-error" &&
               InPeriod(query, DayOf(start));
      });
  return StrCat(visits);
}

std::string Diagnosis(const Records& conditions) {
  std::set<std::string> codes;
  for (const Record& record : conditions)
    codes.insert(Coding(Member(record.resource, "code"), true));
  return base::StrJoin(codes, "; ");
}

}  // namespace

bool InPeriod(const CohortQuery& query, const std::string& day) {
  return !day.empty() && day <= query.to && query.from <= day;
}

Fallible<std::string> CellOf(const Fhir& fhir, const PatientRecords& records,
                             const std::string& column, const CohortQuery& query,
                             const tools::CallContext& context) {
  if (column == "age_band") return AgeBand(records.patient, query.to);
  if (column == "sex") return base::StringOr(records.patient, "gender", kUnknown);
  if (column == "diagnosis") return Diagnosis(records.conditions);
  if (column == "lab") return Labs(records.labs, query);
  if (column == "medication") return Medicines(fhir, records.orders, query, context);
  return Visits(records.visits, query);
}

}  // namespace connectors::medical
