// One connection a call: outside databases are asked rarely, and none is held while nobody asks.
#include <pqxx/pqxx>

#include "connectors/pqxx_deadline.h"
#include "connectors/pqxx_errors.h"
#include "connectors/sql.h"
#include "model_core/base/strings.h"

namespace connectors {
namespace {

using base::Json;
using base::StrCat;
using tools::ToolError;

class PostgresReader : public SqlReader {
 public:
  PostgresReader(std::string dsn, std::string system)
      : dsn_(std::move(dsn)), system_(std::move(system)) {}

  Fallible<Json> Rows(std::string_view select, const std::vector<std::string>& parameters,
                      const tools::CallContext& context) override {
    const int64_t left = absl::ToInt64Milliseconds(context.deadline - absl::Now());
    if (dsn_.empty()) {
      return Failed(base::Error(absl::StatusCode::kUnavailable, "not configured",
                                "데이터베이스가 설정되지 않았습니다"));
    }
    if (left <= 0 || (context.cancelled && context.cancelled())) return Failed(NoTimeLeft());
    bool cut = false;
    try {
      return Parse(Run(select, parameters, left, context, cut));
    } catch (const std::exception& error) {
      return Failed(cut ? NoTimeLeft() : FromPqxx(error));
    }
  }

 private:
  std::string Run(std::string_view select, const std::vector<std::string>& parameters,
                  int64_t left_ms, const tools::CallContext& context, bool& cut) {
    const int64_t seconds = std::max<int64_t>(2, left_ms / 1000);  // libpq waits at least two
    pqxx::connection connection(
        StrCat(dsn_, " connect_timeout=", seconds,
               " options='-c default_transaction_read_only=on -c statement_timeout=", left_ms,
               " -c timezone=Asia/Seoul'"));
    const PqxxDeadline watch(connection, context.deadline, context.cancelled, cut);
    pqxx::read_transaction transaction(connection);
    const std::string query = StrCat("SELECT coalesce(json_agg(q), '[]') FROM (", select, ") q");
    const pqxx::result result = transaction.exec_params(
        query, pqxx::prepare::make_dynamic_params(parameters.begin(), parameters.end()));
    return result.at(0).at(0).as<std::string>();
  }

  Fallible<Json> Parse(const std::string& text) const {
    auto json = base::ParseJson(text, system_);
    if (json.ok() && json->is_array()) return *std::move(json);
    return Failed(base::Error(absl::StatusCode::kDataLoss, "rows that are no json",
                              "응답을 읽을 수 없습니다"));
  }

  ToolError Failed(const absl::Status& status) const { return FromStatus(status, system_); }

  const std::string dsn_, system_;
};

}  // namespace

std::unique_ptr<SqlReader> MakeSqlReader(std::string dsn, std::string system) {
  return std::make_unique<PostgresReader>(std::move(dsn), std::move(system));
}

}  // namespace connectors
