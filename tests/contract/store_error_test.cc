// What is said of a store that is away or full.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <pqxx/pqxx>

#include "connectors/postgres/store_errors.h"
#include "tests/contract/run_store_events.h"
#include "tests/fakes/whole_korean.h"

namespace agents {
namespace {

using testing::HasSubstr;

// What people are told of a database's failure: the thing and what to do, not the server's words.
TEST(StoreError, SaysWhatToDoInBothLanguagesAndKeepsTheServersWordsForTheLog) {
  struct Case {
    const char *state, *reason, *english, *korean;
  };
  const Case cases[] = {
      {"53100", "STORE_FULL", "no disk space left: free some", "디스크를 비우십시오"},
      {"58030", "STORE_FULL", "no disk space left: free some", "디스크를 비우십시오"},
      {"53300", "STORE_BUSY", "raise its limits", "한도를 늘리십시오"},
      {"57P03", "STORE_UNAVAILABLE", "does not answer: try again", "다시 하십시오"},
      {"08006", "STORE_UNAVAILABLE", "does not answer: try again", "다시 하십시오"},
      {"28P01", "STORE_REFUSES", "check store.owner_dsn", "확인하십시오"},
      {"57014", "STORE_LATE", "took too long", "제한 시간"}};
  for (const auto& [state, reason, english, korean] : cases) {
    const absl::Status status =
        connectors::StoreError(pqxx::sql_error("the server's\nwords", "SELECT 1", state));
    EXPECT_EQ(base::Reason(status), reason) << state;
    EXPECT_THAT(base::Message(status, base::Language::kEnglish), HasSubstr(english));
    EXPECT_THAT(base::Message(status, base::Language::kKorean), HasSubstr(korean));
    EXPECT_THAT(base::Message(status, base::Language::kEnglish), Not(HasSubstr("words")));
    EXPECT_EQ(connectors::ServerWords(status), "the server's words");
  }
  const pqxx::broken_connection many("FATAL:  sorry, too many clients already");
  EXPECT_EQ(base::Reason(connectors::StoreError(many)), "STORE_BUSY");
  for (const absl::Status& status : {agents::NoRun("run-7"), connectors::LeaseLost("run-7")})
    EXPECT_EQ(fakes::EnglishWordsIn(status), "");
}

TEST(StoreError, IsWhatAStoreThatCannotBeReachedGives) {
  const std::string nowhere = "host=/nonexistent dbname=maru user=maru_owner";
  const auto store = connectors::MakePostgresRunStore({nowhere, nowhere}, base::SystemClock(),
                                                      base::SystemRandom(), fakes::TestSigner());
  EXPECT_TRUE(absl::IsUnavailable(store.status()));
  EXPECT_EQ(base::Reason(store.status()), "STORE_UNAVAILABLE");
  EXPECT_THAT(std::string(store.status().message()), Not(HasSubstr("/nonexistent")));
}

}  // namespace
}  // namespace agents
