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

// Whether the answer was sealed under this key, for exactly this approval.
bool SealHolds(const policies::ApprovalSealer& sealer, const Approval& approval,
               const Approval::Answer& answer);

// A run as marud takes it from its journal, which others may write to: an answer counts by its own
// seal alone. A refusal (approval.seal_broken) of answers whose seals all hold is none of marud's,
// whoever wrote it, and is passed over.
struct SealedRun {
  Run run;
  std::vector<Event> false_refusals;
};
absl::StatusOr<SealedRun> FoldSealed(const policies::ApprovalSealer& sealer, const std::string& id,
                                     const std::vector<Event>& journal);

}  // namespace agents
