// The gRPC channel to the server. Only client.cc includes it.
#pragma once

#include <grpcpp/channel.h>

#include <memory>

#include "deploy/cli/connection.h"

namespace deploy::cli {

// TLS where the options ask for it; plain only on this machine, since a credential goes over it.
absl::StatusOr<std::shared_ptr<grpc::Channel>> MakeChannel(const ConnectionOptions& options,
                                                           const std::string& server);

}  // namespace deploy::cli
