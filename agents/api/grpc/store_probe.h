// StoreProbe: whether the store answers, for those who ask often. It is asked by one caller at a
// time and not before half a second is over, so that probes never pile up where it hangs.
// Thread-safe; blocks as the store does, for one caller at most.
#pragma once

#include <chrono>
#include <mutex>

#include "agents/run_store.h"

namespace agents {

class StoreProbe {
 public:
  explicit StoreProbe(RunStore& store) : store_(store) {}
  bool Answers();

 private:
  using Clock = std::chrono::steady_clock;

  RunStore& store_;
  std::mutex mutex_;
  bool asking_ = false;  // guarded by mutex_, as are those below
  bool answers_ = true;  // at the last time
  Clock::time_point asked_ = Clock::time_point::min();
};

}  // namespace agents
