// The policies that an auditor has at hand: those that an export carries, those of a folder, and
// those built in; loaded when a record names them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "policies/audit_log.h"
#include "policies/authorizer.h"

namespace deploy::cli {

class PoliciesAtHand {
 public:
  // As which Maru decides: this one, or one from before what the catalogue declares was the least.
  enum class As { kThisMaru, kOlderMaru };

  // `directory`: of --policies; empty: none was given, and those built in stand in for it. An
  // error: it cannot be read.
  static absl::StatusOr<PoliciesAtHand> Of(const policies::AuditExport& bundle,
                                           const std::string& directory);

  // The policies of that version, ready to decide. FailedPrecondition: they are not here, or this
  // maru cannot load them.
  absl::StatusOr<policies::Authorizer*> Find(const std::string& version, As as = As::kThisMaru);

 private:
  std::map<std::string, policies::PolicyFiles> texts_;  // by version
  std::map<std::pair<std::string, As>, std::unique_ptr<policies::Authorizer>> loaded_;
  std::string here_;  // the folder's, or the built-in ones' version
};

}  // namespace deploy::cli
