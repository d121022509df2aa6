// What people answered, sealed when it is taken and looked at again before anything rests on it.
#pragma once

#include <string>
#include <vector>

#include "agents/run.h"
#include "policies/approval_seal.h"
#include "policies/authorizer.h"

namespace agents {

// The body of approval.decided: what `approver` answered, with its seal.
base::Json DecidedBody(const policies::ApprovalSealer& sealer, const Approval& approval,
                       const policies::Principal& approver, const Approval::Answer& answer);

bool AnsweredBy(const Approval& approval, const std::string& approver);

// Whether the answer was sealed under this key, for exactly this approval.
bool SealHolds(const policies::ApprovalSealer& sealer, const Approval& approval,
               const Approval::Answer& answer);

// A run as marud takes it from its journal, which others may write to: an answer counts by its own
// seal alone. Three events are none of marud's whoever wrote them, and are passed over: a second
// answer of one person, and, of what answers whose seals all hold have settled, a further answer
// and a refusal (approval.seal_broken).
struct SealedRun {
  Run run;
  std::vector<Event> forged;  // what was passed over
};
absl::StatusOr<SealedRun> FoldSealed(const policies::ApprovalSealer& sealer, const std::string& id,
                                     const std::vector<Event>& journal);

}  // namespace agents
