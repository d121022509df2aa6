// The PostgreSQL RunStore. Its parts: run_store.cc (runs and journals), run_queue.cc (leases,
// waiting), principal_rows.cc (approvals, principals, credentials), audit_rows.cc (export),
// sequencer.cc, listener.cc.
#pragma once

#include <atomic>

#include "connectors/postgres.h"
#include "connectors/postgres/listener.h"
#include "connectors/postgres/log_clock.h"
#include "connectors/postgres/pool.h"
#include "connectors/postgres/sequencer.h"

namespace connectors {

class PostgresRunStore : public agents::RunStore {
 public:
  PostgresRunStore(PostgresOptions options, base::Clock& clock, base::Random& random,
                   policies::CheckpointSigner& signer);
  absl::Status Start();

  absl::StatusOr<std::string> CreateRun(const agents::RunRequest& request) override;
  absl::StatusOr<uint64_t> Append(const std::string& run_id, const agents::Lease* lease,
                                  uint64_t expected_count,
                                  const std::vector<agents::Event>& events) override;
  absl::StatusOr<std::vector<agents::Event>> Journal(const std::string& run_id,
                                                     uint64_t from_index) override;
  absl::StatusOr<agents::RunPage> ListRuns(const agents::RunFilter& filter) override;

  absl::StatusOr<std::optional<agents::Lease>> ClaimRun(
      const std::string& worker, absl::Duration duration,
      const std::vector<std::string>& no_plans_of) override;
  absl::StatusOr<agents::Lease> RenewLease(const agents::Lease& lease,
                                           absl::Duration duration) override;
  absl::StatusOr<bool> HasWorker(const std::string& run_id) override;
  absl::Status ReleaseLease(const agents::Lease& lease, bool waiting) override;
  absl::StatusOr<bool> WaitForEvents(const std::string& run_id, uint64_t count,
                                     absl::Time deadline) override;
  absl::Status WaitForWork(absl::Time deadline) override;

  absl::StatusOr<std::vector<agents::Approval>> ListApprovals(const std::string& state) override;
  absl::StatusOr<agents::Approval> GetApproval(const std::string& id) override;
  absl::StatusOr<agents::PrincipalRecord> GetPrincipal(const std::string& id) override;
  absl::StatusOr<std::vector<agents::PrincipalRecord>> ListPrincipals() override;
  absl::Status PutPrincipal(const agents::PrincipalRecord& record) override;
  absl::Status SetCredential(const std::string& principal,
                             const std::string& credential_sha256) override;
  absl::StatusOr<std::string> PrincipalOfCredential(const std::string& credential_sha256) override;
  absl::StatusOr<bool> HasCredential(const std::string& principal) override;

  absl::Status Record(const std::string& actor, const std::string& type,
                      const base::Json& payload) override;
  absl::Status KeepPolicies(const policies::PolicyFiles& files) override;
  absl::StatusOr<policies::AuditExport> ExportRun(const std::string& run_id) override;
  absl::StatusOr<std::vector<SequencedRecord>> AuditRecords(uint64_t from_index,
                                                            int limit) override;
  absl::StatusOr<std::string> LatestCheckpoint() override;
  const std::string& audit_verifier_key() const override { return signer_.verifier_key(); }
  absl::Duration ClockBehind() override { return log_clock_.Behind(); }

 private:
  // Executes what ends in a commit, and tells how long that took.
  absl::Status Commit(const std::function<absl::Status(pqxx::nontransaction&)>& body);
  struct Batch;  // the parameters of one append
  struct Stamp;  // of one of its events
  absl::Status FillBatch(const std::string& run_id, uint64_t first_index,
                         const std::vector<agents::Event>& events, Batch& batch);
  absl::Status FoldColumns(const std::vector<Stamp>& stamps,
                           const std::vector<agents::Event>& events, agents::Run& columns);
  absl::Status KnowApproval(const agents::Event& event, agents::Run& columns);
  void AddRow(uint64_t index, const Stamp& stamp, const agents::Event& event, Batch& batch);
  absl::Status WhyNotAppended(pqxx::nontransaction& work, const std::string& run_id,
                              const agents::Lease* lease, uint64_t expected_count,
                              const std::string& time);
  absl::Status InsertAudit(pqxx::work& work, const std::string& actor, const std::string& type,
                           base::Json payload);
  absl::Status AddEarlier(uint64_t size, policies::AuditExport& bundle);
  void TellJump(const LogClock::Jump& jump);

  const PostgresOptions options_;
  base::Clock& clock_;
  base::Random& random_;
  policies::CheckpointSigner& signer_;
  LogClock log_clock_;
  Pool pool_;
  Pool lease_pool_;  // commits without waiting for the disk: a forgotten claim only runs out
  std::atomic<uint64_t> idle_since_{0};  // what had been heard when a claim last found no work
  Listener listener_;
  Sequencer sequencer_;
};

// One audit record from the columns id, run_id, time, actor, type, payload, salt, payload_sha256
// from `first` on.
policies::AuditRecord AuditRecordOf(const pqxx::row& row, int first);

}  // namespace connectors
