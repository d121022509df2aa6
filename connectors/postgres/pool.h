// A few connections shared by many threads, and pqxx's exceptions turned into Status at the call.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <pqxx/pqxx>

#include "model_core/base/status.h"

namespace connectors {

// Runs `body`, which may throw pqxx's exceptions. Unavailable: the connection broke (safe to retry); Aborted:
// a serialisation failure; ResourceExhausted: no disk space; anything else is Internal.
absl::Status CatchPqxx(const std::function<absl::Status()>& body);

class Pool {
 public:
  Pool(std::string dsn, int connections);

  // Runs `body` in a transaction on a connection of the pool, and commits if it returns OK.
  absl::Status Transact(const std::function<absl::Status(pqxx::work&)>& body);

 private:
  std::unique_ptr<pqxx::connection> Take();
  void Give(std::unique_ptr<pqxx::connection> connection);

  const std::string dsn_;
  std::mutex mutex_;
  std::condition_variable freed_;
  int spare_;                                               // connections that may still be made
  std::vector<std::unique_ptr<pqxx::connection>> idle_;     // guarded by mutex_
};

}  // namespace connectors
