// What an authorizer is given, as JSON: sealed beside its decision, so that whoever holds the
// record decides once more. The tool and the arguments stand in the record itself and are not
// repeated.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "policies/authorizer.h"

namespace policies {

// {"id","unit","roles","clearance":{"n2sf","mil"}}: what counts of somebody who answers for
// another.
base::Json StandingJson(const Principal& person);
// The same with "purposes" and "tools": all that rules look at.
base::Json ToJson(const Principal& person);
// Either form. InvalidArgument names the member that is missing or malformed.
absl::StatusOr<Principal> ParsePrincipal(const base::Json& json);

// {"step","domain","kind","purposes","approval_line","approval_roles","input","output",
// "sink_untrusted","confirm","related"}, and "records" without titles where there are some.
base::Json ToJson(const StepFacts& step);
// Without tool and attributes, which are the record's.
absl::StatusOr<StepFacts> ParseStepFacts(const base::Json& json);

// The arguments that rules may look at: plain values as text.
std::map<std::string, std::string> AttributesOf(const base::Json& arguments);

// Who could approve what `decision` demands: of `people` those who hold a role that one of its
// obligations names, as [{"id","unit","roles","clearance"}] with these roles alone. Nobody else and
// nothing else of them is looked at when it is asked whether anybody may.
base::Json EligibleJson(const PlanDecision& decision, const std::vector<Principal>& people);
// `unsaid`: what somebody counts as cleared for of whom an older record does not say; without it
// each must be said.
absl::StatusOr<std::vector<Principal>> ParseEligible(
    const base::Json& json, std::optional<Clearance> unsaid = std::nullopt);

}  // namespace policies
