// What A2A does with runs: starts and continues them by message, loads them for their requester,
// waits for them.
#pragma once

#include <string>
#include <vector>

#include "agents/api/grpc/watch.h"
#include "agents/running/loading.h"
#include "lf/a2a/v1/a2a.pb.h"

namespace agents {

using OwnedRun = LoadedRun;
// TaskNotFound unless the caller is its requester.
absl::StatusOr<OwnedRun> LoadOwnRun(const Api& api, const Caller& caller, const std::string& id);

// Starts the run that the message asks for, or continues the one it names; the run's id. The same
// message of the same caller does so once, however often it is sent.
absl::StatusOr<std::string> AcceptMessage(const Api& api, const Caller& caller,
                                          const grpc::ServerContext& context,
                                          const lf::a2a::v1::SendMessageRequest& request);

// The run once it has ended or waits for a person, or as it stands when `until` has come.
absl::StatusOr<OwnedRun> WaitForRest(const Api& api, const Watches& watches, const Caller& caller,
                                     const grpc::ServerContext& context, const std::string& id,
                                     absl::Time until);

// The run once it has ended, or as it stands when `until` has come.
absl::StatusOr<OwnedRun> WaitForEnd(const Api& api, const Watches& watches, const Caller& caller,
                                    const grpc::ServerContext& context, const std::string& id,
                                    absl::Time until);

// How many events the run's journal had when it had heard this message; 0 where it never did.
size_t EventsWith(const std::vector<Event>& journal, const std::string& message_id);

}  // namespace agents
