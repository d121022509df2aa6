// Starts a private cluster as marud does, migrations included, and stays: for a test that kills it
// on the way.
//
//   cluster_starter DIRECTORY
#include <unistd.h>

#include "connectors/postgres.h"
#include "connectors/postgres/migrate.h"

int main(int, char** argv) {
  const auto cluster = connectors::StartPrivateCluster(argv[1]);
  if (!cluster.ok() || !connectors::Migrate((*cluster)->owner_dsn()).ok()) return 1;
  for (;;) pause();
}
