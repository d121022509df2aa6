// ModelMetrics: where the planner's own model stands, as Prometheus metrics (listed in
// deploy/README.md). Read whenever they are asked for; none where the model is another program's.
// Thread-safe.
#pragma once

#include <prometheus/collectable.h>

#include "agents/planner.h"

namespace deploy {

class ModelMetrics : public prometheus::Collectable {
 public:
  explicit ModelMetrics(const agents::Planner& planner) : planner_(planner) {}
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const agents::Planner& planner_;
};

}  // namespace deploy
