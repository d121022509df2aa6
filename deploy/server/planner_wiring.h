// The planner, from what the configuration says of the model.
#pragma once

#include <memory>

#include "agents/planner.h"
#include "connectors/http.h"
#include "deploy/server/config.h"
#include "tools/catalogue.h"

namespace deploy {

// `http` and `catalogue` outlive it. InvalidArgument names a key whose value cannot be: a
// model.memory_mib that the machine cannot give, with the figures. Else as the planners' makers.
absl::StatusOr<std::unique_ptr<agents::Planner>> MakePlanner(const Config& config,
                                                             connectors::HttpClient& http,
                                                             const tools::Catalogue& catalogue);

}  // namespace deploy
