// Who may answer an obligation, and when it is met.
#include "policies/approval_rules.h"

#include <algorithm>

namespace policies {
namespace {

bool Holds(const Principal& person, const std::string& role) {
  return std::find(person.roles.begin(), person.roles.end(), role) != person.roles.end();
}

bool HoldsAny(const Principal& person, const std::vector<std::string>& roles) {
  return std::any_of(roles.begin(), roles.end(),
                     [&](const std::string& role) { return Holds(person, role); });
}

// Two people of two units, one for each of two roles.
bool MakesPair(const std::vector<std::string>& roles, const Principal& a, const Principal& b) {
  if (roles.size() != 2 || a.id == b.id || a.unit == b.unit) return false;
  return (Holds(a, roles[0]) && Holds(b, roles[1])) || (Holds(a, roles[1]) && Holds(b, roles[0]));
}

}  // namespace

bool MayApprove(const Obligation& obligation, const Principal& requester, const Principal& approver,
                const std::vector<ApprovalFact>& so_far) {
  using Kind = Obligation::Kind;
  const bool requester_answers = approver.id == requester.id;
  switch (obligation.kind) {
    case Kind::kConfirm:
      return requester_answers;
    case Kind::kApproveLicensed:
      return HoldsAny(approver, obligation.roles);
    case Kind::kApproveOne:
      return !requester_answers && HoldsAny(approver, obligation.roles);
    case Kind::kApproveTwo:
      if (requester_answers || !HoldsAny(approver, obligation.roles)) return false;
      return std::all_of(so_far.begin(), so_far.end(), [&](const ApprovalFact& other) {
        return !other.approved || MakesPair(obligation.roles, other.approver, approver);
      });
    default:
      return false;
  }
}

bool Met(const Obligation& obligation, const Principal& requester, const std::string& call_hash,
         const std::vector<ApprovalFact>& approvals) {
  std::vector<ApprovalFact> counted;
  for (const ApprovalFact& fact : approvals) {
    if (!fact.approved || fact.call_hash != call_hash) continue;
    if (MayApprove(obligation, requester, fact.approver, counted)) counted.push_back(fact);
  }
  return counted.size() >= (obligation.kind == Obligation::Kind::kApproveTwo ? 2U : 1U);
}

bool AnyoneMayMeet(const Obligation& obligation, const Principal& requester,
                   const std::vector<Principal>& people) {
  for (const Principal& first : people) {
    if (!MayApprove(obligation, requester, first, {})) continue;
    if (obligation.kind != Obligation::Kind::kApproveTwo) return true;
    for (const Principal& second : people) {
      if (MayApprove(obligation, requester, second, {{first, true, "", ""}})) return true;
    }
  }
  return false;
}

}  // namespace policies
