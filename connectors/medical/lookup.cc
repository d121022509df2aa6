#include "connectors/medical/lookup.h"

#include "connectors/medical/record.h"
#include "model_core/base/strings.h"

namespace connectors::medical {
namespace {

using base::StrCat;
using tools::MakeToolError;

// What is looked for, and what people call it.
struct Kind {
  std::string type, system;
  std::string_view english, korean;
};

Fallible<Record> FindOne(const Fhir& fhir, const Kind& kind, const std::string& number,
                         const tools::CallContext& context) {
  if (number.empty())
    return MakeToolError("not_found", StrCat("no ", kind.english, " number"),
                         StrCat(kind.korean, " 번호가 없습니다"));
  ASSIGN_OR_FAIL(
      Records found,
      fhir.Search(kind.type, {{"identifier", SearchToken(kind.system, number)}}, context));
  if (found.empty()) {
    return MakeToolError("not_found", StrCat("no ", kind.english, " ", number),
                         StrCat(kind.korean, " ", number, "의 기록이 없습니다"));
  }
  if (found.size() != 1 || IdentifierValue(found[0].resource, kind.system) != number) {
    return MalformedFhir(StrCat(number, " is not the number of one ", kind.english),
                         StrCat(number, "에 해당하는 ", kind.korean, " 기록이 하나가 아닙니다"));
  }
  return std::move(found.front());
}

}  // namespace

std::string LogicalId(const Record& record) { return base::StringOr(record.resource, "id", ""); }

Fallible<Record> FindPatient(const Fhir& fhir, const std::string& number,
                             const tools::CallContext& context) {
  return FindOne(fhir, {"Patient", fhir.options().patient_system, "patient", "환자"}, number,
                 context);
}

Fallible<Record> FindOrder(const Fhir& fhir, const std::string& number,
                           const tools::CallContext& context) {
  return FindOne(fhir, {"MedicationRequest", fhir.options().order_system, "order", "처방"}, number,
                 context);
}

std::string PatientIdOf(const base::Json& resource) {
  constexpr std::string_view kType = "Patient/";
  const base::Json& subject =
      resource.contains("subject") ? Member(resource, "subject") : Member(resource, "patient");
  const std::string reference = base::StringOr(subject, "reference", "");
  const size_t at = reference.rfind(kType);
  if (at == std::string::npos) return "";
  const std::string id = reference.substr(at + kType.size());
  return id.substr(0, id.find('/'));  // the patient of today, whichever version is meant
}

Fallible<Record> PatientOfOrder(const Fhir& fhir, const Record& order,
                                const tools::CallContext& context) {
  const std::string id = PatientIdOf(order.resource);
  if (id.empty())
    return MalformedFhir(StrCat(order.origin.record, " names no patient"),
                         StrCat(order.origin.record, ": 처방에 환자가 적혀 있지 않습니다"));
  return fhir.Read(StrCat("Patient/", id), context);
}

Fallible<Records> FindPractitioners(const Fhir& fhir, const std::string& principal,
                                    const tools::CallContext& context) {
  if (principal.empty()) return Records();
  const std::string& system = fhir.options().practitioner_system;
  ASSIGN_OR_FAIL(
      Records found,
      fhir.Search("Practitioner", {{"identifier", SearchToken(system, principal)}}, context));
  std::erase_if(found, [&](const Record& person) {
    return IdentifierValue(person.resource, system) != principal;
  });
  return found;
}

}  // namespace connectors::medical
