#include "deploy/server/metrics.h"

#include <gtest/gtest.h>

#include "tests/fakes/scripted_planner.h"
#include "tests/fakes/test_store.h"

namespace deploy {
namespace {

TEST(Metrics, AreServedOnLoopbackOnly) {
  const auto store = fakes::OpenTestStore(fakes::MakeTestDatabase());
  tools::ToolRegistry registry(tools::Catalogue::BuiltIn(), {});
  const fakes::ScriptedPlanner planner;
  for (const char* listen :
       {"0.0.0.0:0", "127.example.com:0", "127.0.0.1.example.com:0", "[::2]:0", "7421"}) {
    const absl::Status status = StartMetrics(listen, *store, registry, planner).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << listen << ": " << status;
  }
  const absl::Status served = StartMetrics("127.0.0.2:0", *store, registry, planner).status();
  EXPECT_TRUE(served.ok()) << served;
}

}  // namespace
}  // namespace deploy
