// FaultyStore: a RunStore that fails as it is told, in front of a real one. Thread-safe.
#pragma once

#include <atomic>

#include "agents/run_store.h"

namespace fakes {

class FaultyStore : public agents::RunStore {
 public:
  explicit FaultyStore(agents::RunStore& real) : real_(real) {}

  // After `count` more appends the process is as good as dead: nothing it asks of the store
  // succeeds any more. `answer_lost`: the append at which it dies is made, and only the answer does
  // not arrive.
  void DieAfterAppends(int count, bool answer_lost) {
    appends_left_ = count;
    answer_lost_ = answer_lost;
  }
  void Die() { dead_ = true; }
  void Revive() { dead_ = false; }  // after Die
  // The next `count` appends fail with `status`; nothing is appended.
  void FailAppends(int count, absl::Status status) {
    failure_ = std::move(status);
    failures_left_ = count;
  }
  // The next append is made, and its answer is lost once.
  void LoseOneAnswer() { lose_one_ = true; }
  bool dead() const { return dead_; }
  int appends() const { return appends_; }

  absl::StatusOr<uint64_t> Append(const std::string& run_id, const agents::Lease* lease,
                                  uint64_t expected_count,
                                  const std::vector<agents::Event>& events) override {
    if (dead_) return Dead();
    if (failures_left_ > 0 && failures_left_-- > 0) return failure_;
    if (appends_left_ == 0) {
      dead_ = true;
      if (answer_lost_) real_.Append(run_id, lease, expected_count, events).IgnoreError();
      return Dead();
    }
    if (appends_left_ > 0) --appends_left_;
    ++appends_;
    auto count = real_.Append(run_id, lease, expected_count, events);
    if (lose_one_.exchange(false)) return Dead();
    return count;
  }

  absl::StatusOr<std::string> CreateRun(const agents::RunRequest& r) override {
    return Ask([&] { return real_.CreateRun(r); });
  }
  absl::StatusOr<std::vector<agents::Event>> Journal(const std::string& id,
                                                     uint64_t from) override {
    return Ask([&] { return real_.Journal(id, from); });
  }
  absl::StatusOr<agents::RunPage> ListRuns(const agents::RunFilter& f) override {
    return Ask([&] { return real_.ListRuns(f); });
  }
  absl::StatusOr<std::optional<agents::Lease>> ClaimRun(
      const std::string& w, absl::Duration d, const std::vector<std::string>& not_of) override {
    return Ask([&] { return real_.ClaimRun(w, d, not_of); });
  }
  absl::StatusOr<agents::Lease> RenewLease(const agents::Lease& l, absl::Duration d) override {
    return Ask([&] { return real_.RenewLease(l, d); });
  }
  absl::StatusOr<bool> HasWorker(const std::string& id) override {
    return Ask([&] { return real_.HasWorker(id); });
  }
  absl::Status ReleaseLease(const agents::Lease& l, bool waiting) override {
    return dead_ ? Dead() : real_.ReleaseLease(l, waiting);
  }
  absl::StatusOr<bool> WaitForEvents(const std::string& id, uint64_t count,
                                     absl::Time deadline) override {
    return Ask([&] { return real_.WaitForEvents(id, count, deadline); });
  }
  absl::Status WaitForWork(absl::Time deadline) override {
    return dead_ ? Dead() : real_.WaitForWork(deadline);
  }
  absl::StatusOr<std::vector<agents::Approval>> ListApprovals(const std::string& s) override {
    return Ask([&] { return real_.ListApprovals(s); });
  }
  absl::StatusOr<agents::Approval> GetApproval(const std::string& id) override {
    return Ask([&] { return real_.GetApproval(id); });
  }
  absl::StatusOr<agents::PrincipalRecord> GetPrincipal(const std::string& id) override {
    return Ask([&] { return real_.GetPrincipal(id); });
  }
  absl::StatusOr<std::vector<agents::PrincipalRecord>> ListPrincipals() override {
    return Ask([&] { return real_.ListPrincipals(); });
  }
  absl::Status PutPrincipal(const agents::PrincipalRecord& r) override {
    return real_.PutPrincipal(r);
  }
  absl::Status SetCredential(const std::string& p, const std::string& c) override {
    return real_.SetCredential(p, c);
  }
  absl::StatusOr<std::string> PrincipalOfCredential(const std::string& c) override {
    return real_.PrincipalOfCredential(c);
  }
  absl::StatusOr<bool> HasCredential(const std::string& p) override {
    return Ask([&] { return real_.HasCredential(p); });
  }
  absl::Status Record(const std::string& a, const std::string& t, const base::Json& p) override {
    return real_.Record(a, t, p);
  }
  absl::Status KeepPolicies(const policies::PolicyFiles& files) override {
    return real_.KeepPolicies(files);
  }
  absl::StatusOr<policies::AuditExport> ExportRun(const std::string& id) override {
    return real_.ExportRun(id);
  }
  absl::StatusOr<std::vector<SequencedRecord>> AuditRecords(uint64_t from, int limit) override {
    return real_.AuditRecords(from, limit);
  }
  absl::StatusOr<std::string> LatestCheckpoint() override { return real_.LatestCheckpoint(); }
  const std::string& audit_verifier_key() const override { return real_.audit_verifier_key(); }
  absl::Duration ClockBehind() override { return real_.ClockBehind(); }

 private:
  static absl::Status Dead() {
    return absl::UnavailableError("the connection to the store is gone");
  }
  template <typename Call>
  auto Ask(const Call& call) -> decltype(call()) {
    if (dead_) return Dead();
    return call();
  }

  agents::RunStore& real_;
  std::atomic<int> appends_left_{-1};  // -1: for ever
  std::atomic<int> failures_left_{0};
  std::atomic<int> appends_{0};
  std::atomic<bool> answer_lost_{false}, dead_{false}, lose_one_{false};
  absl::Status failure_;
};

}  // namespace fakes
