// RegisterDatabase: where the register lies, in PostgreSQL: a connection for each transaction, the
// tables made at the first.
//
// Thread-safe. Errors: FromPqxx's, a full disk being Unavailable; Unknown where the connection
// broke while a change was committed.
#pragma once

#include <functional>
#include <mutex>
#include <pqxx/pqxx>
#include <string>

#include "absl/time/time.h"
#include "model_core/base/status.h"

namespace connectors::administration {

class RegisterDatabase {
 public:
  explicit RegisterDatabase(std::string dsn) : dsn_(std::move(dsn)) {}

  // Runs `body` in one transaction; what it says is wrong undoes it.
  absl::Status Run(absl::Time deadline, const std::function<absl::Status(pqxx::work&)>& body);

 private:
  void MakeTables(pqxx::connection& connection);

  const std::string dsn_;
  std::mutex mutex_;
  bool tables_made_ = false;  // guarded by mutex_
};

}  // namespace connectors::administration
