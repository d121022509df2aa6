#include "connectors/medical/care.h"

#include <algorithm>

#include "connectors/medical/record.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::medical {
namespace {

using base::Json;
using base::StrCat;
using tools::MakeToolError;

constexpr absl::Duration kRelationTimeout = absl::Seconds(5);

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

// What is asked for is looked at as well: a server may ignore what it does not know of a search. A
// role that does not say whether it is active is.
bool IsRoleOf(const Json& role, const std::string& practitioner, const std::string& day) {
  return base::BoolOr(role, "active", !role.contains("active")) &&
         RefersTo(Member(role, "practitioner"), practitioner) &&
         Covers(Member(role, "period"), day);
}

bool Includes(const Json& team, const std::vector<std::string>& members, const std::string& day) {
  if (base::StringOr(team, "status", "") != "active" || !Covers(Member(team, "period"), day))
    return false;
  const Json& participants = Member(team, "participant");
  return std::any_of(participants.begin(), participants.end(), [&](const Json& participant) {
    return Covers(Member(participant, "period"), day) &&
           std::any_of(members.begin(), members.end(), [&](const std::string& member) {
             return RefersTo(Member(participant, "member"), member);
           });
  });
}

// References under which `requester` can be in a care team: the Practitioner, and each of their
// active roles.
Fallible<std::vector<std::string>> Memberships(const Fhir& fhir, const std::string& requester,
                                               const std::string& day,
                                               const tools::CallContext& context) {
  std::vector<std::string> out;
  ASSIGN_OR_FAIL(Records people, FindPractitioners(fhir, requester, context));
  for (const Record& person : people) {
    const std::string reference = StrCat("Practitioner/", LogicalId(person));
    out.push_back(reference);
    ASSIGN_OR_FAIL(Records roles,
                   fhir.Search("PractitionerRole", {{"practitioner", reference}}, context));
    for (const Record& role : roles) {
      if (IsRoleOf(role.resource, reference, day))
        out.push_back(StrCat("PractitionerRole/", LogicalId(role)));
    }
  }
  return out;
}

// The patient whom the arguments are about.
Fallible<Record> PatientNamed(const Fhir& fhir, const Json& arguments,
                              const tools::CallContext& context) {
  if (!arguments.contains("order"))
    return FindPatient(fhir, base::StringOr(arguments, "patient", ""), context);
  ASSIGN_OR_FAIL(Record order, FindOrder(fhir, base::StringOr(arguments, "order", ""), context));
  return PatientOfOrder(fhir, order, context);
}

Fallible<bool> CaresForNamed(const Fhir& fhir, const std::string& requester, const Json& arguments,
                             const std::string& day, const tools::CallContext& context) {
  const Fallible<Record> patient = PatientNamed(fhir, arguments, context);
  if (patient.ok()) return CaresFor(fhir, requester, *patient, day, context);
  return patient.error().code == "not_found" ? Fallible<bool>(false) : patient.error();
}

}  // namespace

Fallible<bool> CheckConsent(const Fhir& fhir, const Record& patient, const std::string& requester,
                            const std::string& day, const tools::CallContext& context) {
  ASSIGN_OR_FAIL(Records consents, fhir.SearchPatient("Consent", LogicalId(patient),
                                                      {{"status", "active"}}, context));
  for (const Record& consent : consents) {
    if (!Denies(consent.resource, requester, day)) continue;
    const std::string number = IdentifierValue(patient.resource, fhir.options().patient_system);
    return MakeToolError(
        "no_consent", StrCat("patient ", number, " has refused that this record is read"),
        StrCat("환자 ", number, base::Particle(number, "이"), " 기록 열람을 거부했습니다"));
  }
  return true;
}

Fallible<Record> PatientOf(const Fhir& fhir, const tools::ToolCall& call,
                           const tools::CallContext& context) {
  ASSIGN_OR_FAIL(Record patient,
                 FindPatient(fhir, base::StringOr(call.arguments(), "patient", ""), context));
  ASSIGN_OR_FAIL([[maybe_unused]] bool consents,
                 CheckConsent(fhir, patient, call.requester, Today(call), context));
  return patient;
}

Fallible<bool> CaresFor(const Fhir& fhir, const std::string& requester, const Record& patient,
                        const std::string& day, const tools::CallContext& context) {
  ASSIGN_OR_FAIL(std::vector<std::string> members, Memberships(fhir, requester, day, context));
  if (members.empty()) return false;
  const Parameters asked{{"status", "active"}, {"participant", base::StrJoin(members, ",")}};
  ASSIGN_OR_FAIL(Records teams, fhir.SearchPatient("CareTeam", LogicalId(patient), asked, context));
  return std::any_of(teams.begin(), teams.end(),
                     [&](const Record& team) { return Includes(team.resource, members, day); });
}

absl::StatusOr<bool> CareRelation(const Fhir& fhir, base::Clock& clock,
                                  const std::string& requester, const Json& arguments) {
  const Json& order = Member(arguments, "order");
  if (order.is_object()) return true;  // a reference: the number is not known yet
  const std::string day = DayOf(clock.Now());
  // HttpClient measures deadlines on the machine's clock.
  const Fallible<bool> cares =
      CaresForNamed(fhir, requester, arguments, day, {absl::Now() + kRelationTimeout, {}});
  if (cares.ok()) return *cares;
  return base::Error(absl::StatusCode::kUnavailable,
                     StrCat("whether ", requester,
                            " cares for the patient cannot be told: ", cares.error().message_en),
                     StrCat("진료 관계를 확인할 수 없습니다: ", cares.error().message_ko));
}

}  // namespace connectors::medical
