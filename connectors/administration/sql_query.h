// sql.query: figures of a data set. The SELECT is built here, from the map's identifiers and bound
// values alone.
#pragma once

#include <memory>

#include "connectors/administration/dataset_map.h"
#include "connectors/sql.h"
#include "tools/tool.h"

namespace connectors::administration {

class SqlQuery {
 public:
  SqlQuery(std::string dsn, DatasetMap map, int rows_max);
  tools::ToolOutcome Call(const tools::ToolCall& call, const tools::CallContext& context) const;
  std::optional<tools::ToolError> Look(absl::Time deadline) const;

 private:
  const std::unique_ptr<SqlReader> reader_;
  const DatasetMap map_;
  const int rows_max_;
};

// A SELECT and the values of its parameters.
struct Query {
  std::string select;
  std::vector<std::string> parameters;
};
// The query for `arguments` of the catalogue; one row more than `rows_max` tells that there are too
// many. Errors: no_amount, invalid_argument (the data set is not grouped that way).
Fallible<Query> BuildQuery(const Dataset& dataset, const base::Json& arguments, int rows_max);

}  // namespace connectors::administration
