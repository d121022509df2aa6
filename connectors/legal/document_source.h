// Documents of the organisation as sources of legal answers.
#pragma once

#include "connectors/documents.h"
#include "connectors/tool_kit.h"

namespace connectors::legal {

policies::Origin OriginOf(const DocumentPassage& document, absl::Time time);
// What DocumentTexts could not do: Aborted index_stale, ResourceExhausted partial, NotFound
// not_found, Unauthenticated auth, DeadlineExceeded timeout, DataLoss malformed_upstream, else
// unreachable.
tools::ToolError DocumentError(const absl::Status& status);

}  // namespace connectors::legal
