// Metrics: Prometheus counters and histograms, read from the audit log as it grows, so that they tell what is
// recorded and nothing else. Served over HTTP on loopback.
#pragma once

#include <memory>
#include <string>

#include "agents/run_store.h"
#include "tools/tool_registry.h"

namespace deploy {

class Metrics {
 public:
  virtual ~Metrics() = default;
};

// InvalidArgument: `listen` is not loopback. AlreadyExists: the port is taken.
absl::StatusOr<std::unique_ptr<Metrics>> StartMetrics(const std::string& listen, agents::RunStore& store,
                                                      tools::ToolRegistry& registry);

}  // namespace deploy
