// Permit: proof of one positive decision for one tool call. Only an Authorizer makes one; it cannot
// be copied, and it is spent by the call it names. A tool cannot be called without it: the type is
// the enforcement.
#pragma once

#include <string>
#include <utility>

#include "policies/label.h"
#include "policies/named_record.h"

namespace policies {

// What a permit is bound to; Hash() is what approvers sign and what the executor re-computes from
// the very bytes it is about to send.
struct CallBinding {
  std::string run_id;
  std::string step_id;
  std::string tool;
  base::Json arguments;  // every default bound, every reference resolved
  Label label;           // join of the arguments' labels, and of those of `records`
  std::string plan_hash;
  std::string policy_version;
  NamedRecords records = {};  // that exist already, as they were looked up for this call

  std::string Hash() const;  // hex SHA-256 over the canonical JSON of all of the above
};

class Permit {
 public:
  Permit(Permit&& other) noexcept : call_hash_(std::exchange(other.call_hash_, {})) {}
  Permit& operator=(Permit&&) = delete;
  Permit(const Permit&) = delete;

  // The call this permit allows; empty once moved from.
  const std::string& call_hash() const { return call_hash_; }

 private:
  friend class PermitOffice;
  explicit Permit(std::string call_hash) : call_hash_(std::move(call_hash)) {}
  std::string call_hash_;
};

}  // namespace policies
