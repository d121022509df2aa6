// Numbered migrations, built in; each in a transaction of its own, its checksum kept.
#pragma once

#include <string>

#include "model_core/base/status.h"

namespace connectors {

// Brings the database at `owner_dsn` to this program's version, making the role maru_app if there
// is none. FailedPrecondition: it was migrated by a newer Maru, or a migration that ran differs
// from the built-in one.
absl::Status Migrate(const std::string& owner_dsn);

}  // namespace connectors
