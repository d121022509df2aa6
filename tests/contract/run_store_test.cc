// What every RunStore promises, on PostgreSQL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <pqxx/pqxx>
#include <thread>

#include "connectors/postgres/store_errors.h"
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/test_store.h"
#include "tests/fakes/whole_korean.h"

namespace agents {
namespace {

using base::Json;
using base::StrCat;
using testing::HasSubstr;

absl::Time At(const char* text) { return *base::ParseTimeText(text); }

RunRequest Request(const std::string& message = "") {
  return {"개인정보 보호법 제26조 보여줘", "kim.legal", "", "", message, "ko",
          "2026-11-24T10:00:00+09:00"};
}

Event Waiting(std::string reason) {
  return {0,
          "",
          "maru",
          "run.waiting",
          {{"state", "input_required"}, {"reason_en", reason}, {"reason_ko", reason}}};
}
Event Ended(uint64_t events) {
  return {0,
          "",
          "maru",
          "run.ended",
          {{"state", "completed"}, {"reason_en", ""}, {"reason_ko", ""}, {"events", events}}};
}
Event Asked(const std::string& id) {
  const policies::Obligation one{
      policies::Obligation::Kind::kApproveOne, {"dept_head"}, "", "approval.one"};
  return {0,
          "",
          "maru",
          "approval.requested",
          {{"approval_id", id},
           {"step", "s1"},
           {"tool", "ticket.create"},
           {"requester", "han.clerk"},
           {"obligation", policies::ToJson(one)},
           {"call_hash", "abc"},
           {"shown", {{"tool", "ticket.create"}}}}};
}
Event Answered(const std::string& id) {
  return {0,
          "",
          "seo.head",
          "approval.decided",
          {{"approval_id", id},
           {"step", "s1"},
           {"approver", "seo.head"},
           {"approved", true},
           {"reason", "좋음"},
           {"call_hash", "abc"}}};
}

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

class LeaseTest : public testing::Test {
 protected:
  std::unique_ptr<RunStore> store_ = fakes::OpenTestStore(fakes::MakeTestDatabase());
  static constexpr absl::Duration kLong = absl::Seconds(30);
};

TEST_F(LeaseTest, ARunIsLeasedToOneWorkerAtATime) {
  const std::string id = *store_->CreateRun(Request());
  const auto lease = *store_->ClaimRun("a", kLong);
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->run_id, id);
  EXPECT_FALSE(*store_->ClaimRun("b", kLong));
  EXPECT_TRUE(*store_->HasWorker(lease->run_id));
  ASSERT_TRUE(store_->ReleaseLease(*lease, /*waiting=*/false).ok());
  EXPECT_FALSE(*store_->HasWorker(lease->run_id));
  EXPECT_TRUE(*store_->ClaimRun("b", absl::Milliseconds(1)));
  absl::SleepFor(absl::Milliseconds(10));
  EXPECT_FALSE(*store_->HasWorker(lease->run_id)) << "its lease has ended";
  EXPECT_TRUE(absl::IsNotFound(store_->HasWorker("no-such-run").status()));
}

TEST_F(LeaseTest, TheOldestWorkIsTakenFirst) {
  const std::string first = *store_->CreateRun(Request()), second = *store_->CreateRun(Request());
  EXPECT_EQ((*store_->ClaimRun("a", kLong))->run_id, first);
  EXPECT_EQ((*store_->ClaimRun("a", kLong))->run_id, second);
}

TEST_F(LeaseTest, WhatAPersonHasSubmittedIsPassedByWhereAskedAndLaterWorkIsNot) {
  const std::string id = *store_->CreateRun(Request());
  EXPECT_FALSE(*store_->ClaimRun("a", kLong, {"kim.legal", "han.clerk"}));
  EXPECT_TRUE(*store_->ClaimRun("a", absl::Milliseconds(1), {"han.clerk"}));
  absl::SleepFor(absl::Milliseconds(20));
  const Lease lease = **store_->ClaimRun("a", kLong);
  ASSERT_TRUE(store_->Append(id, &lease, 1, {Waiting("law")}).ok());
  ASSERT_TRUE(store_->ReleaseLease(lease, /*waiting=*/false).ok());
  EXPECT_TRUE(*store_->ClaimRun("b", kLong, {"kim.legal"}));
}

TEST_F(LeaseTest, AWriteUnderALostLeaseIsRefused) {
  const std::string id = *store_->CreateRun(Request());
  const Lease old = **store_->ClaimRun("a", absl::Milliseconds(1));
  absl::SleepFor(absl::Milliseconds(20));
  const Lease held = **store_->ClaimRun("b", kLong);
  EXPECT_TRUE(absl::IsFailedPrecondition(store_->Append(id, &old, 1, {Waiting("late")}).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(store_->RenewLease(old, kLong).status()));
  EXPECT_TRUE(store_->ReleaseLease(old, false).ok());  // somebody else's lease stays
  EXPECT_TRUE(store_->Append(id, &held, 1, {Waiting("mine")}).ok());
  ASSERT_TRUE(store_->ReleaseLease(held, true).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(
      store_->Append(id, &held, 2, {Waiting("after release")}).status()));
}

TEST_F(LeaseTest, ARenewedLeaseHolds) {
  ASSERT_TRUE(store_->CreateRun(Request()).ok());
  const Lease lease = **store_->ClaimRun("a", absl::Milliseconds(50));
  ASSERT_TRUE(store_->RenewLease(lease, kLong).ok());
  absl::SleepFor(absl::Milliseconds(80));
  EXPECT_FALSE(*store_->ClaimRun("b", kLong));
}

TEST_F(LeaseTest, AWaitingRunHasNoWorkUntilSomethingHappensToIt) {
  const std::string id = *store_->CreateRun(Request());
  const Lease lease = **store_->ClaimRun("a", kLong);
  ASSERT_TRUE(store_->Append(id, &lease, 1, {Waiting("law")}).ok());
  ASSERT_TRUE(store_->ReleaseLease(lease, /*waiting=*/true).ok());
  EXPECT_FALSE(*store_->ClaimRun("a", kLong));
  ASSERT_TRUE(
      store_->Append(id, nullptr, 2, {{0, "", "kim.legal", "run.replied", {{"text", "의료법"}}}})
          .ok());
  EXPECT_TRUE(*store_->ClaimRun("a", kLong));
}

TEST_F(LeaseTest, WhatHappensWhileAWorkerIsAtItIsNotForgotten) {
  const std::string id = *store_->CreateRun(Request());
  const Lease lease = **store_->ClaimRun("a", kLong);
  ASSERT_TRUE(
      store_->Append(id, nullptr, 1, {{0, "", "kim.legal", "run.cancel_requested", Json::object()}})
          .ok());
  ASSERT_TRUE(store_->ReleaseLease(lease, /*waiting=*/true).ok());
  EXPECT_TRUE(*store_->ClaimRun("b", kLong));
}

TEST_F(LeaseTest, WaitingForWorkEndsWhenARunIsMade) {
  EXPECT_FALSE(*store_->ClaimRun("a", kLong));
  const absl::Time before = absl::Now();
  ASSERT_TRUE(store_->CreateRun(Request()).ok());  // before the wait begins: it must not be missed
  ASSERT_TRUE(store_->WaitForWork(absl::Now() + absl::Seconds(30)).ok());
  EXPECT_LT(absl::Now() - before, absl::Seconds(1));
}

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
  for (const absl::Status& status : {connectors::NoRun("run-7"), connectors::LeaseLost("run-7")})
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

class ClockTest : public testing::Test {
 protected:
  // The log once it holds `count` records; as it is after a while.
  std::vector<RunStore::SequencedRecord> Records(size_t count) {
    std::vector<RunStore::SequencedRecord> records;
    for (int i = 0; i < 500 && records.size() < count; ++i) {
      records = *store_->AuditRecords(0, 100);
      if (records.size() < count) absl::SleepFor(absl::Milliseconds(10));
    }
    return records;
  }
  size_t Jumps() {
    size_t jumps = 0;
    for (const auto& [index, record] : *store_->AuditRecords(0, 100))
      jumps += record.type == "clock.went_back" ? 1 : 0;
    return jumps;
  }
  void WaitForJump(size_t number) {
    for (int i = 0; i < 500 && Jumps() < number; ++i) absl::SleepFor(absl::Milliseconds(10));
    ASSERT_EQ(Jumps(), number);
  }

  fakes::ManualClock clock_{At("2026-11-24T10:00:00+09:00")};
  const fakes::TestDatabase database_ = fakes::MakeTestDatabase();
  std::unique_ptr<RunStore> store_ = fakes::OpenTestStore(database_, clock_);
};

TEST_F(ClockTest, AJournalsTimeNeverGoesBack) {
  const std::string id = *store_->CreateRun(Request());
  clock_.Advance(-absl::Hours(2));
  ASSERT_TRUE(store_->Append(id, nullptr, 1, {Waiting("a")}).ok());
  clock_.Advance(absl::Hours(3));
  ASSERT_TRUE(store_->Append(id, nullptr, 2, {Waiting("b")}).ok());
  const auto journal = *store_->Journal(id, 0);
  EXPECT_EQ(journal[1].time, "2026-11-24T10:00:00+09:00");
  EXPECT_EQ(journal[2].time, "2026-11-24T11:00:00+09:00");
}

TEST_F(ClockTest, NothingInTheLogIsBeforeTheNewestLeafAndItIsToldOnce) {
  ASSERT_TRUE(store_->CreateRun(Request()).ok());
  ASSERT_EQ(Records(1).size(), 1u);
  EXPECT_EQ(store_->ClockBehind(), absl::ZeroDuration());
  clock_.Advance(-absl::Hours(2));
  WaitForJump(1);
  EXPECT_EQ(store_->ClockBehind(), absl::Hours(2));
  const std::string id = *store_->CreateRun(Request());
  Event dated = Waiting("a");
  dated.time = base::TimeText(clock_.Now());  // as a driver dates its events
  ASSERT_TRUE(store_->Append(id, nullptr, 1, {dated}).ok());
  ASSERT_TRUE(store_->Record("maru", "test.happened", Json::object()).ok());
  const auto records = Records(5);
  ASSERT_EQ(records.size(), 5u);
  for (const auto& [index, record] : records) EXPECT_EQ(record.time, "2026-11-24T10:00:00+09:00");
  const Json& jump = records[1].record.payload;
  EXPECT_EQ(jump["behind_seconds"], 7200);
  EXPECT_EQ(jump["newest_leaf"], "2026-11-24T10:00:00+09:00");
  EXPECT_EQ(jump["now"], "2026-11-24T08:00:00+09:00");
  absl::SleepFor(absl::Milliseconds(200));  // the sequencer looks again and again
  EXPECT_EQ(Jumps(), 1u);
}

TEST_F(ClockTest, AClockThatCaughtUpAndGoesBackAgainIsToldAgain) {
  ASSERT_TRUE(store_->CreateRun(Request()).ok());
  for (size_t number = 1; number <= 2; ++number) {
    clock_.Advance(-absl::Hours(1));
    WaitForJump(number);
    clock_.Advance(absl::Hours(1));
    absl::SleepFor(absl::Milliseconds(200));  // the sequencer looks again
    EXPECT_EQ(store_->ClockBehind(), absl::ZeroDuration());
  }
}

TEST_F(ClockTest, AClockThatWentBackWhileMaruWasStoppedIsToldAtTheStart) {
  ASSERT_TRUE(store_->CreateRun(Request()).ok());
  ASSERT_EQ(Records(1).size(), 1u);
  store_.reset();
  clock_.Advance(-absl::Hours(24));
  store_ = fakes::OpenTestStore(database_, clock_);
  EXPECT_EQ(store_->ClockBehind(), absl::Hours(24));
  ASSERT_TRUE(store_->Record("maru", "server.started", Json::object()).ok());
  const auto records = Records(3);
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[1].record.type, "clock.went_back");
  EXPECT_EQ(records[2].record.time, records[0].record.time);
}

TEST_F(ClockTest, LeasesRunByTheDatabasesClock) {
  ASSERT_TRUE(store_->CreateRun(Request()).ok());
  ASSERT_TRUE(*store_->ClaimRun("a", absl::Seconds(30)));
  clock_.Advance(absl::Hours(5));
  EXPECT_FALSE(*store_->ClaimRun("b", absl::Seconds(30)));
}

}  // namespace
}  // namespace agents
