// When an obligation that people meet is met, and whether anyone could.
#pragma once

#include <string>
#include <vector>

#include "policies/authorizer.h"

namespace policies {

// `approvals` of other calls than `call_hash`, of people who may not approve, or refusals, count
// for nothing.
bool Met(const Obligation& obligation, const Principal& requester, const std::string& call_hash,
         const std::vector<ApprovalFact>& approvals);

bool AnyoneMayMeet(const Obligation& obligation, const Principal& requester,
                   const std::vector<Principal>& people);

}  // namespace policies
