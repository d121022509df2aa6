// Workers: the threads that advance runs, and the one that asks every connector whether it is up.
#pragma once

#include <atomic>
#include <thread>
#include <vector>

#include "agents/run_loop.h"
#include "agents/run_store.h"
#include "model_core/base/clock.h"
#include "tools/tool_registry.h"

namespace deploy {

class Workers {
 public:
  Workers(agents::RunLoop& runs, agents::RunStore& store, base::Clock& clock, int count);
  // Each worker finishes or journals what it has in flight.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

 private:
  void Work(const std::string& name);

  agents::RunLoop& runs_;
  agents::RunStore& store_;
  base::Clock& clock_;
  std::atomic<bool> stopping_ = false;
  std::vector<std::jthread> threads_;
};

class HealthWatch {
 public:
  // Asks once before it returns, and then every `interval`.
  HealthWatch(tools::ToolRegistry& registry, base::Clock& clock, absl::Duration interval);

 private:
  void Ask();

  tools::ToolRegistry& registry_;
  base::Clock& clock_;
  std::jthread thread_;
};

}  // namespace deploy
