// Who may see a run, and how much of it: nobody reads a value above their clearance, whatever their
// role.
#pragma once

#include "agents/api/grpc/call.h"

namespace agents {

// The run, if the caller may see it: its requester, its approvers, auditors. NotFound otherwise, in
// the words for a run that does not exist. That its journal is damaged they alone are told.
absl::StatusOr<Run> LoadRun(const Api& api, const Caller& caller, const std::string& id);

// Whether the approval is asked of people like the caller. What it is about may be above their
// clearance all the same: then they see that there is something, and may not answer.
bool IsAsked(const Approval& approval, const policies::Principal& requester, const Caller& caller);

// An event's body as the caller may read it: if its `label` is above their clearance, the members
// that hold the value are replaced by {"withheld": label}.
base::Json ReadableBody(const policies::Clearance& clearance, const base::Json& body);

// {"state","milliseconds","started","ended","label","error"}: how a step went, without its value.
base::Json StepJson(const StepRecord& step);

}  // namespace agents
