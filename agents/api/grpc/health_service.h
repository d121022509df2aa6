// grpc.health.v1: whether this server takes calls, which it does while it is not stopping and its
// store answers. The one call that needs no credential, and only
// from the same machine: it says nothing but SERVING or NOT_SERVING, and probes have none. From
// elsewhere it needs one.
#pragma once

#include <set>
#include <string>

#include "agents/api/grpc/store_probe.h"
#include "agents/api/grpc/watch.h"
#include "grpc/health/v1/health.grpc.pb.h"

namespace agents {

class HealthService : public grpc::health::v1::Health::Service {
 public:
  // `services`: full names of those that are served; "" stands for the whole server.
  HealthService(const Api& api, Watches& watches, std::set<std::string> services)
      : api_(api), watches_(watches), store_(api.store), services_(std::move(services)) {}
  grpc::Status Check(grpc::ServerContext*, const grpc::health::v1::HealthCheckRequest*,
                     grpc::health::v1::HealthCheckResponse*) override;
  grpc::Status Watch(grpc::ServerContext*, const grpc::health::v1::HealthCheckRequest*,
                     grpc::ServerWriter<grpc::health::v1::HealthCheckResponse>*) override;

 private:
  grpc::health::v1::HealthCheckResponse::ServingStatus Status();

  const Api& api_;
  Watches& watches_;
  StoreProbe store_;
  const std::set<std::string> services_;
};

}  // namespace agents
