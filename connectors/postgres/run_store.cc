// Runs and their journals.
#include <algorithm>

#include "connectors/postgres/migrate.h"
#include "connectors/postgres/store.h"
#include "model_core/base/strings.h"

namespace connectors {

using agents::Event;
using base::Json;

PostgresRunStore::PostgresRunStore(PostgresOptions options, base::Clock& clock, base::Random& random,
                                   policies::CheckpointSigner& signer)
    : options_(std::move(options)),
      clock_(clock),
      random_(random),
      signer_(signer),
      pool_(options_.app_dsn, options_.connections),
      listener_(options_.app_dsn),
      sequencer_(options_.app_dsn, signer, options_.checkpoint_interval) {}

absl::Status PostgresRunStore::Start() {
  RETURN_IF_ERROR(Migrate(options_.owner_dsn));
  RETURN_IF_ERROR(sequencer_.Start());
  return listener_.Start();
}

absl::StatusOr<std::unique_ptr<agents::RunStore>> MakePostgresRunStore(PostgresOptions options,
                                                                       base::Clock& clock,
                                                                       base::Random& random,
                                                                       policies::CheckpointSigner& signer) {
  auto store = std::make_unique<PostgresRunStore>(std::move(options), clock, random, signer);
  RETURN_IF_ERROR(store->Start());
  return store;
}

// The journal's time never goes back, whatever the machine's clock does.
std::string PostgresRunStore::TimeAfter(const std::string& earlier) {
  const std::string now = base::TimeText(clock_.Now());
  return std::max(now, earlier);
}

absl::StatusOr<std::string> PostgresRunStore::CreateRun(const agents::RunRequest& wanted) {
  agents::RunRequest request = wanted;
  const std::string id = base::NewId(absl::ToUnixMillis(clock_.Now()), random_);
  if (request.message_id.empty()) request.message_id = id;
  if (request.conversation_id.empty()) request.conversation_id = id;
  std::string made = id;
  const absl::Status status = pool_.Transact([&](pqxx::work& work) -> absl::Status {
    const std::string time = base::TimeText(clock_.Now());
    const auto inserted = work.exec_params(
        "INSERT INTO runs (id, principal, conversation_id, message_id, request, event_count, created, updated) "
        "VALUES ($1, $2, $3, $4, $5, 1, $6, $6) ON CONFLICT (principal, message_id) DO NOTHING RETURNING id",
        id, request.principal, request.conversation_id, request.message_id, request.text, time);
    if (inserted.empty()) {
      const auto known = work.exec_params("SELECT id FROM runs WHERE principal = $1 AND message_id = $2",
                                          request.principal, request.message_id);
      made = known[0][0].as<std::string>();
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(InsertEvents(work, id, {{0, time, request.principal, "run.created", ToJson(request)}}));
    work.exec_params("SELECT pg_notify('maru', $1)", base::StrCat("run ", id, " 1"));
    return absl::OkStatus();
  });
  RETURN_IF_ERROR(status);
  return made;
}

absl::StatusOr<PostgresRunStore::RunRow> PostgresRunStore::LockRun(pqxx::work& work, const std::string& run_id) {
  const auto rows =
      work.exec_params("SELECT event_count, lease_epoch, updated FROM runs WHERE id = $1 FOR UPDATE", run_id);
  if (rows.empty()) {
    return base::Error(absl::StatusCode::kNotFound, base::StrCat("run ", run_id, " does not exist"),
                       base::StrCat("실행 ", run_id, "이(가) 없습니다"));
  }
  return RunRow{rows[0][0].as<uint64_t>(), rows[0][1].as<uint64_t>(), rows[0][2].as<std::string>()};
}

// Journal rows and, in the same transaction, their audit records.
absl::Status PostgresRunStore::InsertEvents(pqxx::work& work, const std::string& run_id,
                                            const std::vector<Event>& events) {
  for (const Event& event : events) {
    work.exec_params("INSERT INTO events (run_id, index, time, actor, type, body) VALUES ($1, $2, $3, $4, $5, $6)",
                     run_id, event.index, event.time, event.actor, event.type, base::DumpJson(event.body));
    RETURN_IF_ERROR(InsertAudit(work, run_id, event.time, event.actor, event.type,
                                {{"index", event.index}, {"body", event.body}}));
  }
  return absl::OkStatus();
}

absl::Status PostgresRunStore::InsertAudit(pqxx::work& work, const std::string& run_id, const std::string& time,
                                           const std::string& actor, const std::string& type, Json payload) {
  policies::AuditRecord record;
  record.id = base::NewId(absl::ToUnixMillis(clock_.Now()), random_);
  record.run_id = run_id;
  record.time = time;
  record.actor = actor;
  record.type = type;
  record.payload = std::move(payload);
  policies::Seal(record, random_.Bytes(32));
  work.exec_params(
      "INSERT INTO audit_records (id, run_id, time, actor, type, payload, salt, payload_sha256) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      record.id, record.run_id, record.time, record.actor, record.type, base::DumpJson(record.payload), record.salt,
      record.payload_sha256);
  return absl::OkStatus();
}

// The effect ledger and the approvals table follow the journal.
absl::Status PostgresRunStore::InsertDerived(pqxx::work& work, const std::string& run_id,
                                             const std::vector<Event>& events) {
  for (const Event& event : events) {
    const auto text = [&](std::string_view key) { return base::StringOr(event.body, key, ""); };
    if (event.type == "effect.intent") {
      work.exec_params(
          "INSERT INTO effects (key, run_id, step_id, tool, call_hash, intended) VALUES ($1, $2, $3, $4, $5, $6)",
          text("key"), run_id, text("step"), text("tool"), text("call_hash"), event.time);
    } else if (event.type == "effect.outcome") {
      work.exec_params("INSERT INTO effect_outcomes (key, ok, settled, settled_by) VALUES ($1, $2, $3, $4)",
                       text("key"), base::BoolOr(event.body, "ok", false), event.time, text("settled_by"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> PostgresRunStore::Append(const std::string& run_id, const agents::Lease* lease,
                                                  uint64_t expected_count, std::vector<Event> events) {
  const uint64_t count = expected_count + events.size();
  const absl::Status status = pool_.Transact([&](pqxx::work& work) -> absl::Status {
    ASSIGN_OR_RETURN(const RunRow row, LockRun(work, run_id));
    if (lease != nullptr && lease->epoch != row.epoch) {
      return absl::FailedPreconditionError(base::StrCat("run ", run_id, ": the lease was lost"));
    }
    if (row.event_count != expected_count) {
      return absl::AbortedError(base::StrCat("run ", run_id, " holds ", row.event_count, " events, not ", expected_count));
    }
    std::string time = TimeAfter(row.updated);
    for (size_t i = 0; i < events.size(); ++i) {
      events[i].index = expected_count + i;
      if (events[i].time.empty()) events[i].time = time;
      if (events[i].actor.empty()) events[i].actor = "maru";
    }
    RETURN_IF_ERROR(InsertEvents(work, run_id, events));
    RETURN_IF_ERROR(InsertDerived(work, run_id, events));
    return UpdateRun(work, run_id, lease != nullptr, count, events);
  });
  RETURN_IF_ERROR(status);
  return count;
}

absl::Status PostgresRunStore::UpdateRun(pqxx::work& work, const std::string& run_id, bool leased, uint64_t count,
                                         const std::vector<Event>& events) {
  std::vector<Event> journal;
  const auto rows = work.exec_params(
      "SELECT index, time, actor, type, body FROM events WHERE run_id = $1 ORDER BY index", run_id);
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(Json body, base::ParseJson(row[4].c_str(), "journal"));
    journal.push_back({row[0].as<uint64_t>(), row[1].c_str(), row[2].c_str(), row[3].c_str(), std::move(body)});
  }
  ASSIGN_OR_RETURN(const agents::Run run, agents::Fold(run_id, journal));
  work.exec_params(
      "UPDATE runs SET event_count = $2, state = $3, request = $4, updated = $5, updated_at = now(), "
      "has_work = has_work OR NOT $6 WHERE id = $1",
      run_id, count, std::string(Name(run.state)), run.request.text, run.updated, leased);
  const bool approvals_changed = std::any_of(events.begin(), events.end(), [](const Event& event) {
    return event.type.starts_with("approval.") || event.type == "run.ended";
  });
  for (const auto& [id, approval] : run.approvals) {
    if (!approvals_changed) break;
    work.exec_params(
        "INSERT INTO approvals (id, run_id, state, document) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (id) DO UPDATE SET state = excluded.state, document = excluded.document",
        id, run_id, approval.state, base::DumpJson(ToJson(approval)));
  }
  work.exec_params("SELECT pg_notify('maru', $1)", base::StrCat("run ", run_id, " ", count));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Event>> PostgresRunStore::Journal(const std::string& run_id, uint64_t from_index) {
  std::vector<Event> journal;
  const absl::Status status = pool_.Transact([&](pqxx::work& work) -> absl::Status {
    journal.clear();
    const auto rows = work.exec_params(
        "SELECT index, time, actor, type, body FROM events WHERE run_id = $1 AND index >= $2 ORDER BY index",
        run_id, from_index);
    for (const auto& row : rows) {
      ASSIGN_OR_RETURN(Json body, base::ParseJson(row[4].c_str(), "journal"));
      journal.push_back({row[0].as<uint64_t>(), row[1].c_str(), row[2].c_str(), row[3].c_str(), std::move(body)});
    }
    if (!journal.empty() || from_index > 0) return absl::OkStatus();
    return base::Error(absl::StatusCode::kNotFound, base::StrCat("run ", run_id, " does not exist"),
                       base::StrCat("실행 ", run_id, "이(가) 없습니다"));
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
        base::StrCat("SELECT id, principal, conversation_id, request, created, updated, state", kWhere,
                     " AND ($5 = '' OR updated || ' ' || id < $5) ORDER BY updated DESC, id DESC LIMIT ", size + 1),
        filter.principal, filter.conversation_id, states, filter.updated_after, filter.page_token);
    for (const auto& row : rows) {
      if (page.runs.size() == static_cast<size_t>(size)) {
        page.next_page_token = base::StrCat(page.runs.back().updated, " ", page.runs.back().id);
        break;
      }
      page.runs.push_back({row[0].c_str(), row[1].c_str(), row[2].c_str(), row[3].c_str(), row[4].c_str(),
                           row[5].c_str(), agents::ParseRunState(row[6].c_str()).value_or(agents::RunState::kFailed)});
    }
    return absl::OkStatus();
  });
  RETURN_IF_ERROR(status);
  return page;
}

}  // namespace connectors
