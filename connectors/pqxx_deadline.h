// PqxxDeadline: ends a database call whose time is up, or that is cancelled, whatever the server
// does: it shuts the socket down, and libpq's wait ends with a broken connection. A statement
// timeout alone is the server's promise, and one that hangs keeps none.
//
// Made once a connection stands and gone before it; has a thread of its own meanwhile. Opening is
// bounded by libpq's connect_timeout.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <pqxx/connection>
#include <thread>

#include "absl/time/time.h"
#include "model_core/base/status.h"

namespace connectors {

class PqxxDeadline {
 public:
  // `cut` outlives it and says, once it is gone, whether the connection was cut. `cancelled` may be
  // empty.
  PqxxDeadline(pqxx::connection_base& connection, absl::Time deadline,
               std::function<bool()> cancelled, bool& cut);
  ~PqxxDeadline();
  PqxxDeadline(const PqxxDeadline&) = delete;
  PqxxDeadline& operator=(const PqxxDeadline&) = delete;

 private:
  void Watch();

  const int socket_;
  const absl::Time deadline_;
  const std::function<bool()> cancelled_;
  bool& cut_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;  // guarded by mutex_
  std::thread thread_;
};

// What a call ends with that was cut.
absl::Status NoTimeLeft();

}  // namespace connectors
