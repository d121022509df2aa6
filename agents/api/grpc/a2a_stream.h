// A task as A2A streams it: as it stood at some event, and then every update; besides, when the
// store comes to keep the run from going on, and when it no longer does.
#pragma once

#include <functional>

#include "agents/api/grpc/a2a_runs.h"

namespace agents {

enum class Follow { kUntilRest, kUntilEnd };  // rest: ended, or waiting for a person

// False: the subscriber went away.
using StreamWrite = std::function<bool(const lf::a2a::v1::StreamResponse&)>;

// Writes the task as it stood after its first `told` events (1 … all) and then every update, in the
// journal's order. A stream that a message opens begins with that message's event: it tells all
// that follows, however soon it was done.
absl::Status StreamRun(const Api& api, const Watches& watches, const Caller& caller,
                       const grpc::ServerContext& context, OwnedRun owned, size_t told,
                       Follow follow, const StreamWrite& write);

}  // namespace agents
