// When an obligation that people meet is met, and whether anyone could.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policies/authorizer.h"

namespace policies {

// Of the call `call_hash`, labelled `label`. `approvals` of other calls, of people who may not
// approve, or refusals, count for nothing.
bool Met(const Obligation& obligation, const Principal& requester, const std::string& call_hash,
         const Label& label, const std::vector<ApprovalFact>& approvals);

bool AnyoneMayMeet(const Obligation& obligation, const Principal& requester,
                   const std::vector<Principal>& people, const Label& label);

// The rule by which a call is denied that nobody may approve.
Rule NobodyEligible(const Obligation& obligation, const Label& label);

// An approval line of the catalogue as what people have to do; nullopt: nothing ("none").
std::optional<Obligation> DeclaredApproval(const std::string& line,
                                           const std::vector<std::string>& roles);

// Whether whoever meets `demanded` has met `declared`, too.
bool Covers(const Obligation& demanded, const Obligation& declared);

// Decides by the rules alone, as a Maru did from before what the catalogue declares was the least:
// for an auditor of what that one decided.
absl::StatusOr<std::unique_ptr<Authorizer>> MakeRulesAloneAuthorizer(const PolicyFiles& files);

}  // namespace policies
