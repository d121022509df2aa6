// Word of what happened, to any number of waiting threads: at once within this process, by
// LISTEN/NOTIFY from others. Two threads, which reconnect by themselves; while they cannot, waiters
// wake by their deadline and look for themselves, so a lost word costs time and nothing else.
//
// NOTIFY is sent apart from the transaction it tells of: a transaction that carries a NOTIFY holds
// a lock on the whole database while it commits, which would undo group commit.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "absl/time/time.h"
#include "model_core/base/status.h"

namespace connectors {

class Listener {
 public:
  explicit Listener(std::string dsn) : dsn_(std::move(dsn)) {}
  ~Listener();
  void Start();

  // Tells everybody, here and elsewhere. Does not block.
  void Announce(std::string payload);
  // How many payloads were heard so far.
  uint64_t heard();
  // Blocks until a payload that begins with `prefix` is heard after the first `seen`, or for
  // `most`.
  void Wait(uint64_t seen, const std::string& prefix, absl::Duration most);

 private:
  void Listen(const std::stop_token& stop);
  void Tell(const std::stop_token& stop);
  void Hear(std::string payload);

  const std::string dsn_;
  std::mutex mutex_;
  std::condition_variable heard_;
  uint64_t count_ = 0;                // guarded by mutex_
  std::deque<std::string> payloads_;  // the newest; guarded by mutex_
  std::mutex outbox_mutex_;
  std::condition_variable_any outbox_filled_;
  std::set<std::string> outbox_;  // guarded by outbox_mutex_
  std::atomic<int> teller_backend_{
      0};  // the server process that sends for us, whose echo is ignored
  std::jthread listening_, telling_;
};

}  // namespace connectors
