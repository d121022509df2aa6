// Evidence: what an exported run proves, checked without server, database or network. Pure
// computation, but for the planner that computes plans again, and policies that are read once.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agents/planner.h"
#include "deploy/cli/evidence_policies.h"
#include "policies/audit_log.h"

namespace deploy::cli {

struct Finding {
  enum class Outcome { kHolds, kFails, kNotChecked };
  std::string name;  // "log", "end", "approvals", "decisions", "labels", "plan", "answer"
  Outcome outcome = Outcome::kHolds;
  std::string english, korean;
  int64_t record = -1;  // position of the first record that does not hold; -1: none in particular
};

// Signature, inclusion, consistency and the run's own story. `trusted_key` as in policies::Verify.
Finding CheckLog(const policies::AuditExport& bundle, std::string_view trusted_key);

// The file goes to the run's end. A run that still goes on has none; a file that was cut looks the
// same.
Finding CheckEnd(const policies::AuditExport& bundle);

// What each approver was shown is exactly what was hashed: the hash computed again from it; and by
// what the record says of them then, they might approve it. (That effects came after their
// approvals, and as approved, is part of CheckLog.) Nothing is asked of answers that marud refused,
// and of what an older Maru did not record. Records of another shape are passed over.
Finding CheckApprovals(const policies::AuditExport& bundle);

// Evaluates each decision of policy again, from the facts that are sealed with it and by the sealed
// policies: the check of the plan, and of each call that was begun or denied, its approvals
// included. What a Maru decided that did not ask for what the catalogue declares is decided as it
// did, and that is said. Not checked where the policies are not at hand, or the facts not recorded;
// a decision that differs beside one that cannot be evaluated fails all the same.
Finding CheckDecisions(const policies::AuditExport& bundle, PoliciesAtHand& at_hand);

// Joins the labels again: a call's is at least that of all it was made from, a result's at least
// the floor of its tool. The floor is the one sealed with the call, and the catalogue's own where
// the file says that it was this one; not checked where neither is there.
Finding CheckLabels(const policies::AuditExport& bundle);

// Computes every plan again from the sealed request, time and tools, and compares it byte for byte.
// Null: no planner is at hand. Not checked where the planner's weights are not the sealed ones; a
// plan that fails beside one that cannot be checked fails all the same.
Finding CheckPlans(const policies::AuditExport& bundle, agents::Planner* planner);

// Composes every answer again from the results that the file holds, and compares it word for word.
// Not checked where another version of the composer wrote it, or a record's content is withheld.
Finding CheckAnswers(const policies::AuditExport& bundle);

// The body of a record that is an event of the run; null if it is not.
base::Json BodyOf(const policies::AuditRecord& record);

}  // namespace deploy::cli
