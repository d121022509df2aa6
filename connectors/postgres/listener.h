// One thread that LISTENs, and any number that wait for what it hears. Reconnects by itself; while it cannot
// listen, waiters wake by their deadline and look for themselves.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "absl/time/time.h"
#include "model_core/base/status.h"

namespace connectors {

class Listener {
 public:
  explicit Listener(std::string dsn) : dsn_(std::move(dsn)) {}
  absl::Status Start();

  // How many notifications were heard so far.
  uint64_t notifications();
  // Blocks until a notification that begins with `prefix` is heard after the first `seen`, or `until`.
  void Wait(uint64_t seen, const std::string& prefix, absl::Time until);

 private:
  void Listen(const std::stop_token& stop);
  void Hear(std::string payload);

  const std::string dsn_;
  std::mutex mutex_;
  std::condition_variable heard_;
  uint64_t count_ = 0;                // guarded by mutex_
  std::deque<std::string> payloads_;  // the newest; guarded by mutex_
  std::jthread thread_;
};

}  // namespace connectors
