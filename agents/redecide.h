// Policy's decisions with what they were made from, and the auditor's side of them: the same facts,
// the same decision. Pure computation.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agents/run.h"
#include "policies/authorizer.h"

namespace agents {

// The body of plan.checked: the decision, and as `facts` what it was made from.
base::Json CheckedBody(const policies::PlanDecision& decision, const policies::PlanFacts& facts,
                       const std::vector<policies::Principal>& people);
// `facts` of a call that was permitted or denied; `approvals` are those that counted.
base::Json CallFactsJson(const policies::Principal& requester, const policies::StepFacts& step,
                         const std::vector<policies::ApprovalFact>& approvals);

// The same in the members of an event: {policy_version, arguments, label, records, facts}. Titles
// of records are for those who are cleared: a denial may be for want of it.
base::Json DecidedOn(const policies::CallBinding& call, base::Json facts, bool titles);
// What policy said of a call: {permitted, rules, obligations}, of a permit the first alone. Null: a
// permit.
base::Json SaidJson(const policies::StepDecision* decision);

// Whether a plan (body of plan.made) is of a Maru from before answers were sealed. It looked at
// nobody's clearance, recorded it of those alone who answered, did not record from what it denied a
// call at the last moment, and asked for no approval but what its policies demand.
bool OfOlderMaru(const base::Json& planned);

// By which version of the rules an event was decided: a plan's check; a call that was begun, taken
// up after a crash, or denied, before it was made or at the last moment. `recorded`: so is what it
// was decided from. nullopt: the event decides nothing. `run` is folded up to the event.
struct DecidedBy {
  std::string policy_version;
  bool recorded = false;
};
std::optional<DecidedBy> WhoDecided(const Run& run, std::string_view type, const base::Json& body);

// Decides once more what that event says was decided. FailedPrecondition: what it was made from is
// not recorded, or `authorizer` is of other rules; DataLoss, naming the step, unless permission,
// rules, obligations and purpose come out the same.
absl::Status Redecide(policies::Authorizer& authorizer, const Run& run, std::string_view type,
                      const base::Json& body);

}  // namespace agents
