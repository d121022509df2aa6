// Requisitions as the depot keeps them: found by number, or by the key of the call that drafted
// them.
//
// Tryton enforces no key. A POST that arrives after its call was given up drafts a requisition that
// the repeat has drafted too; what holds is this: whoever looks at a key leaves one requisition of
// it, and a submission looks first. So a draft may for a while stand twice, and is sent once. With
// the key stands the login that drafts, and only what that login made counts: a person's copy of a
// requisition keeps both, and is theirs; a draft of ours stays ours when our login is another. A
// draft of an older version has the key alone, and counts while our login is the one that made it.
#pragma once

#include <string>

#include "connectors/defense/depot.h"

namespace connectors::defense {

std::string RequisitionField(const Depot& depot, const std::string& name);
// The key of the draft of `call`; no person's words begin so.
std::string RequisitionKey(const tools::ToolCall& call);
// How a draft of `key` is marked: with the key, and our login of today.
Fallible<std::string> RequisitionMark(Depot& depot, const std::string& key,
                                      const tools::CallContext& context);
// The requisition that the call names. Errors: not_found.
Fallible<base::Json> FindRequisition(Depot& depot, const std::string& number,
                                     const tools::CallContext& context);
// The key of the call that drafted it; empty: a person made it. `us`: our user of today.
std::string KeyOf(const Depot& depot, const base::Json& record, int64_t us);
// Whether its state is in that list of the mapping.
bool RequisitionIs(const Depot& depot, const base::Json& record, const std::string& list);
// The one requisition of `key`, or null: one that was sent, else the one with the id `kept`, else
// the first. Its twins that are drafts are deleted. An empty key finds nothing.
Fallible<base::Json> OneOfKey(Depot& depot, const std::string& key, int64_t kept,
                              const tools::CallContext& context);

}  // namespace connectors::defense
