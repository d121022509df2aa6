// DatasetMap: which tables and columns hold the data sets of the catalogue. The only source of
// identifiers in a query. Immutable after loading; thread-safe.
//
// File: {"complaints": {"table": "schema.table", "names": ["민원"], "label": "S+personal",
// "record": COLUMN,
//   "date": COLUMN, "title": COLUMN, "amount": COLUMN, "group_by": {"dept": COLUMN, "region": …,
//   "type": …}, "filter": [COLUMN, …]}}; COLUMN is "name" or {"column": "name", "label": "S"}.
//   `amount` may be absent.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model_core/base/status.h"
#include "policies/label.h"

namespace connectors::administration {

struct Column {
  std::string sql;        // quoted
  policies::Label label;  // the data set's, unless the column has one of its own
};

struct Dataset {
  std::string table;               // quoted
  std::vector<std::string> names;  // words that only name the data set, and so filter nothing
  policies::Label label;
  Column record, date, title;
  std::optional<Column> amount;
  std::map<std::string, Column> group_by;
  std::vector<Column> filter;
};

class DatasetMap {
 public:
  static absl::StatusOr<DatasetMap> Load(const std::string& path);
  const Dataset* Find(const std::string& name) const;
  const std::map<std::string, Dataset>& all() const { return datasets_; }

 private:
  std::map<std::string, Dataset> datasets_;
};

}  // namespace connectors::administration
