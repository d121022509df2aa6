// What every RunStore promises, on PostgreSQL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <pqxx/pqxx>
#include <thread>

#include "model_core/base/sha256.h"
#include "tests/contract/run_store_events.h"

namespace agents {
namespace {

using testing::HasSubstr;

class RunStoreTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    database_ = fakes::MakeTestDatabase();
    store_ = fakes::OpenTestStore(database_);
  }
  static void TearDownTestSuite() { store_.reset(); }

  std::string Create() { return *store_->CreateRun(Request()); }
  uint64_t Count(const std::string& id) { return store_->Journal(id, 0)->size(); }
  // As nobody should be able to: on a connection of the application role.
  std::string AsApp(const std::string& sql) {
    try {
      pqxx::connection connection(database_.app_dsn);
      pqxx::nontransaction(connection).exec(sql);
    } catch (const std::exception& error) {
      return error.what();
    }
    return "";
  }

  static inline fakes::TestDatabase database_;
  static inline std::unique_ptr<RunStore> store_;
};

TEST_F(RunStoreTest, ARunBeginsWithItsRequest) {
  const std::string id = Create();
  const auto journal = store_->Journal(id, 0);
  ASSERT_TRUE(journal.ok());
  ASSERT_EQ(journal->size(), 1u);
  EXPECT_EQ(journal->front().type, "run.created");
  EXPECT_EQ(journal->front().actor, "kim.legal");
  EXPECT_EQ(Fold(id, *journal)->request.text, Request().text);
}

TEST_F(RunStoreTest, TheApplicationRoleKeepsNothingBesidesMarusTables) {
  EXPECT_THAT(AsApp("CREATE TEMP TABLE t (x int)"), HasSubstr("permission denied"));
  EXPECT_THAT(AsApp("CREATE TABLE t (x int)"), HasSubstr("permission denied"));
  EXPECT_THAT(AsApp("CREATE SCHEMA s"), HasSubstr("permission denied"));
  for (const char* maker : {"lo_creat(-1)", "lo_create(0)", "lo_from_bytea(0, 'x')"})
    EXPECT_THAT(AsApp(StrCat("SELECT ", maker)), HasSubstr("permission denied")) << maker;
}

TEST_F(RunStoreTest, TheSameMessageNeverStartsTwoRuns) {
  const auto first = store_->CreateRun(Request("message-1"));
  const auto again = store_->CreateRun(Request("message-1"));
  RunRequest other = Request("message-1");
  other.principal = "han.clerk";
  ASSERT_TRUE(first.ok() && again.ok());
  EXPECT_EQ(*first, *again);
  EXPECT_NE(*first, *store_->CreateRun(other));
  EXPECT_EQ(Count(*first), 1u);
}

TEST_F(RunStoreTest, AppendsAllOrNothingAtTheExpectedCount) {
  const std::string id = Create();
  EXPECT_EQ(*store_->Append(id, nullptr, 1, {Waiting("a"), Waiting("b")}), 3u);
  EXPECT_TRUE(absl::IsAborted(store_->Append(id, nullptr, 2, {Waiting("c")}).status()));
  EXPECT_TRUE(absl::IsAborted(store_->Append(id, nullptr, 9, {Waiting("c")}).status()));
  EXPECT_TRUE(absl::IsNotFound(store_->Append("no-such-run", nullptr, 1, {Waiting("c")}).status()));
  const auto journal = *store_->Journal(id, 0);
  ASSERT_EQ(journal.size(), 3u);
  for (size_t i = 0; i < journal.size(); ++i) EXPECT_EQ(journal[i].index, i);
  EXPECT_EQ(store_->Journal(id, 2)->size(), 1u);
}

TEST_F(RunStoreTest, OfAppendsAtOnceExactlyOneHolds) {
  const std::string id = Create();
  std::atomic<int> held{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back(
        [&] { held += store_->Append(id, nullptr, 1, {Waiting("x")}).ok() ? 1 : 0; });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(held, 1);
  EXPECT_EQ(Count(id), 2u);
}

TEST_F(RunStoreTest, TextOfEveryKindComesBackAsItWas) {
  RunRequest request = Request();
  request.text = "따옴표 \" ' \\ {,} NULL \n 줄바꿈 \t 탭 🙂 $1 %s";
  const std::string id = *store_->CreateRun(request);
  ASSERT_TRUE(store_->Append(id, nullptr, 1, {Waiting(request.text)}).ok());
  const auto journal = *store_->Journal(id, 0);
  EXPECT_EQ(journal[0].body["text"], request.text);
  EXPECT_EQ(journal[1].body["reason_ko"], request.text);
}

TEST_F(RunStoreTest, ANulByteInARequestIsRefused) {
  RunRequest request = Request();
  request.text = std::string("가\0나", 7);
  EXPECT_TRUE(absl::IsInvalidArgument(store_->CreateRun(request).status()));
}

TEST_F(RunStoreTest, AReplyJoinsTheRequestInTheListOfRuns) {
  RunRequest request = Request();
  request.conversation_id = "conversation-of-the-reply";
  const std::string id = *store_->CreateRun(request);
  ASSERT_TRUE(
      store_->Append(id, nullptr, 1, {{0, "", "kim.legal", "run.replied", {{"text", "의료법"}}}})
          .ok());
  RunFilter filter;
  filter.conversation_id = request.conversation_id;
  const auto page = *store_->ListRuns(filter);
  ASSERT_EQ(page.runs.size(), 1u);
  EXPECT_EQ(page.runs[0].text, StrCat(request.text, "\n의료법"));
  EXPECT_EQ(page.runs[0].state, RunState::kWorking);
}

TEST_F(RunStoreTest, ListsPagesNewestFirstAndFilters) {
  for (int i = 0; i < 5; ++i) {
    RunRequest request = Request();
    request.principal = "page.reader";
    const std::string id = *store_->CreateRun(request);
    if (i == 0) {
      ASSERT_TRUE(store_->Append(id, nullptr, 1, {Ended(2)}).ok());
    }
  }
  RunFilter filter;
  filter.principal = "page.reader";
  filter.page_size = 2;
  std::set<std::string> seen;
  for (int page_number = 0; page_number < 3; ++page_number) {
    const auto page = *store_->ListRuns(filter);
    EXPECT_EQ(page.total, 5);
    for (const RunSummary& run : page.runs) seen.insert(run.id);
    filter.page_token = page.next_page_token;
    EXPECT_EQ(page.next_page_token.empty(), page_number == 2);
  }
  EXPECT_EQ(seen.size(), 5u);
  filter.page_token.clear();
  filter.states = {RunState::kCompleted, RunState::kFailed};
  EXPECT_EQ(store_->ListRuns(filter)->runs.size(), 1u);
}

TEST_F(RunStoreTest, WaitingForEventsEndsWhenOneComesAndAtTheDeadline) {
  const std::string id = Create();
  EXPECT_FALSE(*store_->WaitForEvents(id, 1, absl::Now() + absl::Milliseconds(20)));
  std::thread writer([&] { ASSERT_TRUE(store_->Append(id, nullptr, 1, {Waiting("a")}).ok()); });
  EXPECT_TRUE(*store_->WaitForEvents(id, 1, absl::Now() + absl::Seconds(30)));
  writer.join();
  EXPECT_TRUE(absl::IsNotFound(store_->WaitForEvents("nobody", 0, absl::Now()).status()));
}

TEST_F(RunStoreTest, AnotherProcessHearsOfEvents) {
  const auto other = fakes::OpenTestStore(database_);
  const std::string id = Create();
  std::thread writer([&] {
    absl::SleepFor(absl::Milliseconds(50));
    ASSERT_TRUE(store_->Append(id, nullptr, 1, {Waiting("a")}).ok());
  });
  EXPECT_TRUE(*other->WaitForEvents(id, 1, absl::Now() + absl::Seconds(30)));
  writer.join();
}

TEST_F(RunStoreTest, ApprovalsFollowTheJournal) {
  const std::string id = Create();
  ASSERT_TRUE(
      store_->Append(id, nullptr, 1, {Asked(StrCat(id, "-a")), Asked(StrCat(id, "-b"))}).ok());
  EXPECT_EQ(store_->GetApproval(StrCat(id, "-a"))->state, "pending");
  EXPECT_EQ(store_->GetApproval(StrCat(id, "-a"))->requester, "han.clerk");
  ASSERT_TRUE(store_->Append(id, nullptr, 3, {Answered(StrCat(id, "-a"))}).ok());
  const auto approved = store_->GetApproval(StrCat(id, "-a"));
  EXPECT_EQ(approved->state, "approved");
  ASSERT_EQ(approved->answers.size(), 1u);
  EXPECT_EQ(approved->answers[0].reason, "좋음");
  ASSERT_TRUE(store_->Append(id, nullptr, 4, {Ended(5)}).ok());
  EXPECT_EQ(store_->GetApproval(StrCat(id, "-a"))->state, "approved");
  EXPECT_EQ(store_->GetApproval(StrCat(id, "-b"))->state, "void");
  const auto pending = *store_->ListApprovals("pending");
  for (const Approval& approval : pending) EXPECT_NE(approval.run_id, id);
  EXPECT_TRUE(absl::IsNotFound(store_->GetApproval("none").status()));
}

TEST_F(RunStoreTest, PrincipalsAndCredentialsAreKept) {
  fakes::PutSamplePeople(*store_);
  const auto kim = store_->GetPrincipal("kim.legal");
  ASSERT_TRUE(kim.ok());
  EXPECT_EQ(kim->principal.unit, "legal");
  EXPECT_GE(store_->ListPrincipals()->size(), 10u);
  EXPECT_TRUE(absl::IsNotFound(store_->GetPrincipal("nobody").status()));
  const std::string hash = base::Sha256Hex("secret");
  EXPECT_FALSE(*store_->HasCredential("kim.legal"));
  ASSERT_TRUE(store_->SetCredential("kim.legal", hash).ok());
  EXPECT_EQ(*store_->PrincipalOfCredential(hash), "kim.legal");
  ASSERT_TRUE(store_->SetCredential("kim.legal", base::Sha256Hex("newer")).ok());
  EXPECT_TRUE(absl::IsUnauthenticated(store_->PrincipalOfCredential(hash).status()));
  EXPECT_TRUE(*store_->HasCredential("kim.legal"));
  EXPECT_FALSE(*store_->HasCredential("han.clerk"));
}

TEST_F(RunStoreTest, TheApplicationRoleCannotRewriteHistory) {
  for (const char* table : {"events", "effects", "effect_outcomes", "audit_records", "audit_leaves",
                            "audit_checkpoints", "policy_texts"}) {
    EXPECT_THAT(AsApp(StrCat("DELETE FROM ", table)), HasSubstr("permission denied")) << table;
    EXPECT_THAT(AsApp(StrCat("TRUNCATE ", table)), HasSubstr("permission denied")) << table;
  }
  EXPECT_THAT(AsApp("UPDATE events SET body = '{}'"), HasSubstr("permission denied"));
  EXPECT_THAT(AsApp("UPDATE audit_records SET payload = '{}'"), HasSubstr("permission denied"));
}

TEST_F(RunStoreTest, TheApplicationRoleHasNoDdlRights) {
  EXPECT_THAT(AsApp("CREATE TABLE mine (x int)"), HasSubstr("permission denied"));
  EXPECT_THAT(AsApp("DROP TABLE events"), HasSubstr("must be owner"));
  EXPECT_THAT(AsApp("ALTER TABLE events DISABLE TRIGGER ALL"), HasSubstr("must be owner"));
  EXPECT_THAT(AsApp("CREATE ROLE friend"), HasSubstr("permission denied"));
}

TEST_F(RunStoreTest, EvenTheOwnerIsRefusedByTheAppendOnlyTables) {
  pqxx::connection connection(database_.owner_dsn);
  pqxx::nontransaction work(connection);
  EXPECT_THROW(work.exec("DELETE FROM audit_records"), pqxx::sql_error);
  EXPECT_THROW(work.exec("UPDATE events SET body = '{}'"), pqxx::sql_error);
}

}  // namespace
}  // namespace agents
