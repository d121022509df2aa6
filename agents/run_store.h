// RunStore: the durable home of runs, approvals, principals and audit records. A run resumes from
// what is stored here and from nothing else.
//
// Thread-safe. Calls block. Errors: NotFound, Aborted (the run moved on: reload, retry),
// Unavailable (safe to retry), FailedPrecondition (a lease was lost), ResourceExhausted (disk
// full). Any other code is a bug.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "agents/run.h"
#include "policies/audit_log.h"
#include "policies/authorizer.h"

namespace agents {

// The right to advance a run, until `expires`. `epoch` fences: it names this lease and no other,
// and a write under a lease that no longer holds is refused.
struct Lease {
  std::string run_id;
  uint64_t epoch = 0;
  absl::Time expires;
};

struct RunSummary {
  std::string id, principal, conversation_id, text, created, updated;
  RunState state = RunState::kSubmitted;
};

struct RunFilter {
  std::string principal;         // empty: anyone's
  std::string conversation_id;   // empty: any
  std::vector<RunState> states;  // empty: any
  std::string updated_after;     // RFC 3339, empty: any
  int page_size = 50;            // 1–100
  std::string page_token;        // of the page before
};

struct RunPage {
  std::vector<RunSummary> runs;  // newest update first
  std::string next_page_token;   // empty at the end
  int64_t total = 0;
};

// A stored principal: policy facts, how it proves itself, whether it may.
struct PrincipalRecord {
  policies::Principal principal;
  std::string title_en;
  std::vector<std::string> tool_patterns;  // as configured: "law.*"
  bool active = true;
};

base::Json ToJson(const PrincipalRecord& record);
// What ToJson made. What people write is read by ReadPrincipalDocument (principal_document.h).
absl::StatusOr<PrincipalRecord> ParsePrincipalRecord(const base::Json& json);

class RunStore {
 public:
  virtual ~RunStore() = default;

  // Starts a run with its first event. The same (principal, message_id) returns the run that exists
  // already.
  virtual absl::StatusOr<std::string> CreateRun(const RunRequest& request) = 0;

  // Appends `events` (index, time and actor filled by the store where empty) to the journal, all or
  // none, with their audit records in the same transaction, if the journal still holds
  // `expected_count` events (else Aborted) and `lease`, when given, is still the newest (else
  // FailedPrecondition). Returns the new count. approval.* and run state columns are kept in step
  // by the store itself.
  virtual absl::StatusOr<uint64_t> Append(const std::string& run_id, const Lease* lease,
                                          uint64_t expected_count,
                                          const std::vector<Event>& events) = 0;

  virtual absl::StatusOr<std::vector<Event>> Journal(const std::string& run_id,
                                                     uint64_t from_index) = 0;
  virtual absl::StatusOr<RunPage> ListRuns(const RunFilter& filter) = 0;

  // A run that has work and no live lease, leased for `duration`; nullopt if there is none. Waiting
  // runs have no work until something happens to them (an answer, a reply, a decision). Passed by
  // are runs still `submitted` of those whom `no_plans_of` names.
  virtual absl::StatusOr<std::optional<Lease>> ClaimRun(
      const std::string& worker, absl::Duration duration,
      const std::vector<std::string>& no_plans_of) = 0;
  absl::StatusOr<std::optional<Lease>> ClaimRun(const std::string& worker,
                                                absl::Duration duration) {
    return ClaimRun(worker, duration, {});
  }
  virtual absl::StatusOr<Lease> RenewLease(const Lease& lease, absl::Duration duration) = 0;
  // Whether some worker has the run under a live lease.
  virtual absl::StatusOr<bool> HasWorker(const std::string& run_id) = 0;
  // Gives the run back; `waiting`: it has no work until something happens to it.
  virtual absl::Status ReleaseLease(const Lease& lease, bool waiting) = 0;

  // Blocks until the journal of `run_id` holds more than `count` events, or `deadline`. True if it
  // does.
  virtual absl::StatusOr<bool> WaitForEvents(const std::string& run_id, uint64_t count,
                                             absl::Time deadline) = 0;
  // Blocks until some run may have work, or `deadline`.
  virtual absl::Status WaitForWork(absl::Time deadline) = 0;

  virtual absl::StatusOr<std::vector<Approval>> ListApprovals(const std::string& state) = 0;
  virtual absl::StatusOr<Approval> GetApproval(const std::string& id) = 0;

  virtual absl::StatusOr<PrincipalRecord> GetPrincipal(const std::string& id) = 0;
  virtual absl::StatusOr<std::vector<PrincipalRecord>> ListPrincipals() = 0;
  virtual absl::Status PutPrincipal(const PrincipalRecord& record) = 0;
  // The credential itself is never stored, only its SHA-256.
  virtual absl::Status SetCredential(const std::string& principal,
                                     const std::string& credential_sha256) = 0;
  virtual absl::StatusOr<std::string> PrincipalOfCredential(
      const std::string& credential_sha256) = 0;
  virtual absl::StatusOr<bool> HasCredential(const std::string& principal) = 0;

  // Records something that is not about one run (start, stop, policy load, denied login).
  virtual absl::Status Record(const std::string& actor, const std::string& type,
                              const base::Json& payload) = 0;

  // Keeps the policies that runs are decided by from now on, each version once.
  virtual absl::Status KeepPolicies(const policies::PolicyFiles& files) = 0;

  // Everything about one run, with the policies that its records name, ready for offline
  // verification. Unavailable until the newest record is under a signed checkpoint (at most a
  // second).
  virtual absl::StatusOr<policies::AuditExport> ExportRun(const std::string& run_id) = 0;
  struct SequencedRecord {
    uint64_t index;
    policies::AuditRecord record;
  };
  virtual absl::StatusOr<std::vector<SequencedRecord>> AuditRecords(uint64_t from_index,
                                                                    int limit) = 0;
  virtual absl::StatusOr<std::string> LatestCheckpoint() = 0;  // signed note
  virtual const std::string& audit_verifier_key() const = 0;

  // How far the machine's clock is behind the newest audit record; zero: it is not. Until it has
  // caught up, what is recorded gets the time of that record.
  virtual absl::Duration ClockBehind() = 0;
};

}  // namespace agents
