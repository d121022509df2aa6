// What A2A does with runs: starts and continues them by message, loads them for their requester,
// follows them.
#pragma once

#include <functional>

#include "agents/api/grpc/watch.h"
#include "lf/a2a/v1/a2a.pb.h"

namespace agents {

struct OwnedRun {
  Run run;
  std::vector<Event> journal;
};
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

enum class Follow { kUntilRest, kUntilEnd };  // rest: ended, or waiting for a person

// Writes the task as it stands and then every update, in the journal's order.
absl::Status StreamRun(const Api& api, const Watches& watches, const Caller& caller,
                       const grpc::ServerContext& context, OwnedRun owned, Follow follow,
                       const std::function<bool(const lf::a2a::v1::StreamResponse&)>& write);

}  // namespace agents
