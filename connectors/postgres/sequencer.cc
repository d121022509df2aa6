#include "connectors/postgres/sequencer.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "connectors/postgres/pool.h"
#include "connectors/postgres/signed_checkpoints.h"
#include "connectors/postgres/store.h"
#include "model_core/base/log.h"
#include "model_core/base/pause.h"
#include "model_core/base/strings.h"

namespace connectors {
namespace {

constexpr int kAdvisoryLock = 7320192;
constexpr int kBatchMax = 5000;
// Records younger than the newest leaf's that may have been uncommitted when it got its place.
constexpr int64_t kDoubtfulAtStart = 20000;
// Among so many of the newest records is the newest leaf's, and any that has no place yet.
constexpr int kNewestAtStart = 200;
// Whoever writes checkpoints into the table fills the server's log with no more than these.
constexpr size_t kForgedTold = 1000;
// Nothing mends by itself a log that does not match its checkpoint.
constexpr absl::Duration kPause = absl::Milliseconds(300), kMismatchPause = absl::Seconds(10);

// $1 the greatest serial seen, $2 and $3 the gaps below it, $4 how many at most. What was seen is
// never read again, however long the log: nothing is joined with the leaves, and each part goes by
// the index.
constexpr char kUnplaced[] = "unplaced";
constexpr char kUnplacedSql[] =
    "WITH unplaced AS ("
    "(SELECT * FROM audit_records WHERE serial > $1 ORDER BY serial LIMIT $4::int) UNION ALL "
    "(SELECT r.* FROM unnest($2::bigint[], $3::bigint[]) AS gap(first, last), LATERAL "
    "(SELECT * FROM audit_records WHERE serial BETWEEN gap.first AND gap.last "
    "ORDER BY serial LIMIT $4::int) AS r)) "
    "SELECT serial, id, run_id, time, actor, type, 'null', '', payload_sha256 FROM unplaced "
    "ORDER BY serial LIMIT $4::int";

base::Digest DigestOf(std::string_view hex) {
  base::Digest digest{};
  const std::string bytes = base::HexDecode(hex);
  if (bytes.size() == digest.size()) std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

absl::Status Mismatch(uint64_t size) {
  return base::Error(
      absl::StatusCode::kFailedPrecondition,
      base::StrCat("the audit log does not match its signed checkpoint of ", size,
                   " records: records were changed, dropped or added; keep the database as it "
                   "is and call the auditor"),
      base::StrCat("감사 기록이 서명된 체크포인트(", size,
                   "건)와 맞지 않습니다. 기록이 바뀌었거나 빠졌습니다. 데이터베이스를 그대로 두고 "
                   "감사 담당자에게 알리십시오"));
}

void TellWaits(const absl::Status& status) {
  base::LogWarning("audit.sequencer_waits",
                   {{"error", base::Message(status, base::Language::kEnglish)}});
}

}  // namespace

policies::AuditRecord AuditRecordOf(const pqxx::row& row, int first) {
  policies::AuditRecord record;
  const auto text = [&](int i) { return std::string(row[first + i].c_str()); };
  record.id = text(0);
  record.run_id = text(1);
  record.time = text(2);
  record.actor = text(3);
  record.type = text(4);
  if (auto payload = base::ParseJson(text(5), "audit payload"); payload.ok())
    record.payload = *std::move(payload);
  record.salt = text(6);
  record.payload_sha256 = text(7);
  return record;
}

Sequencer::Sequencer(std::string dsn, policies::CheckpointSigner& signer, absl::Duration interval,
                     LogClock& clock, OnJump on_jump)
    : dsn_(std::move(dsn)),
      signer_(signer),
      interval_(interval),
      clock_(clock),
      on_jump_(std::move(on_jump)) {}

absl::Status Sequencer::Start() {
  RETURN_IF_ERROR(Load());
  LookAtClock();
  thread_ = std::jthread([this](const std::stop_token& stop) { Work(stop); });
  return absl::OkStatus();
}

absl::Status Sequencer::Load() {
  Pool pool(dsn_, 1);
  return pool.Transact([this](pqxx::work& work) -> absl::Status {
    // One state of the log: another sequencer may add leaves and sign them meanwhile.
    work.exec("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    const pqxx::result leaves = work.exec("SELECT leaf_hash FROM audit_leaves ORDER BY leaf_index");
    const std::lock_guard lock(mutex_);
    tree_ = {};
    signed_ = {};
    for (const auto& row : leaves) tree_.Append(DigestOf(row[0].c_str()));
    LoadWindow(work);
    for (const auto& row : work.exec(base::StrCat(
             "SELECT time FROM audit_records ORDER BY serial DESC LIMIT ", kNewestAtStart))) {
      clock_.See(row[0].c_str());
    }
    return LoadCheckpoint(work);
  });
}

void Sequencer::LoadWindow(pqxx::work& work) {
  const auto newest = work.exec("SELECT coalesce(max(serial), 0) FROM audit_leaves")[0][0];
  window_.Begin(newest.as<int64_t>(), kDoubtfulAtStart);
  for (const auto& row :
       work.exec_params("SELECT serial FROM audit_leaves WHERE serial >= $1 ORDER BY serial",
                        newest.as<int64_t>() - kDoubtfulAtStart)) {
    window_.See(row[0].as<int64_t>());
  }
}

// A log whose every checkpoint is of another key has lost its own.
absl::Status Sequencer::LoadCheckpoint(pqxx::work& work) {
  RETURN_IF_ERROR(TakeNewest(work, 0, std::numeric_limits<int64_t>::max()));
  if (signed_.size != 0) return absl::OkStatus();
  const auto newest =
      work.exec("SELECT note FROM audit_checkpoints WHERE size > 0 ORDER BY size DESC LIMIT 1");
  if (newest.empty()) return absl::OkStatus();
  return policies::OpenCheckpoint(newest[0][0].c_str(), signer_.verifier_key()).status();
}

// The newest of more than `above` and at most `up_to` records that this log signed: others may
// write to the table, and have not its key.
absl::Status Sequencer::TakeNewest(pqxx::work& work, uint64_t above, uint64_t up_to) {
  while (true) {
    const auto rows = work.exec_params(
        "SELECT size, note FROM audit_checkpoints WHERE size > $1 AND size <= $2 "
        "ORDER BY size DESC LIMIT $3",
        above, up_to, kCheckpointsAtOnce);
    if (rows.empty()) return absl::OkStatus();
    for (const auto& row : rows) {
      Signed kept{row[0].as<uint64_t>(), row[1].c_str()};
      const auto checkpoint = policies::OpenCheckpoint(kept.note, signer_.verifier_key());
      if (checkpoint.ok() && checkpoint->size == kept.size)
        return Take(std::move(kept), checkpoint->root);
      TellForged(kept.size);
      up_to = kept.size - 1;
    }
  }
}

absl::Status Sequencer::Take(Signed kept, const base::Digest& root) {
  if (tree_.size() < kept.size || tree_.Root(kept.size) != root) return Mismatch(kept.size);
  signed_ = std::move(kept);
  return absl::OkStatus();
}

void Sequencer::TellForged(uint64_t size) {
  if (forged_.size() < kForgedTold && forged_.insert(size).second)
    base::LogError("audit.checkpoint_forged", {{"size", size}});
}

void Sequencer::LookAtClock() {
  if (const auto jump = clock_.TakeJump()) on_jump_(*jump);
}

void Sequencer::Work(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const absl::Status status = CatchPqxx([&]() -> absl::Status {
      pqxx::connection connection(dsn_);
      connection.prepare(kUnplaced, kUnplacedSql);
      while (!stop.stop_requested()) {
        pqxx::work work(connection);
        const auto locked = work.exec_params("SELECT pg_try_advisory_xact_lock($1)", kAdvisoryLock);
        RETURN_IF_ERROR(Follow(work));
        bool more = false;
        if (locked[0][0].as<bool>()) {
          ASSIGN_OR_RETURN(more, Sequence(work));
        }
        work.commit();
        Publish();
        waiting_ = false;
        LookAtClock();
        if (!more) base::Pause(stop, interval_ / 4);
      }
      return absl::OkStatus();
    });
    if (!status.ok()) Recover(stop, status);
  }
}

// After a failed transaction what is in memory may be ahead of the database: start again from
// there, as soon as it can be read.
void Sequencer::Recover(const std::stop_token& stop, absl::Status status) {
  // Said once, until something was sequenced again.
  if (!std::exchange(waiting_, true)) TellWaits(status);
  unsaved_ = {};
  bool told = absl::IsFailedPrecondition(status);
  while (!status.ok() && !stop.stop_requested()) {
    const bool mismatch = absl::IsFailedPrecondition(status);
    if (mismatch && !std::exchange(told, true)) TellWaits(status);
    base::Pause(stop, mismatch ? kMismatchPause : kPause);
    status = Load();
  }
}

absl::Status Sequencer::Follow(pqxx::work& work) {
  const std::lock_guard lock(mutex_);
  const auto rows = work.exec_params(
      "SELECT leaf_hash, serial, time FROM audit_leaves JOIN audit_records USING (serial) "
      "WHERE leaf_index >= $1 ORDER BY leaf_index",
      tree_.size());
  for (const auto& row : rows) {
    tree_.Append(DigestOf(row[0].c_str()));
    window_.See(row[1].as<int64_t>());
    clock_.See(row[2].c_str());
  }
  return TakeNewest(work, signed_.size, tree_.size());
}

pqxx::result Sequencer::Unplaced(pqxx::work& work) {
  const auto asked = std::chrono::steady_clock::now();
  TextArray firsts, lasts;
  for (const SerialWindow::Gap& gap : window_.gaps()) {
    firsts.Add(base::StrCat(gap.first));
    lasts.Add(base::StrCat(gap.last));
  }
  pqxx::result rows =
      work.exec_prepared(kUnplaced, window_.greatest(), firsts.Take(), lasts.Take(), kBatchMax);
  // Not before it was asked for once more: the reading before may be long ago.
  if (rows.size() < static_cast<size_t>(kBatchMax)) window_.Expire(asked);
  return rows;
}

// True if there may be more at once.
absl::StatusOr<bool> Sequencer::Sequence(pqxx::work& work) {
  const pqxx::result rows = Unplaced(work);
  const std::lock_guard lock(mutex_);
  std::vector<std::string> values;
  for (const auto& row : rows) {
    const base::Digest leaf = policies::LeafHash(AuditRecordOf(row, 1));
    values.push_back(
        base::StrCat("(", tree_.size(), ",", row[0].c_str(), ",'", base::Hex(leaf), "')"));
    tree_.Append(leaf);
    window_.See(row[0].as<int64_t>());
    clock_.See(row[3].c_str());
  }
  if (!values.empty()) {
    work.exec(base::StrCat("INSERT INTO audit_leaves (leaf_index, serial, leaf_hash) VALUES ",
                           base::StrJoin(values, ",")));
  }
  if (tree_.size() > signed_.size) RETURN_IF_ERROR(SignCheckpoint(work));
  return rows.size() == static_cast<size_t>(kBatchMax);
}

absl::Status Sequencer::SignCheckpoint(pqxx::work& work) {
  ASSIGN_OR_RETURN(std::string note, signer_.Sign(tree_.size(), tree_.Root(tree_.size())));
  unsaved_ = {tree_.size(), std::move(note)};
  const auto saved = work.exec_params(
      "INSERT INTO audit_checkpoints (size, note) VALUES ($1, $2) ON CONFLICT DO NOTHING",
      unsaved_.size, unsaved_.note);
  // Its leaves are saved all the same, so that what is signed after it cannot fork from it.
  if (saved.affected_rows() == 0) TellForged(unsaved_.size);
  return absl::OkStatus();
}

// Nobody is given a checkpoint of leaves that a failure could still undo: what is signed after it
// might fork from that one.
void Sequencer::Publish() {
  Signed saved = std::exchange(unsaved_, {});
  const std::lock_guard lock(mutex_);
  if (saved.size > signed_.size) signed_ = std::move(saved);
}

absl::StatusOr<Sequencer::Proof> Sequencer::Inclusion(uint64_t index) {
  const std::lock_guard lock(mutex_);
  if (index >= signed_.size)
    return base::Error(absl::StatusCode::kUnavailable,
                       "the record is not under a signed checkpoint yet",
                       "그 기록에 아직 감사 서명이 없습니다");
  return Proof{signed_.note, signed_.size, tree_.InclusionProof(index, signed_.size)};
}

std::vector<base::Digest> Sequencer::Consistency(uint64_t old_size, uint64_t size) {
  const std::lock_guard lock(mutex_);
  return tree_.ConsistencyProof(old_size, size);
}

std::string Sequencer::checkpoint() {
  const std::lock_guard lock(mutex_);
  return signed_.note;
}

}  // namespace connectors
