// Metrics: Prometheus counters and histograms, read from the audit log as it grows, so that they
// tell what is recorded and nothing else; beside them whether connectors are up, how fast the store
// is, and where the planner's own model stands (model_metrics.h). Served over HTTP on loopback.
#pragma once

#include <memory>
#include <string>

#include "agents/planner.h"
#include "agents/run_store.h"
#include "deploy/server/store_speed.h"
#include "tools/tool_registry.h"

namespace deploy {

class Metrics {
 public:
  virtual ~Metrics() = default;
};

// Borrows all four. InvalidArgument: `listen` is not loopback. AlreadyExists: the port is taken.
absl::StatusOr<std::unique_ptr<Metrics>> StartMetrics(const std::string& listen,
                                                      agents::RunStore& store,
                                                      tools::ToolRegistry& registry,
                                                      const agents::Planner& planner,
                                                      const StoreSpeed& speed);

}  // namespace deploy
