// TestStore: a RunStore on PostgreSQL in a database of its own. One private cluster serves a whole
// test program and goes with it.
#pragma once

#include <memory>
#include <string>

#include "connectors/postgres.h"

namespace fakes {

// The cluster of this test program, started on first use in a directory below the system's
// temporary one.
connectors::PrivateCluster& TestCluster();

struct TestDatabase {
  std::string owner_dsn, app_dsn;
};
TestDatabase MakeTestDatabase();

// A signing key that lives as long as the program.
policies::CheckpointSigner& TestSigner();

// Its audit log is sequenced more often than a product's, so that nobody waits for it.
std::unique_ptr<agents::RunStore> OpenTestStore(
    const TestDatabase& database, base::Clock& clock = base::SystemClock(),
    absl::Duration checkpoint_interval = absl::Milliseconds(40));

// A directory below the system's temporary one that the database server's account can reach;
// removed at exit.
std::string TestDirectory();

// The sample organisation's people (deploy/sample/principals.json), put into `store`.
void PutSamplePeople(agents::RunStore& store);

}  // namespace fakes
