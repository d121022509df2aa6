// Reading the audit log: pages, and one run's export.
#include "connectors/postgres/signed_checkpoints.h"
#include "connectors/postgres/store.h"
#include "connectors/postgres/store_errors.h"
#include "model_core/base/strings.h"

namespace connectors {

using agents::NoRun;
namespace {
constexpr char kColumns[] =
    "l.leaf_index, r.id, r.run_id, r.time, r.actor, r.type, r.payload, r.salt, r.payload_sha256";

// What was decided before its policies were kept is exported without them.
absl::StatusOr<std::vector<policies::PolicyFiles>> PoliciesNamedBy(
    const policies::AuditExport& bundle, pqxx::work& work) {
  std::vector<policies::PolicyFiles> named;
  const auto rows = work.exec_params(
      "SELECT texts FROM policy_texts WHERE version = ANY (string_to_array($1, ',')) "
      "ORDER BY version",
      base::StrJoin(policies::PolicyVersions(bundle), ","));
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(const base::Json json, base::ParseJson(row[0].c_str(), "policies", "정책"));
    ASSIGN_OR_RETURN(policies::PolicyFiles files, policies::ParsePolicyFiles(json));
    named.push_back(std::move(files));
  }
  return named;
}

absl::Status NotYet(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kUnavailable, english, korean);
}

}  // namespace

absl::StatusOr<std::vector<agents::RunStore::SequencedRecord>> PostgresRunStore::AuditRecords(
    uint64_t from_index, int limit) {
  std::vector<SequencedRecord> records;
  const absl::Status status = pool_.Transact([&](pqxx::work& work) -> absl::Status {
    records.clear();
    const auto rows =
        work.exec_params(base::StrCat("SELECT ", kColumns,
                                      " FROM audit_leaves l JOIN audit_records r USING (serial) "
                                      "WHERE l.leaf_index >= $1 ORDER BY l.leaf_index LIMIT $2"),
                         from_index, limit);
    for (const auto& row : rows) records.push_back({row[0].as<uint64_t>(), AuditRecordOf(row, 1)});
    return absl::OkStatus();
  });
  RETURN_IF_ERROR(status);
  return records;
}

absl::Status PostgresRunStore::KeepPolicies(const policies::PolicyFiles& files) {
  return pool_.Execute([&](pqxx::nontransaction& work) -> absl::Status {
    work.exec_params(
        "INSERT INTO policy_texts (version, texts) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        files.Version(), base::DumpJson(policies::TextsJson(files)));
    return absl::OkStatus();
  });
}

absl::StatusOr<std::string> PostgresRunStore::LatestCheckpoint() { return sequencer_.checkpoint(); }

absl::StatusOr<policies::AuditExport> PostgresRunStore::ExportRun(const std::string& run_id) {
  policies::AuditExport bundle;
  bundle.run_id = run_id;
  bundle.verifier_key = signer_.verifier_key();
  const absl::Status status = pool_.Transact([&](pqxx::work& work) -> absl::Status {
    bundle.entries.clear();
    const auto rows = work.exec_params(
        base::StrCat("SELECT ", kColumns,
                     " FROM audit_records r LEFT JOIN audit_leaves l USING (serial) "
                     "WHERE r.run_id = $1 ORDER BY r.serial"),
        run_id);
    if (rows.empty()) return NoRun(run_id);
    for (const auto& row : rows) {
      if (row[0].is_null())
        return NotYet("the newest record has no place in the log yet",
                      "가장 새로운 기록이 아직 감사 기록에 들어가지 않았습니다");
      bundle.entries.push_back({row[0].as<uint64_t>(), AuditRecordOf(row, 1), {}});
    }
    ASSIGN_OR_RETURN(bundle.policies, PoliciesNamedBy(bundle, work));
    return absl::OkStatus();
  });
  RETURN_IF_ERROR(status);
  std::sort(bundle.entries.begin(), bundle.entries.end(),
            [](const auto& a, const auto& b) { return a.index < b.index; });
  uint64_t size = 0;
  for (policies::AuditExport::Entry& entry : bundle.entries) {
    ASSIGN_OR_RETURN(Sequencer::Proof proof, sequencer_.Inclusion(entry.index));
    if (size != 0 && proof.size != size)
      return NotYet("the log grew meanwhile; try again",
                    "그사이 감사 기록이 늘었습니다. 다시 시도하십시오");
    size = proof.size;
    bundle.checkpoint = proof.checkpoint;
    entry.proof = std::move(proof.path);
  }
  RETURN_IF_ERROR(AddEarlier(size, bundle));
  return bundle;
}

// The first checkpoint of fewer than `size` records that covers one of the run's. Others may write
// to the table: only what this log signed is handed out.
absl::Status PostgresRunStore::AddEarlier(uint64_t size, policies::AuditExport& bundle) {
  return pool_.Transact([&](pqxx::work& work) -> absl::Status {
    bundle.earlier.clear();
    const auto read = [&](uint64_t above) {
      std::vector<KeptCheckpoint> batch;
      for (const auto& row : work.exec_params(
               "SELECT size, note FROM audit_checkpoints WHERE size > $1 AND size < $2 "
               "ORDER BY size LIMIT $3",
               above, size, kCheckpointsAtOnce)) {
        batch.push_back({row[0].as<uint64_t>(), row[1].c_str()});
      }
      return batch;
    };
    if (auto first = FirstSigned(bundle.verifier_key, bundle.entries.front().index, read))
      bundle.earlier.push_back({std::move(first->note), sequencer_.Consistency(first->size, size)});
    return absl::OkStatus();
  });
}

}  // namespace connectors
