// What a remote model reads: the rules of planning, the tools, and the request with its values.
#pragma once

#include "agents/planner.h"
#include "model_core/base/json.h"
#include "tools/catalogue.h"

namespace connectors {

// Chat messages: one of the system, one of the user. Everything of the user stands in the latter.
// `values` are agents::ShownValues.
base::Json PlannerMessages(const agents::PlanRequest& request, const std::string& values,
                           const tools::Catalogue& catalogue);

}  // namespace connectors
