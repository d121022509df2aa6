// Where the server listens, and what that place demands.
#pragma once

#include <grpcpp/security/server_credentials.h>

#include <memory>
#include <string>

#include "agents/grpc_server.h"

namespace agents {

struct Listen {
  std::string host;
  int port = 0;
  bool loopback = false;  // base::IsLoopback
};
// InvalidArgument unless `text` is host:port or [address]:port.
absl::StatusOr<Listen> ParseListen(const std::string& text);

// InvalidArgument: beyond loopback without TLS, half a key pair, no PEM file; else as
// base::ReadFile.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> CredentialsFor(const Listen& listen,
                                                                        const GrpcOptions& options);

// Why nothing could listen there: AlreadyExists if the port is taken, InvalidArgument otherwise.
absl::Status WhyNotBound(const Listen& listen);

}  // namespace agents
