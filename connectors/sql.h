// SqlReader: reads an outside PostgreSQL database, and nothing else: every query runs in a
// read-only transaction with a statement timeout that ends with the call.
//
// Thread-safe; calls block. Errors: unreachable, timeout, auth, malformed_upstream (a table or
// column is not as expected). An empty list is a success.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "connectors/tool_kit.h"

namespace connectors {

class SqlReader {
 public:
  virtual ~SqlReader() = default;
  // The rows of `select` as JSON objects, values by PostgreSQL's own to_json; $1, $2 … are
  // `parameters`.
  virtual Fallible<base::Json> Rows(std::string_view select,
                                    const std::vector<std::string>& parameters,
                                    const tools::CallContext& context) = 0;
};

// `system` names the database in errors. An empty dsn makes a reader whose calls are unreachable.
std::unique_ptr<SqlReader> MakeSqlReader(std::string dsn, std::string system);

}  // namespace connectors
