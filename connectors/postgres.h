// PostgreSQL: the one durable store, and the private cluster that Maru keeps when it is given no
// other.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "agents/run_store.h"
#include "model_core/base/clock.h"
#include "model_core/base/random.h"
#include "policies/audit_log.h"

namespace connectors {

struct PostgresOptions {
  std::string owner_dsn;  // may create and migrate; used at start only
  std::string app_dsn;    // what runs use: no DDL, append-only tables append-only
  int connections = 6;
  absl::Duration checkpoint_interval = absl::Milliseconds(500);
  // Told how long each commit to a run's journal took, from the thread that waited for it.
  std::function<void(absl::Duration)> committed = nullptr;
};

// Migrates, connects, and starts the audit sequencer. FailedPrecondition: the database was migrated
// by a newer Maru, or its audit log does not match its last signed checkpoint.
absl::StatusOr<std::unique_ptr<agents::RunStore>> MakePostgresRunStore(
    PostgresOptions options, base::Clock& clock, base::Random& random,
    policies::CheckpointSigner& signer);

// A PostgreSQL cluster of Maru's own: Unix socket only, data checksums, C.UTF-8. It runs as
// `postgres` when Maru runs as root, else as the current user. Supervised: restarted when it dies.
// Stopped by the destructor.
class PrivateCluster {
 public:
  virtual ~PrivateCluster() = default;
  virtual std::string owner_dsn() const = 0;
  virtual std::string app_dsn() const = 0;
  // The server process that this object started, for tests that kill it.
  virtual int server_pid() const = 0;
};

// Makes the cluster in `directory` if there is none, and starts it. Errors name the directory and
// what the server said: no space, no permission, made by another PostgreSQL version. AlreadyExists:
// another process has it. DataLoss: what is there is no whole cluster, and may have held something.
absl::StatusOr<std::unique_ptr<PrivateCluster>> StartPrivateCluster(const std::string& directory);

}  // namespace connectors
