// pqxx's exceptions as statuses: what a database's failure means, said in this one place.
//
//   Unauthenticated     the database refuses our login, or our rights do not reach that far
//   Unavailable         no connection, a broken one, a server that starts, stops or is full up
//   DeadlineExceeded    the statement was stopped for its time, or a connection got no answer
//   Aborted             it met another transaction; it may be tried again
//   ResourceExhausted   no disk space
//   DataLoss            tables, columns or values are not as expected
//   Internal            anything else
#pragma once

#include <exception>
#include <string_view>

#include "model_core/base/status.h"

namespace connectors {

// In Korean what it means stands before the database's own words, which are quoted. `english` and
// `korean` name the database before the text; empty: whoever asked names it.
absl::Status FromPqxx(const std::exception& error, std::string_view english = "",
                      std::string_view korean = "");

}  // namespace connectors
