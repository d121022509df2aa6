// Creating runs and appending to their journals: one statement, one round trip, one transaction,
// with the audit records, the effect ledger, the approvals and the run's columns in step.
#include "connectors/postgres/statements.h"
#include "connectors/postgres/store.h"
#include "connectors/postgres/store_errors.h"
#include "model_core/base/strings.h"

namespace connectors {

using agents::NoRun;

using agents::Event;
using base::Json;

struct PostgresRunStore::Batch {
  TextArray times, actors, types, bodies, audit_ids, salts, hashes;
  TextArray approval_ids, approval_states, approval_documents;
  TextArray intent_keys, intent_steps, intent_tools, intent_hashes;
  TextArray outcome_keys, outcome_oks, outcome_settlers;
  std::string time;     // of the last event
  std::string state;    // of the run after it; empty: as before
  std::string replied;  // added to the request
  bool voids = false;   // approvals that are still open
};

// What an event says for itself, or the store for it.
struct PostgresRunStore::Stamp {
  std::string time, actor;
};

namespace {

bool TouchesColumns(std::string_view type) {
  return type.starts_with("run.") || type.starts_with("approval.");
}

// As Apply has it, of events that hold too much to be folded for it.
bool SetsToWork(std::string_view type) {
  return type == "plan.made" || type == "effect.intent" || type == "effect.repeated";
}

}  // namespace

absl::Status PostgresRunStore::Commit(
    const std::function<absl::Status(pqxx::nontransaction&)>& body) {
  const auto begun = std::chrono::steady_clock::now();
  const absl::Status status = pool_.Execute(body);
  if (options_.committed)
    options_.committed(absl::FromChrono(std::chrono::steady_clock::now() - begun));
  return status;
}

// One journal row and the audit record that seals it, whose payload is {"index", "body"}.
void PostgresRunStore::AddRow(uint64_t index, const Stamp& stamp, const Event& event,
                              Batch& batch) {
  const std::string salt = random_.Bytes(32);
  batch.times.Add(stamp.time);
  batch.actors.Add(stamp.actor);
  batch.types.Add(event.type);
  batch.bodies.Add(base::DumpJson(event.body));
  batch.audit_ids.Add(base::NewId(absl::ToUnixMillis(clock_.Now()), random_));
  batch.salts.Add(base::HexEncode(salt));
  batch.hashes.Add(policies::PayloadHash(
      salt,
      base::StrCat(R"({"body":)", base::CanonicalJson(event.body), R"(,"index":)", index, "}")));
  const auto text = [&](std::string_view key) { return base::StringOr(event.body, key, ""); };
  if (event.type == "effect.intent") {
    batch.intent_keys.Add(text("key"));
    batch.intent_steps.Add(text("step"));
    batch.intent_tools.Add(text("tool"));
    batch.intent_hashes.Add(text("call_hash"));
  } else if (event.type == "effect.outcome") {
    batch.outcome_keys.Add(text("key"));
    batch.outcome_oks.Add(base::BoolOr(event.body, "ok", false) ? "true" : "false");
    batch.outcome_settlers.Add(text("settled_by"));
  } else if (event.type == "run.replied") {
    batch.replied += base::StrCat("\n", text("text"));
  }
  batch.voids = batch.voids || event.type == "run.replied" || event.type == "run.ended";
}

absl::StatusOr<std::string> PostgresRunStore::CreateRun(const agents::RunRequest& wanted) {
  agents::RunRequest request = wanted;
  if (request.text.find('\0') != std::string::npos) {
    return base::Error(absl::StatusCode::kInvalidArgument, "request: holds a NUL byte",
                       "요청에 NUL 바이트가 있습니다");
  }
  std::string id = base::NewId(absl::ToUnixMillis(clock_.Now()), random_);
  if (request.message_id.empty()) request.message_id = id;
  if (request.conversation_id.empty()) request.conversation_id = id;
  const std::string time = log_clock_.Text();
  Batch batch;
  AddRow(0, {time, request.principal}, {0, "", "", "run.created", ToJson(request)}, batch);
  const std::string times = batch.times.Take(), actors = batch.actors.Take(),
                    types = batch.types.Take(), bodies = batch.bodies.Take(),
                    ids = batch.audit_ids.Take(), salts = batch.salts.Take(),
                    hashes = batch.hashes.Take();
  const absl::Status status = Commit([&](pqxx::nontransaction& work) -> absl::Status {
    const auto made = work.exec_prepared(kCreateRun, id, 0, times, actors, types, bodies, ids,
                                         salts, hashes, request.principal, request.conversation_id,
                                         request.message_id, request.text, time);
    if (made[0][0].as<int>() == 1) return absl::OkStatus();
    const auto known =
        work.exec_params("SELECT id FROM runs WHERE principal = $1 AND message_id = $2",
                         request.principal, request.message_id);
    id = known.at(0)[0].as<std::string>();
    return absl::OkStatus();
  });
  RETURN_IF_ERROR(status);
  listener_.Announce("work");
  return id;
}

// Folds the batch into what of a run the columns hold: its state and the approvals it touches. What
// touches neither is passed by.
absl::Status PostgresRunStore::FoldColumns(const std::vector<Stamp>& stamps,
                                           const std::vector<Event>& events, agents::Run& columns) {
  for (size_t i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (TouchesColumns(event.type)) {
      RETURN_IF_ERROR(KnowApproval(event, columns));
      RETURN_IF_ERROR(Apply(
          {columns.event_count, stamps[i].time, stamps[i].actor, event.type, event.body}, columns));
    } else if (SetsToWork(event.type)) {
      columns.state = agents::RunState::kWorking;
    }
  }
  return absl::OkStatus();
}

absl::Status PostgresRunStore::KnowApproval(const Event& event, agents::Run& columns) {
  const std::string id = base::StringOr(event.body, "approval_id", "");
  const bool answered = event.type == "approval.decided" || event.type == "approval.seal_broken";
  if (!answered || columns.approvals.contains(id)) return absl::OkStatus();
  auto known = GetApproval(id);
  if (absl::IsNotFound(known.status()) && event.type == "approval.seal_broken")
    return absl::OkStatus();
  ASSIGN_OR_RETURN(columns.approvals[id], std::move(known));
  return absl::OkStatus();
}

absl::Status PostgresRunStore::FillBatch(const std::string& run_id, uint64_t first_index,
                                         const std::vector<Event>& events, Batch& batch) {
  std::vector<Stamp> stamps;
  for (const Event& event : events) {
    stamps.push_back({event.time.empty() ? log_clock_.Text() : log_clock_.TextOf(event.time),
                      event.actor.empty() ? "maru" : event.actor});
    AddRow(first_index + stamps.size() - 1, stamps.back(), event, batch);
  }
  batch.time = stamps.back().time;
  agents::Run columns;
  columns.id = run_id;
  RETURN_IF_ERROR(FoldColumns(stamps, events, columns));
  // No event leads back to `submitted`, where every fold begins: it means that the state stays.
  if (columns.state != agents::RunState::kSubmitted) batch.state = Name(columns.state);
  for (const auto& [id, approval] : columns.approvals) {
    batch.approval_ids.Add(id);
    batch.approval_states.Add(approval.state);
    batch.approval_documents.Add(base::DumpJson(ToJson(approval)));
  }
  return absl::OkStatus();
}

// Why a batch found no run to append to. OK: only because `time` was behind the journal's; the
// clock of the log knows that one now.
absl::Status PostgresRunStore::WhyNotAppended(pqxx::nontransaction& work, const std::string& run_id,
                                              const agents::Lease* lease, uint64_t expected_count,
                                              const std::string& time) {
  const auto rows = work.exec_prepared(kRunHead, run_id);
  if (rows.empty()) return NoRun(run_id);
  if (lease != nullptr && rows[0][1].as<uint64_t>() != lease->epoch) return LeaseLost(run_id);
  if (rows[0][0].as<uint64_t>() != expected_count || rows[0][2].c_str() <= time) {
    const char* held = rows[0][0].c_str();
    return base::Error(
        absl::StatusCode::kAborted,
        base::StrCat("run ", run_id, " holds ", held, " events, not ", expected_count),
        base::StrCat("실행 ", run_id, "의 기록이 ", expected_count, "건이 아니라 ", held,
                     "건입니다"));
  }
  log_clock_.See(rows[0][2].c_str());
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> PostgresRunStore::Append(const std::string& run_id,
                                                  const agents::Lease* lease,
                                                  uint64_t expected_count,
                                                  const std::vector<Event>& events) {
  if (events.empty()) return expected_count;
  const uint64_t count = expected_count + events.size();
  const int64_t epoch = lease == nullptr ? -1 : static_cast<int64_t>(lease->epoch);
  bool appended = false;
  while (!appended) {  // twice at most: the journal's time never goes back, whatever the machine's
                       // clock does
    Batch batch;
    RETURN_IF_ERROR(FillBatch(run_id, expected_count, events, batch));
    RETURN_IF_ERROR(Commit([&](pqxx::nontransaction& work) -> absl::Status {
      Batch b = batch;
      const auto moved = work.exec_prepared(
          kAppend, run_id, expected_count, b.times.Take(), b.actors.Take(), b.types.Take(),
          b.bodies.Take(), b.audit_ids.Take(), b.salts.Take(), b.hashes.Take(), epoch, b.time,
          b.state, count, b.replied, b.voids, b.approval_ids.Take(), b.approval_states.Take(),
          b.approval_documents.Take(), b.intent_keys.Take(), b.intent_steps.Take(),
          b.intent_tools.Take(), b.intent_hashes.Take(), b.outcome_keys.Take(),
          b.outcome_oks.Take(), b.outcome_settlers.Take());
      appended = moved[0][0].as<int>() == 1;
      return appended ? absl::OkStatus()
                      : WhyNotAppended(work, run_id, lease, expected_count, batch.time);
    }));
  }
  listener_.Announce(base::StrCat("run ", run_id, " ", count));
  if (lease == nullptr) listener_.Announce("work");
  return count;
}

}  // namespace connectors
