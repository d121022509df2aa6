#include "deploy/server/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/http.h"
#include "model_core/base/strings.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/peer.h"
#include "tests/fakes/scripted_planner.h"
#include "tests/fakes/test_store.h"

namespace deploy {
namespace {

TEST(Metrics, AreServedOnLoopbackOnly) {
  const auto store = fakes::OpenTestStore(fakes::MakeTestDatabase());
  tools::ToolRegistry registry(tools::Catalogue::BuiltIn(), {});
  const fakes::ScriptedPlanner planner;
  const StoreSpeed speed(absl::Seconds(1));
  for (const char* listen :
       {"0.0.0.0:0", "127.example.com:0", "127.0.0.1.example.com:0", "[::2]:0", "7421"}) {
    const absl::Status status = StartMetrics(listen, *store, registry, planner, speed).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << listen << ": " << status;
  }
  const absl::Status served =
      StartMetrics("127.0.0.2:0", *store, registry, planner, speed).status();
  EXPECT_TRUE(served.ok()) << served;
}

// What is served at `address` once a line of it begins with `line`, or as it is after a while.
std::string Scrape(const std::string& address, const std::string& line) {
  const auto http = connectors::MakeHttpClient({});
  std::string served;
  for (int i = 0; i < 200 && served.find("\n" + line) == std::string::npos; ++i) {
    const auto response = http->Do({"GET", base::StrCat("http://", address, "/metrics"), {}, ""},
                                   {absl::Now() + absl::Seconds(5), {}});
    if (response.ok()) served = response->body;
    absl::SleepFor(absl::Milliseconds(50));
  }
  return served;
}

TEST(Metrics, TellHowFarTheClockIsBehind) {
  fakes::ManualClock clock(absl::FromUnixSeconds(1'790'000'000));
  const auto store = fakes::OpenTestStore(fakes::MakeTestDatabase(), clock);
  ASSERT_TRUE(store->Record("maru", "test.happened", base::Json::object()).ok());
  tools::ToolRegistry registry(tools::Catalogue::BuiltIn(), {});
  const fakes::ScriptedPlanner planner;
  StoreSpeed speed(absl::Hours(1));
  speed.Committed(absl::Seconds(7));
  const std::string address = base::StrCat("127.0.0.1:", fakes::FreePort());
  const auto metrics = StartMetrics(address, *store, registry, planner, speed);
  ASSERT_TRUE(metrics.ok()) << metrics.status();
  const std::string in_time = "maru_clock_behind_seconds 0\n";
  EXPECT_THAT(Scrape(address, in_time), testing::HasSubstr(in_time));
  EXPECT_THAT(Scrape(address, "maru_store_slowest_commit_seconds 7\n"),
              testing::HasSubstr("maru_store_slowest_commit_seconds 7\n"));
  clock.Advance(-absl::Hours(2));
  const std::string behind = "maru_clock_behind_seconds 7200\n";
  EXPECT_THAT(Scrape(address, behind), testing::HasSubstr(behind));
  clock.Advance(absl::Hours(3));
  EXPECT_THAT(Scrape(address, in_time), testing::HasSubstr(in_time));
}

}  // namespace
}  // namespace deploy
