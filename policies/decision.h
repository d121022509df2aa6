// What policy says about a plan or a call: a value, never an error. An error while deciding is a
// forbid.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policies/label.h"

namespace policies {

// What must be done for a permit to hold. A kind that the executor does not know, or that is not
// met, forbids.
struct Obligation {
  enum class Kind {
    kApproveOne,       // one person holding one of `roles`, not the requester
    kApproveTwo,       // two distinct people of distinct units, one for each of `roles`, not the
                       // requester
    kApproveLicensed,  // a holder of the licence `roles[0]`; may be the requester
    kConfirm,          // the requester's own confirmation, after seeing the results so far
    kReason,           // the approver must give a reason
    kRedact,           // the fields in `parameter` are masked before the value leaves
    kNoReleaseBelow,   // no release to a place whose grade is below `parameter`
  };
  Kind kind;
  std::vector<std::string> roles;
  std::string parameter;
  std::string rule;  // id of the policy that demands it

  bool operator==(const Obligation&) const = default;
};

struct Rule {
  std::string id;  // the policy's @id
  std::string reason_ko, reason_en;
  std::string lift_ko, lift_en;  // what would lift a forbid; empty if nothing does
};

struct StepDecision {
  std::string step_id;
  std::string tool;
  bool permitted = false;
  std::vector<Rule> rules;  // the rules that decided: forbids if forbidden, else permits
  std::vector<Obligation> obligations;
  Label input;   // joined label of the arguments
  Label output;  // label of the result: bound when planned, actual when called
};

struct PlanDecision {
  bool permitted = false;  // every step is
  std::vector<StepDecision> steps;
  std::string purpose;         // the one purpose of the run
  std::string policy_version;  // hash over schema, policies and obligations
};

// "approve_one", "approve_two", "approve_licensed", "confirm", "reason", "redact",
// "no_release_below".
std::string_view Name(Obligation::Kind kind);
std::optional<Obligation::Kind> ParseObligationKind(std::string_view name);

base::Json ToJson(const Obligation& obligation);
absl::StatusOr<Obligation> ParseObligation(const base::Json& json);
base::Json ToJson(const Rule& rule);
base::Json ToJson(const StepDecision& decision);
base::Json ToJson(const PlanDecision& decision);
absl::StatusOr<PlanDecision> ParsePlanDecision(const base::Json& json);

}  // namespace policies
