// Who may answer an obligation, and when it is met.
#include "policies/approval_rules.h"

#include <algorithm>

#include "model_core/base/strings.h"

namespace policies {
namespace {

using Kind = Obligation::Kind;

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
                const std::vector<ApprovalFact>& so_far, const Label& label) {
  if (!MayRead(approver.clearance, label)) return false;
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
         const Label& label, const std::vector<ApprovalFact>& approvals) {
  std::vector<ApprovalFact> counted;
  for (const ApprovalFact& fact : approvals) {
    if (!fact.approved || fact.call_hash != call_hash) continue;
    if (MayApprove(obligation, requester, fact.approver, counted, label)) counted.push_back(fact);
  }
  return counted.size() >= (obligation.kind == Kind::kApproveTwo ? 2U : 1U);
}

bool AnyoneMayMeet(const Obligation& obligation, const Principal& requester,
                   const std::vector<Principal>& people, const Label& label) {
  for (const Principal& first : people) {
    if (!MayApprove(obligation, requester, first, {}, label)) continue;
    if (obligation.kind != Kind::kApproveTwo) return true;
    for (const Principal& second : people) {
      if (MayApprove(obligation, requester, second, {{first, true, "", ""}}, label)) return true;
    }
  }
  return false;
}

Rule NobodyEligible(const Obligation& obligation, const Label& label) {
  const std::string roles = base::StrJoin(obligation.roles, ", ");
  return {"approval.no_eligible_person",
          base::StrCat("승인할 수 있는 사람이 없습니다: ", roles, ", 취급 등급 ",
                       Describe(label, base::Language::kKorean)),
          base::StrCat("nobody is eligible to approve: ", roles, ", cleared for ",
                       Describe(label, base::Language::kEnglish)),
          "해당 역할과 취급 등급을 가진 사람을 등록하십시오",
          "register someone with that role and clearance"};
}

std::optional<Obligation> DeclaredApproval(const std::string& line,
                                           const std::vector<std::string>& roles) {
  const auto kind = ParseObligationKind("approve_" + line);
  if (!kind) return std::nullopt;
  return Obligation{*kind, roles, "", "approval.tool"};
}

bool Covers(const Obligation& demanded, const Obligation& declared) {
  const auto& asked = demanded.roles;
  if (demanded.kind == declared.kind && declared.kind == Kind::kApproveTwo)
    return std::is_permutation(asked.begin(), asked.end(), declared.roles.begin(),
                               declared.roles.end());
  const auto may = [&](const std::string& role) {
    return std::find(declared.roles.begin(), declared.roles.end(), role) != declared.roles.end();
  };
  if (demanded.kind == declared.kind)
    return !asked.empty() && std::all_of(asked.begin(), asked.end(), may);
  const bool one_of_two = declared.kind == Kind::kApproveOne && demanded.kind == Kind::kApproveTwo;
  return one_of_two && std::any_of(asked.begin(), asked.end(), may);
}

}  // namespace policies
