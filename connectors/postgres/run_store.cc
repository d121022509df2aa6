// Runs and their journals.
#include <algorithm>

#include "connectors/postgres/migrate.h"
#include "connectors/postgres/statements.h"
#include "connectors/postgres/store.h"
#include "connectors/postgres/store_errors.h"
#include "model_core/base/log.h"
#include "model_core/base/strings.h"

namespace connectors {

using agents::NoRun;

using agents::Event;
using base::Json;

PostgresRunStore::PostgresRunStore(PostgresOptions options, base::Clock& clock,
                                   base::Random& random, policies::CheckpointSigner& signer)
    : options_(std::move(options)),
      clock_(clock),
      random_(random),
      signer_(signer),
      log_clock_(clock),
      pool_(options_.app_dsn, options_.connections, PrepareStatements),
      lease_pool_(options_.app_dsn, 2,
                  [](pqxx::connection& connection) {
                    pqxx::nontransaction(connection).exec("SET synchronous_commit = off");
                    PrepareStatements(connection);
                  }),
      listener_(options_.app_dsn),
      sequencer_(options_.app_dsn, signer, options_.checkpoint_interval, log_clock_,
                 [this](const LogClock::Jump& jump) { TellJump(jump); }) {}

absl::Status PostgresRunStore::Start() {
  RETURN_IF_ERROR(Migrate(options_.owner_dsn));
  RETURN_IF_ERROR(sequencer_.Start());
  listener_.Start();
  return absl::OkStatus();
}

// Told to whoever runs marud, and recorded for whoever reads the times in the log.
void PostgresRunStore::TellJump(const LogClock::Jump& jump) {
  const Json fields = {{"behind_seconds", absl::ToInt64Seconds(jump.behind)},
                       {"newest_leaf", jump.newest},
                       {"now", jump.now}};
  base::LogWarning("clock.went_back", fields);
  if (const absl::Status status = Record("maru", "clock.went_back", fields); !status.ok()) {
    base::LogWarning("clock.not_recorded", {{"error", std::string(status.message())}});
  }
}

absl::StatusOr<std::unique_ptr<agents::RunStore>> MakePostgresRunStore(
    PostgresOptions options, base::Clock& clock, base::Random& random,
    policies::CheckpointSigner& signer) {
  auto store = std::make_unique<PostgresRunStore>(std::move(options), clock, random, signer);
  RETURN_IF_ERROR(store->Start());
  return store;
}

absl::StatusOr<std::vector<Event>> PostgresRunStore::Journal(const std::string& run_id,
                                                             uint64_t from_index) {
  std::vector<Event> journal;
  const absl::Status status = pool_.Execute([&](pqxx::nontransaction& work) -> absl::Status {
    journal.clear();
    const auto rows = work.exec_prepared(kJournal, run_id, from_index);
    for (const auto& row : rows) {
      ASSIGN_OR_RETURN(Json body, base::ParseJson(row[4].c_str(), "journal", "실행 기록"));
      journal.push_back(
          {row[0].as<uint64_t>(), row[1].c_str(), row[2].c_str(), row[3].c_str(), std::move(body)});
    }
    if (!journal.empty() || from_index > 0) return absl::OkStatus();
    return NoRun(run_id);
  });
  RETURN_IF_ERROR(status);
  return journal;
}

absl::StatusOr<agents::RunPage> PostgresRunStore::ListRuns(const agents::RunFilter& filter) {
  agents::RunPage page;
  std::vector<std::string_view> names;
  for (const agents::RunState state : filter.states) names.push_back(Name(state));
  const std::string states = base::StrJoin(names, ",");
  const int size = std::clamp(filter.page_size, 1, 100);
  const absl::Status status = pool_.Transact([&](pqxx::work& work) -> absl::Status {
    page = {};
    constexpr char kWhere[] =
        " FROM runs WHERE ($1 = '' OR principal = $1) AND ($2 = '' OR conversation_id = $2) "
        "AND ($3 = '' OR state = ANY (string_to_array($3, ','))) AND ($4 = '' OR updated > $4)";
    const auto total = work.exec_params(base::StrCat("SELECT count(*)", kWhere), filter.principal,
                                        filter.conversation_id, states, filter.updated_after);
    page.total = total[0][0].as<int64_t>();
    const auto rows = work.exec_params(
        base::StrCat(
            "SELECT id, principal, conversation_id, request, created, updated, state", kWhere,
            " AND ($5 = '' OR updated || ' ' || id < $5) ORDER BY updated DESC, id DESC LIMIT ",
            size + 1),
        filter.principal, filter.conversation_id, states, filter.updated_after, filter.page_token);
    for (const auto& row : rows) {
      if (page.runs.size() == static_cast<size_t>(size)) {
        page.next_page_token = base::StrCat(page.runs.back().updated, " ", page.runs.back().id);
        break;
      }
      page.runs.push_back(
          {row[0].c_str(), row[1].c_str(), row[2].c_str(), row[3].c_str(), row[4].c_str(),
           row[5].c_str(),
           agents::ParseRunState(row[6].c_str()).value_or(agents::RunState::kFailed)});
    }
    return absl::OkStatus();
  });
  RETURN_IF_ERROR(status);
  return page;
}

}  // namespace connectors
