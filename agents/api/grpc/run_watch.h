// A run's events as RunService streams them: those that are recorded and, while nothing happens,
// what keeps the run from going on.
#pragma once

#include <functional>

#include "agents/api/grpc/watch.h"
#include "maru/v1/runs.pb.h"

namespace agents {

// False: the watcher went away.
using EventWrite = std::function<bool(const maru::v1::RunEvent&)>;

// Writes every event from `request.from_index` on until the run has ended, or waits for a person
// and `request.follow` is not set. Errors: LoadRun's at first; a store that is away later ends
// nothing.
absl::Status WatchRun(const Api& api, const Watches& watches, const Caller& caller,
                      const grpc::ServerContext& context, const maru::v1::WatchRunRequest& request,
                      const EventWrite& write);

}  // namespace agents
