// What a failure of the store means to whoever meets it: the thing, what to do, and a reason for
// programs. The server's own words are for the log.
//
//   STORE_FULL          ResourceExhausted: no disk space
//   STORE_BUSY          Unavailable: no connection or memory to spare
//   STORE_UNAVAILABLE   Unavailable: no connection, a broken one, a server that starts or stops
//   STORE_REFUSES       Unavailable: our login, or our rights; no caller of the store is at fault
//   STORE_LATE          DeadlineExceeded: a statement was stopped for its time
#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "model_core/base/status.h"

namespace connectors {

// Of one of pqxx's exceptions. What is none of the above is said as FromPqxx says it.
absl::Status StoreError(const std::exception& error);

// FailedPrecondition: another worker has the run.
absl::Status LeaseLost(std::string_view run_id);

// What the server, or pqxx, said when `status` came to be, in one line; empty if it is not of
// StoreError.
std::string ServerWords(const absl::Status& status);

}  // namespace connectors
