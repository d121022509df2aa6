// What people answered, sealed when it is taken and looked at again before anything rests on it.
#pragma once

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

}  // namespace agents
