// ApprovalSealer: tells an answer that Maru took from a person apart from one that was written into
// its tables. Its key lies beside marud and not in the database, so that whoever may insert there
// as marud does cannot make a seal.
//
// Immutable; thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "policies/decision.h"

namespace policies {

// All that a seal is over. Changing any of it breaks the seal.
struct SealedAnswer {
  std::string run_id, step_id, approval_id;
  std::string requester, tool;
  Obligation obligation;
  std::string call_hash;  // of run, step, tool, arguments, label, plan and policy version
  base::Json shown;       // what was put before the approver
  std::string approver;
  bool approved = false;
  std::string reason;
  std::string time;        // RFC 3339: when the answer was taken
  bool once_more = false;  // the effect asked about was not done, and is to be done once more
};

class ApprovalSealer {
 public:
  static constexpr size_t kKeyBytes = 32;

  // `key`: kKeyBytes bytes that nobody else knows.
  explicit ApprovalSealer(std::string key);

  // HMAC-SHA-256 in small hex.
  std::string Seal(const SealedAnswer& answer) const;
  // In a time that tells nothing of the right seal.
  bool Holds(const SealedAnswer& answer, std::string_view seal) const;

 private:
  std::string key_;
};

// The hash of the call that an approver was shown ({tool, arguments, label, plan_hash,
// policy_version}), made again from it; empty if it shows no call. Who answers for another hash was
// shown something else than what would be done.
std::string HashOfShown(const std::string& run_id, const std::string& step_id,
                        const base::Json& shown);

// Reads the key at `path`, or makes one there (mode 0600) if it does not exist: one, however many
// processes do so at once. FailedPrecondition: what is there is no key, or others than its owner
// may read it.
absl::StatusOr<ApprovalSealer> LoadOrMakeApprovalSealer(const std::string& path);
// The same of a key that is there already; nothing is made. OK: LoadOrMakeApprovalSealer may make
// one.
absl::Status CheckApprovalKey(const std::string& path);

}  // namespace policies
