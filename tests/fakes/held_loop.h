// HeldLoop: a RunLoop in front of a real one, whose runs are kept from going on as a test says:
// that is, it says so. Thread-safe.
#pragma once

#include <mutex>

#include "agents/run_loop.h"

namespace fakes {

class HeldLoop : public agents::RunLoop {
 public:
  explicit HeldLoop(agents::RunLoop& real) : real_(real) {}

  void Hold(absl::Status status) {
    const std::lock_guard lock(mutex_);
    held_ = std::move(status);
  }
  absl::Status Held(const agents::Run&) const override {
    const std::lock_guard lock(mutex_);
    return held_;
  }

  absl::StatusOr<bool> Advance(const std::string& worker,
                               const std::function<bool()>& stopping) override {
    return real_.Advance(worker, stopping);
  }
  absl::Status Reply(const std::string& run_id, const std::string& principal,
                     const std::string& text, const std::string& message_id) override {
    return real_.Reply(run_id, principal, text, message_id);
  }
  absl::Status Confirm(const std::string& run_id, const std::string& principal,
                       const std::string& approval_id, bool approved) override {
    return real_.Confirm(run_id, principal, approval_id, approved);
  }
  absl::Status Cancel(const std::string& run_id, const std::string& principal) override {
    return real_.Cancel(run_id, principal);
  }
  absl::Status Decide(const std::string& approval_id, const std::string& approver, bool approved,
                      const std::string& reason, const std::string& call_hash) override {
    return real_.Decide(approval_id, approver, approved, reason, call_hash);
  }
  absl::Status OnceMore(const std::string& approval_id, const std::string& approver,
                        const std::string& reason, const std::string& call_hash) override {
    return real_.OnceMore(approval_id, approver, reason, call_hash);
  }

 private:
  agents::RunLoop& real_;
  mutable std::mutex mutex_;
  absl::Status held_;  // guarded by mutex_
};

}  // namespace fakes
