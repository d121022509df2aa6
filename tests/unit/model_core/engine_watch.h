// Watch: looks at an engine, again and again, while requests run. What is promised and held stays
// within the budget at every look.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "model_core/engine.h"
#include "tests/unit/model_core/resident.h"

namespace model_core {

class Watch {
 public:
  explicit Watch(const Engine& engine) : engine_(engine) {}
  ~Watch() { Stop(); }
  void Stop() {
    done_ = true;
    if (thread_.joinable()) thread_.join();
  }

  size_t promised_most = 0, resident_most = 0;  // to be read after Stop

 private:
  void Look() {
    while (!done_) {
      const EngineFigures now = engine_.Figures();
      promised_most = std::max(promised_most, now.memory_bytes_promised);
      resident_most = std::max(resident_most, Resident());
      EXPECT_LE(now.memory_bytes_promised, now.memory_bytes_max);
      EXPECT_LE(now.memory_bytes_used, now.memory_bytes_max);
      std::this_thread::yield();
    }
  }
  const Engine& engine_;
  std::atomic<bool> done_{false};
  std::thread thread_{[this] { Look(); }};  // last: it uses all of the above
};

}  // namespace model_core
