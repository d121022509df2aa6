// PostgreSQL servers that take a connection and then say nothing.
#include <gtest/gtest.h>

#include <atomic>

#include "connectors/sql.h"
#include "tests/unit/connectors/hung_database.h"

namespace connectors {
namespace {

std::string Error(const HungDatabase& database, const tools::CallContext& context) {
  const auto rows = MakeSqlReader(database.dsn(), "plant")->Rows("SELECT 1 AS one", {}, context);
  return rows.ok() ? "ok" : rows.error().code;
}

TEST(SqlReader, IsLateWithAServerThatNeverLetsItIn) {
  EXPECT_EQ(Error(HungDatabase(""), {absl::Now() + absl::Seconds(1), nullptr}), "timeout");
}

TEST(SqlReader, IsLateWithAServerThatNeverAnswersAQuery) {
  EXPECT_EQ(Error(HungDatabase(), {absl::Now() + absl::Seconds(1), nullptr}), "timeout");
}

TEST(SqlReader, DoesNotWaitForOneWhenItsCallIsCancelled) {
  std::atomic<int> looks = 0;
  EXPECT_EQ(Error(HungDatabase(), {absl::Now() + absl::Hours(1), [&looks] { return ++looks > 3; }}),
            "timeout");
}

}  // namespace
}  // namespace connectors
