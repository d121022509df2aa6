// Workers: the threads that advance runs, and the one that asks every connector whether it is up.
// What goes wrong, and comes right again, is told in the log; what repeats is told ever more
// seldom.
#pragma once

#include <atomic>
#include <map>
#include <thread>
#include <vector>

#include "agents/run_loop.h"
#include "agents/run_store.h"
#include "model_core/base/clock.h"
#include "model_core/base/repeats.h"
#include "tools/tool_registry.h"

namespace deploy {

class Workers {
 public:
  Workers(agents::RunLoop& runs, agents::RunStore& store, base::Clock& clock, int count);
  // Tells each worker to finish or journal what it has in flight and to take nothing more. Does
  // not wait.
  void Stop();
  // Stops, and waits for them.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

 private:
  void Work(const std::string& name);
  void Note(const std::string& name, const absl::Status& status);

  agents::RunLoop& runs_;
  agents::RunStore& store_;
  base::Clock& clock_;
  base::Repeats failures_;
  std::atomic<bool> stopping_ = false;
  std::vector<std::jthread> threads_;
};

class HealthWatch {
 public:
  // Asks once before it returns, and then every `interval`.
  HealthWatch(tools::ToolRegistry& registry, base::Clock& clock, absl::Duration interval);

 private:
  void Ask();
  void Note(const tools::ConnectorStatus& status);

  tools::ToolRegistry& registry_;
  base::Clock& clock_;
  std::map<std::string, tools::Connector::State> seen_;  // by connector; Ask's thread only
  std::jthread thread_;
};

}  // namespace deploy
