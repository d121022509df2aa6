// Server reflection, both published versions, for callers with a credential: which services there
// are and their descriptors. (The library's own plugin knows v1alpha only and asks nobody for a
// credential.)
#pragma once

#include <string>
#include <vector>

#include "agents/api/grpc/watch.h"

namespace agents {

// Services of both versions; `names`: full names of the services to tell of. Each outlives the
// server.
std::vector<std::unique_ptr<grpc::Service>> MakeReflection(const Api& api, Watches& watches,
                                                           std::vector<std::string> names);

}  // namespace agents
