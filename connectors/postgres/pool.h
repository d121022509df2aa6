// A few connections shared by many threads, and pqxx's exceptions turned into Status at the call.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "model_core/base/status.h"

namespace connectors {

// Runs `body`, which may throw pqxx's exceptions: see StoreError. Unavailable is safe to retry.
absl::Status CatchPqxx(const std::function<absl::Status()>& body);

// PostgreSQL's literal of a text array, for parameters cast to text[].
class TextArray {
 public:
  void Add(std::string_view element);
  std::string Take();

 private:
  std::string text_ = "{";
};

class Pool {
 public:
  // `prepare` names the prepared statements of each connection that is made.
  Pool(std::string dsn, int connections, std::function<void(pqxx::connection&)> prepare = {});

  // Runs `body` in a transaction on a connection of the pool, and commits if it returns OK.
  absl::Status Transact(const std::function<absl::Status(pqxx::work&)>& body);
  // Runs `body` where each statement is a transaction of its own: one round trip instead of three.
  absl::Status Execute(const std::function<absl::Status(pqxx::nontransaction&)>& body);

 private:
  template <typename Transaction>
  absl::Status Run(const std::function<absl::Status(Transaction&)>& body);
  std::unique_ptr<pqxx::connection> Connect() const;
  std::unique_ptr<pqxx::connection> Take();
  void Give(std::unique_ptr<pqxx::connection> connection);
  void DropIdle();
  void Tell(const absl::Status& status);

  const std::string dsn_;
  const std::function<void(pqxx::connection&)> prepare_;
  std::mutex mutex_;
  std::condition_variable freed_;
  int spare_;  // connections that may still be made; guarded by mutex_
  std::vector<std::unique_ptr<pqxx::connection>> idle_;        // guarded by mutex_
  std::optional<std::chrono::steady_clock::time_point> told_;  // guarded by mutex_
};

}  // namespace connectors
