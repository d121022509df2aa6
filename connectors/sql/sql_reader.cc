// One connection a call: outside databases are asked rarely, and none is held while nobody asks.
#include <pqxx/pqxx>

#include "connectors/sql.h"
#include "model_core/base/strings.h"

namespace connectors {
namespace {

using base::Json;
using base::StrCat;
using tools::MakeToolError;
using tools::ToolError;

class PostgresReader : public SqlReader {
 public:
  PostgresReader(std::string dsn, std::string system)
      : dsn_(std::move(dsn)), system_(std::move(system)) {}

  Fallible<Json> Rows(std::string_view select, const std::vector<std::string>& parameters,
                      const tools::CallContext& context) override {
    const int64_t left = absl::ToInt64Milliseconds(context.deadline - absl::Now());
    if (dsn_.empty()) return Unreachable("not configured");
    if (left <= 0 || (context.cancelled && context.cancelled())) return Late();
    try {
      return Parse(Run(select, parameters, left));
    } catch (const pqxx::broken_connection& error) {
      return Broken(error.what());
    } catch (const pqxx::sql_error& error) {
      return Refused(error);
    } catch (const std::exception& error) {
      return Unreachable(error.what());
    }
  }

 private:
  std::string Run(std::string_view select, const std::vector<std::string>& parameters,
                  int64_t left_ms) {
    const int64_t seconds = std::max<int64_t>(2, left_ms / 1000);  // libpq waits at least two
    pqxx::connection connection(
        StrCat(dsn_, " connect_timeout=", seconds,
               " options='-c default_transaction_read_only=on -c statement_timeout=", left_ms,
               " -c timezone=Asia/Seoul'"));
    pqxx::read_transaction transaction(connection);
    const std::string query = StrCat("SELECT coalesce(json_agg(q), '[]') FROM (", select, ") q");
    const pqxx::result result = transaction.exec_params(
        query, pqxx::prepare::make_dynamic_params(parameters.begin(), parameters.end()));
    return result.at(0).at(0).as<std::string>();
  }

  Fallible<Json> Parse(const std::string& text) const {
    auto json = base::ParseJson(text, system_);
    if (!json.ok() || !json->is_array()) return Malformed("rows that are no json");
    return *std::move(json);
  }

  ToolError Broken(const std::string& what) const {
    const bool refused = what.find("authentication failed") != std::string::npos ||
                         what.find("permission denied") != std::string::npos ||
                         (what.find("role \"") != std::string::npos &&
                          what.find("does not exist") != std::string::npos);
    if (!refused) return Unreachable(what);
    return MakeToolError("auth", StrCat(system_, ": ", base::Trim(what)),
                         StrCat(system_, ": 데이터베이스 인증이 거부되었습니다"));
  }

  ToolError Refused(const pqxx::sql_error& error) const {
    const std::string state = error.sqlstate();
    if (state == "57014") return Late();
    if (state == "42501") {
      return MakeToolError("auth", StrCat(system_, ": ", base::Trim(error.what())),
                           StrCat(system_, ": 읽을 권한이 없습니다"));
    }
    if (state.starts_with("57") || state.starts_with("08") || state.starts_with("53"))
      return Unreachable(error.what());
    return Malformed(error.what());
  }

  ToolError Unreachable(std::string_view what) const {
    return MakeToolError("unreachable", StrCat(system_, ": ", base::Trim(what)),
                         StrCat(system_, ": 데이터베이스에 연결할 수 없습니다"));
  }
  ToolError Late() const {
    return MakeToolError("timeout", StrCat(system_, " did not answer in time"),
                         StrCat(system_, ": 제한 시간 안에 응답하지 않았습니다"));
  }
  ToolError Malformed(std::string_view what) const {
    return MakeToolError("malformed_upstream", StrCat(system_, ": ", base::Trim(what)),
                         StrCat(system_, ": 표나 열이 예상과 다릅니다"));
  }

  const std::string dsn_, system_;
};

}  // namespace

std::unique_ptr<SqlReader> MakeSqlReader(std::string dsn, std::string system) {
  return std::make_unique<PostgresReader>(std::move(dsn), std::move(system));
}

}  // namespace connectors
