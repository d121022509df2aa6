// Authorizer: may this plan run, may this call be made, and on what conditions.
//
// Built on Cedar (cedar/): default deny, forbid beats permit, an evaluation error anywhere forbids.
// Thread-safe; calls do not block. A failed Status means that no decision could be made, and counts
// as forbid.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "policies/decision.h"
#include "policies/permit.h"

namespace policies {

struct Principal {
  std::string id;  // "kim.legal"
  std::string title;
  std::string unit;
  std::vector<std::string> roles;
  Clearance clearance;
  std::vector<std::string> purposes;
  std::vector<std::string> tools;  // names, not patterns
};

// Facts about one step. At planning time labels are floors, so what is denied then is denied for
// every value, and values unknown until run time are absent from `attributes`; at call time `input`
// and the values are actual.
struct StepFacts {
  std::string step_id;
  std::string tool;
  std::string domain;                 // "legal", …
  std::string kind;                   // "read", "draft", "write", "release"
  std::vector<std::string> purposes;  // purposes that fit the tool
  std::string approval_line;          // "none", "one", "two", "licensed"
  std::vector<std::string> approval_roles;
  Label input;  // join of the arguments and of the records they name
  Label
      output;  // the least label its result can have; the result's own is checked when it is there
  bool sink_untrusted =
      false;  // a destination, id, enum, date or number of an effect rests on untrusted text
  bool confirm = false;  // the request made this effect conditional on the results so far
  bool related = true;   // the care relation (or whatever relation the tool's system keeps) holds
  std::map<std::string, std::string> attributes;  // policy-visible arguments: {"dataset","staff"}
  NamedRecords records = {};                      // that exist already, as far as they are known
};

struct PlanFacts {
  Principal principal;
  std::string
      purpose;  // chosen by the requester; empty: the one purpose that fits every step, if any does
  std::vector<StepFacts> steps;
};

// A person's answer to a waiting step, as stored.
struct ApprovalFact {
  Principal approver;
  bool approved = false;
  std::string call_hash;  // what the approver saw and answered
  std::string reason;     // the approver's own words; empty: none given
};

class Authorizer {
 public:
  virtual ~Authorizer() = default;

  // The whole plan before its first call. Roles without any eligible person among `people` are
  // denied. The approval that the catalogue declares for a tool is asked for whatever the rules
  // say.
  virtual absl::StatusOr<PlanDecision> CheckPlan(const PlanFacts& plan,
                                                 const std::vector<Principal>& people) = 0;

  // One call with its real values. A permit, or the decision that withholds it: forbidden, or
  // obligations that `approvals` (and `confirmed`, the requester's own confirmation) do not meet
  // yet.
  virtual absl::StatusOr<std::variant<Permit, StepDecision>> AuthorizeCall(
      const PlanFacts& plan, const StepFacts& step, const CallBinding& binding,
      const std::vector<ApprovalFact>& approvals, bool confirmed) = 0;

  virtual const std::string& policy_version() const = 0;
};

// Whether `approver` may answer `obligation` raised by `requester` for a call labelled `label`,
// given those who approved already. Nobody answers for what they may not read.
bool MayApprove(const Obligation& obligation, const Principal& requester, const Principal& approver,
                const std::vector<ApprovalFact>& so_far, const Label& label);

// Loads schema and policies from `directory` (*.cedarschema, *.cedar), or the built-in ones if
// empty.
absl::StatusOr<std::unique_ptr<Authorizer>> MakeCedarAuthorizer(const std::string& directory);
// Whether each rule must say why it decides and what lifts it. These texts are for people and
// decide nothing: rules that were sealed before they had to be there decide the same without.
enum class RuleTexts { kDemanded, kAsSealed };
// The same of policies that are at hand as text (policy_files.h).
struct PolicyFiles;
absl::StatusOr<std::unique_ptr<Authorizer>> MakeCedarAuthorizer(
    const PolicyFiles& files, RuleTexts texts = RuleTexts::kDemanded);

}  // namespace policies
