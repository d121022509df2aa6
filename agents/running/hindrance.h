// Hindrance: what keeps every run from going on, if anything does: a store that is full or away, a
// planner that is away. Workers tell what they meet; what goes well again is over. Thread-safe.
#pragma once

#include <mutex>

#include "absl/status/status.h"

namespace agents {

class Hindrance {
 public:
  // How an append of a run's events went.
  void Appended(const absl::Status& status) {
    const std::lock_guard lock(mutex_);
    Note(status, append_);
  }

  // How a claim went. `wrote`: there was a run to take, so something was written. One that wrote
  // says nothing of an append, which takes more room.
  void Claimed(const absl::Status& status, bool wrote) {
    const std::lock_guard lock(mutex_);
    if (!status.ok() || wrote) Note(status, claim_);
    if (!status.ok()) return;
    for (absl::Status* met : {&append_, &claim_}) {
      if (absl::IsUnavailable(*met)) *met = absl::OkStatus();  // it answers
    }
  }

  // How an attempt to plan went.
  void Planned(const absl::Status& status) {
    const std::lock_guard lock(mutex_);
    planner_ = absl::IsUnavailable(status) ? status : absl::OkStatus();
  }

  // The store's own error; OK: nothing.
  absl::Status Now() const {
    const std::lock_guard lock(mutex_);
    return append_.ok() ? claim_ : append_;
  }
  // The planner's own error while it is away; OK: it is not.
  absl::Status Planner() const {
    const std::lock_guard lock(mutex_);
    return planner_;
  }

 private:
  // Any other failure is one run's own. A store that is away after it was full is full still: for
  // want of room its server ends, and starts again.
  static void Note(const absl::Status& status, absl::Status& met) {
    const bool full = absl::IsResourceExhausted(status), away = absl::IsUnavailable(status);
    if (status.ok() || full || (away && !absl::IsResourceExhausted(met))) met = status;
  }

  mutable std::mutex mutex_;
  absl::Status append_, claim_, planner_;  // guarded by mutex_
};

}  // namespace agents
