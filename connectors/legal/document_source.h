// Documents of the organisation as sources of legal answers.
#pragma once

#include "connectors/documents.h"
#include "connectors/tool_kit.h"

namespace connectors::legal {

policies::Origin OriginOf(const DocumentPassage& document, absl::Time time);
}  // namespace connectors::legal
