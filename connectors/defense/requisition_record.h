// Requisitions as the depot keeps them: found by number, or by the key of the call that drafted
// them.
//
// Tryton enforces no key. A POST that arrives after its call was given up drafts a requisition that
// the repeat has drafted too; what holds is this: whoever looks at a key leaves one requisition of
// it, and a submission looks first. So a draft may for a while stand twice, and is sent once. Only
// what our own login made counts: a person's copy of a requisition keeps its key, and is theirs.
#pragma once

#include <string>

#include "connectors/defense/depot.h"

namespace connectors::defense {

std::string RequisitionField(const Depot& depot, const std::string& name);
// How the draft of `call` is marked; no person's words begin so.
std::string RequisitionKey(const tools::ToolCall& call);
// The requisition that the call names. Errors: not_found.
Fallible<base::Json> FindRequisition(Depot& depot, const std::string& number,
                                     const tools::CallContext& context);
// The key of the call that drafted it; empty: a person made it.
Fallible<std::string> KeyOf(Depot& depot, const base::Json& record,
                            const tools::CallContext& context);
// Whether its state is in that list of the mapping.
bool RequisitionIs(const Depot& depot, const base::Json& record, const std::string& list);
// The one requisition of `key`, or null: one that was sent, else the one with the id `kept`, else
// the first. Its twins that are drafts are deleted. A `key` of a person's own finds nothing.
Fallible<base::Json> OneOfKey(Depot& depot, const std::string& key, int64_t kept,
                              const tools::CallContext& context);

}  // namespace connectors::defense
