#include "connectors/medical/care.h"

#include "connectors/medical/record.h"
#include "model_core/base/strings.h"

namespace connectors::medical {
namespace {

using base::Json;
using base::StrCat;
using tools::MakeToolError;

constexpr absl::Duration kRelationTimeout = absl::Seconds(5);

// A search token that matches `value` as it is: in FHIR searches , | and $ separate values.
std::string Token(const std::string& system, const std::string& value) {
  std::string escaped;
  for (char c : value) {
    if (c == '\\' || c == ',' || c == '|' || c == '$') escaped += '\\';
    escaped += c;
  }
  return StrCat(system, "|", escaped);
}

bool Names(const Json& provision, const std::string& requester) {
  const Json& actors = Member(provision, "actor");
  if (actors.empty()) return true;  // everybody
  for (const Json& actor : actors) {
    const Json& identifier = Member(Member(actor, "reference"), "identifier");
    if (base::StringOr(identifier, "value", "") == requester) return true;
  }
  return false;
}

bool Denies(const Json& consent, const std::string& requester, const std::string& day) {
  const Json& provision = Member(consent, "provision");
  return base::StringOr(provision, "type", "") == "deny" &&
         Covers(Member(provision, "period"), day) && Names(provision, requester);
}

// References under which `requester` can be in a care team: the Practitioner, and each of their
// active roles.
Fallible<std::vector<std::string>> Memberships(const Fhir& fhir, const std::string& requester,
                                               const tools::CallContext& context) {
  std::vector<std::string> out;
  if (requester.empty()) return out;
  ASSIGN_OR_FAIL(
      Records people,
      fhir.Search("Practitioner",
                  {{"identifier", Token(fhir.options().practitioner_system, requester)}}, context));
  for (const Record& person : people) {
    if (IdentifierValue(person.resource, fhir.options().practitioner_system) != requester) continue;
    const std::string reference = StrCat("Practitioner/", LogicalId(person));
    out.push_back(reference);
    ASSIGN_OR_FAIL(Records roles,
                   fhir.Search("PractitionerRole",
                               {{"practitioner", reference}, {"active", "true"}}, context));
    for (const Record& role : roles) out.push_back(StrCat("PractitionerRole/", LogicalId(role)));
  }
  return out;
}

}  // namespace

std::string LogicalId(const Record& record) { return base::StringOr(record.resource, "id", ""); }

Fallible<Record> FindPatient(const Fhir& fhir, const std::string& number,
                             const tools::CallContext& context) {
  if (number.empty())
    return MakeToolError("not_found", "no patient number", "환자 번호가 없습니다");
  ASSIGN_OR_FAIL(
      Records found,
      fhir.Search("Patient", {{"identifier", Token(fhir.options().patient_system, number)}},
                  context));
  if (found.empty()) {
    return MakeToolError("not_found", StrCat("no patient ", number),
                         StrCat("환자 ", number, "의 기록이 없습니다"));
  }
  const bool one = found.size() == 1 &&
                   IdentifierValue(found[0].resource, fhir.options().patient_system) == number;
  if (!one) {
    return MakeToolError("malformed_upstream",
                         StrCat("FHIR server: ", number, " is not the number of one patient"),
                         StrCat("FHIR 서버: ", number, "에 해당하는 환자가 하나가 아닙니다"));
  }
  return std::move(found.front());
}

Fallible<Record> PatientOf(const Fhir& fhir, const tools::ToolCall& call,
                           const tools::CallContext& context) {
  const std::string number = base::StringOr(call.arguments(), "patient", "");
  ASSIGN_OR_FAIL(Record patient, FindPatient(fhir, number, context));
  ASSIGN_OR_FAIL(Records consents, fhir.SearchPatient("Consent", LogicalId(patient),
                                                      {{"status", "active"}}, context));
  for (const Record& consent : consents) {
    if (!Denies(consent.resource, call.requester, Today(call))) continue;
    return MakeToolError("no_consent",
                         StrCat("patient ", number, " has refused that this record is read"),
                         StrCat("환자 ", number, "이(가) 기록 열람을 거부했습니다"));
  }
  return patient;
}

Fallible<bool> CaresFor(const Fhir& fhir, const std::string& requester,
                        const std::string& patient_number, const std::string& day,
                        const tools::CallContext& context) {
  const Fallible<Record> patient = FindPatient(fhir, patient_number, context);
  if (!patient.ok())
    return patient.error().code == "not_found" ? Fallible<bool>(false) : patient.error();
  ASSIGN_OR_FAIL(std::vector<std::string> members, Memberships(fhir, requester, context));
  if (members.empty()) return false;
  const Parameters asked{{"status", "active"}, {"participant", base::StrJoin(members, ",")}};
  ASSIGN_OR_FAIL(Records teams,
                 fhir.SearchPatient("CareTeam", LogicalId(*patient), asked, context));
  for (const Record& team : teams) {
    if (Covers(Member(team.resource, "period"), day)) return true;
  }
  return false;
}

absl::StatusOr<bool> CareRelation(const Fhir& fhir, base::Clock& clock,
                                  const std::string& requester, const Json& arguments) {
  const std::string number = base::StringOr(arguments, "patient", "");
  const std::string day = absl::FormatTime("%Y-%m-%d", clock.Now(), base::Seoul());
  // HttpClient measures deadlines on the machine's clock.
  const Fallible<bool> cares =
      CaresFor(fhir, requester, number, day, {absl::Now() + kRelationTimeout, {}});
  if (cares.ok()) return *cares;
  return base::Error(absl::StatusCode::kUnavailable,
                     StrCat("whether ", requester, " cares for ", number,
                            " cannot be told: ", cares.error().message_en),
                     StrCat("진료 관계를 확인할 수 없습니다: ", cares.error().message_ko));
}

}  // namespace connectors::medical
