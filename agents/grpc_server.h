// The gRPC face of Maru: A2A 1.0 (lf.a2a.v1) as the agent API, and maru.v1 beside it on the same
// port.
#pragma once

#include <memory>
#include <string>

#include "agents/planner.h"
#include "agents/run_loop.h"
#include "agents/run_store.h"

namespace agents {

struct GrpcOptions {
  std::string listen = "127.0.0.1:7420";  // host:port; port 0: any free one
  std::string tls_certificate, tls_key;   // PEM files; both, or neither (loopback only)
  std::string tls_client_ca;              // PEM; set: clients must show a certificate (mutual TLS)
  std::string public_url;                 // in the agent card; empty: `listen`
  std::string model_info_json = "{}";     // what ModelService tells
  int request_bytes_max = 1 << 20;
};

// Everything the services work with; all of it outlives the server.
struct ApiContext {
  RunLoop& runs;
  RunStore& store;
  Planner& planner;
  policies::Authorizer& authorizer;
  tools::ToolRegistry& registry;
  base::Clock& clock;
};

class GrpcServer {
 public:
  virtual ~GrpcServer() = default;
  virtual int port() const = 0;
  // Refuses new calls, lets those in flight end until `deadline`, then cancels them.
  virtual void Shutdown(absl::Time deadline) = 0;
};

// InvalidArgument: `listen` is not loopback and TLS with credentials is not configured.
// AlreadyExists: the port is taken.
absl::StatusOr<std::unique_ptr<GrpcServer>> StartGrpcServer(const ApiContext& context,
                                                            const GrpcOptions& options);

}  // namespace agents
