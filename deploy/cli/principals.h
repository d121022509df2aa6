// The parts of `maru principals`.
#pragma once

#include <string>

#include "deploy/cli/session.h"

namespace deploy::cli {

struct PrincipalOptions {
  std::string id, file, output;
};

// A principal in full, as JSON or for people; always kOk.
ExitCode ShowPrincipal(const Session& session, const base::Json& principal);

absl::StatusOr<ExitCode> IssueCredential(const Session& session, const PrincipalOptions& options);
absl::StatusOr<ExitCode> DisablePrincipal(const Session& session, const PrincipalOptions& options);
absl::StatusOr<ExitCode> AddPrincipal(const Session& session, const PrincipalOptions& options);

}  // namespace deploy::cli
