// The audit log as PostgreSQL keeps it: sequenced, signed, exported, and guarded at start.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <pqxx/pqxx>
#include <thread>

#include "connectors/postgres/sequencer.h"
#include "model_core/base/strings.h"
#include "tests/fakes/test_store.h"

namespace agents {
namespace {

using base::StrCat;
using testing::HasSubstr;

RunRequest Request() {
  return {"요청", "kim.legal", "", "", "", "ko", "2026-11-24T10:00:00+09:00"};
}

Event Ended(uint64_t events) {
  return {0,
          "",
          "maru",
          "run.ended",
          {{"state", "completed"}, {"reason_en", ""}, {"reason_ko", ""}, {"events", events}}};
}

class AuditStoreTest : public testing::Test {
 protected:
  absl::StatusOr<policies::AuditExport> Export(const std::string& id) {
    for (int i = 0; i < 500; ++i) {
      auto bundle = store_->ExportRun(id);
      if (!absl::IsUnavailable(bundle.status())) return bundle;
      absl::SleepFor(absl::Milliseconds(20));
    }
    return absl::DeadlineExceededError("no checkpoint came");
  }
  std::string FinishedRun() {
    const std::string id = *store_->CreateRun(Request());
    EXPECT_TRUE(store_->Append(id, nullptr, 1, {Ended(2)}).ok());
    return id;
  }
  void AsOwner(const std::string& sql) {
    pqxx::connection connection(database_.owner_dsn);
    pqxx::nontransaction(connection).exec(sql);
  }
  absl::Status Reopen() {
    store_.reset();
    return connectors::MakePostgresRunStore({database_.owner_dsn, database_.app_dsn},
                                            base::SystemClock(), base::SystemRandom(),
                                            fakes::TestSigner())
        .status();
  }

  fakes::TestDatabase database_ = fakes::MakeTestDatabase();
  std::unique_ptr<RunStore> store_ = fakes::OpenTestStore(database_);
};

TEST_F(AuditStoreTest, AnExportedRunVerifies) {
  FinishedRun();
  const std::string id = FinishedRun();
  FinishedRun();
  const auto bundle = Export(id);
  ASSERT_TRUE(bundle.ok()) << bundle.status();
  EXPECT_EQ(bundle->entries.size(), 2u);
  const auto verdict = policies::Verify(*bundle, store_->audit_verifier_key());
  EXPECT_TRUE(verdict.ok) << verdict.reason_en;
}

TEST_F(AuditStoreTest, AChangedPayloadIsFound) {
  const std::string id = FinishedRun();
  ASSERT_TRUE(Export(id).ok());
  AsOwner(
      "ALTER TABLE audit_records DISABLE TRIGGER ALL; UPDATE audit_records SET payload = "
      "replace(payload, "
      "'completed', 'rejected') WHERE type = 'run.ended'");
  const auto verdict = policies::Verify(*Export(id), store_->audit_verifier_key());
  EXPECT_FALSE(verdict.ok);
  EXPECT_EQ(verdict.first_bad, 1);
}

TEST_F(AuditStoreTest, AnExportCarriesThePoliciesThatItsRunWasDecidedBy) {
  policies::PolicyFiles files = *policies::ReadPolicyFiles("");
  ASSERT_TRUE(store_->KeepPolicies(files).ok());
  ASSERT_TRUE(store_->KeepPolicies(files).ok()) << "each version once";
  const std::string version = files.Version();
  files.schema += " ";
  ASSERT_TRUE(store_->KeepPolicies(files).ok());
  const std::string id = *store_->CreateRun(Request());
  const Event checked = {0, "", "maru", "plan.checked",
                         policies::ToJson(policies::PlanDecision{false, {}, "", version})};
  ASSERT_TRUE(store_->Append(id, nullptr, 1, {checked, Ended(3)}).ok());
  const auto bundle = Export(id);
  ASSERT_TRUE(bundle.ok()) << bundle.status();
  ASSERT_EQ(bundle->policies.size(), 1u);
  EXPECT_EQ(bundle->policies[0].Version(), version);
  EXPECT_TRUE(policies::Verify(*bundle, store_->audit_verifier_key()).ok);
  EXPECT_TRUE(Export(FinishedRun())->policies.empty());
}

TEST_F(AuditStoreTest, ARunThatDoesNotExistHasNoExport) {
  EXPECT_TRUE(absl::IsNotFound(store_->ExportRun("none").status()));
}

TEST_F(AuditStoreTest, RecordsOfManyWritersAllGetOnePlaceEach) {
  std::vector<std::thread> writers;
  for (int w = 0; w < 4; ++w) {
    writers.emplace_back([&] {
      for (int i = 0; i < 50; ++i)
        ASSERT_TRUE(store_->Record("maru", "test.happened", {{"i", i}}).ok());
    });
  }
  for (std::thread& writer : writers) writer.join();
  const std::string last = FinishedRun();
  ASSERT_TRUE(Export(last).ok());
  const auto records = *store_->AuditRecords(0, 1000);
  ASSERT_EQ(records.size(), 202u);
  std::set<std::string> ids;
  for (size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(records[i].index, i);
    ids.insert(records[i].record.id);
  }
  EXPECT_EQ(ids.size(), records.size());
}

TEST_F(AuditStoreTest, TwoProcessesShareOneLog) {
  auto other = fakes::OpenTestStore(database_);
  std::vector<std::string> ids;
  for (int i = 0; i < 10; ++i) {
    ids.push_back(*(i % 2 == 0 ? store_ : other)->CreateRun(Request()));
    absl::SleepFor(absl::Milliseconds(15));
  }
  for (const std::string& id : ids) {
    const auto bundle = Export(id);
    ASSERT_TRUE(bundle.ok()) << bundle.status();
  }
  EXPECT_EQ(store_->AuditRecords(0, 100)->size(), 10u);
}

// Others may write to the table as marud does, and have not its key.
TEST_F(AuditStoreTest, ACheckpointThatThisLogDidNotSignIsNotTaken) {
  ASSERT_TRUE(Export(FinishedRun()).ok());
  AsOwner("INSERT INTO audit_checkpoints (size, note) VALUES (1000000, 'x')");
  const auto bundle = Export(FinishedRun());
  ASSERT_TRUE(bundle.ok()) << bundle.status();
  const auto verdict = policies::Verify(*bundle, store_->audit_verifier_key());
  EXPECT_TRUE(verdict.ok) << verdict.reason_en;
}

TEST_F(AuditStoreTest, NoExportHandsOutACheckpointThatThisLogDidNotSign) {
  ASSERT_TRUE(Export(FinishedRun()).ok());
  AsOwner(
      "INSERT INTO audit_checkpoints (size, note) SELECT newest.size + i, newest.note FROM "
      "(SELECT * FROM audit_checkpoints ORDER BY size DESC LIMIT 1) AS newest, "
      "generate_series(1, 3) AS i");
  const std::string id = FinishedRun();
  auto standby = fakes::OpenTestStore(database_);
  ASSERT_TRUE(Export(FinishedRun()).ok());
  const auto bundle = Export(id);
  ASSERT_TRUE(bundle.ok()) << bundle.status();
  const auto verdict = policies::Verify(*bundle, store_->audit_verifier_key());
  EXPECT_TRUE(verdict.ok) << verdict.reason_en;
}

TEST_F(AuditStoreTest, ALogOpensAgainPastACheckpointThatItDidNotSign) {
  ASSERT_TRUE(Export(FinishedRun()).ok());
  AsOwner("INSERT INTO audit_checkpoints (size, note) VALUES (-1, 'x'), (1000000, 'x')");
  store_.reset();
  testing::internal::CaptureStderr();
  store_ = fakes::OpenTestStore(database_);
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("audit.checkpoint_forged size=1000000"));
  EXPECT_TRUE(Export(FinishedRun()).ok());
}

TEST_F(AuditStoreTest, ALogThatLostALeafDoesNotOpenForACheckpointThatItDidNotSign) {
  ASSERT_TRUE(Export(FinishedRun()).ok());
  store_.reset();
  AsOwner(
      "INSERT INTO audit_checkpoints (size, note) VALUES (1000000, 'x'); "
      "ALTER TABLE audit_leaves DISABLE TRIGGER ALL; DELETE FROM audit_leaves");
  EXPECT_TRUE(absl::IsFailedPrecondition(Reopen()));
}

TEST_F(AuditStoreTest, ALogThatMatchesItsCheckpointOpensAgainAndGoesOn) {
  const std::string before = FinishedRun();
  ASSERT_TRUE(Export(before).ok());
  store_.reset();
  store_ = fakes::OpenTestStore(database_);
  const std::string after = FinishedRun();
  EXPECT_TRUE(policies::Verify(*Export(before), "").ok);
  const auto bundle = Export(after);
  EXPECT_TRUE(policies::Verify(*bundle, "").ok);
  EXPECT_EQ(bundle->entries.back().index, 3u);
}

TEST_F(AuditStoreTest, ARecordCommittedAfterLaterOnesGetsItsPlaceAlsoAcrossARestart) {
  pqxx::connection connection(database_.owner_dsn);
  pqxx::work late(connection);
  late.exec(
      "INSERT INTO audit_records (id, run_id, time, actor, type, payload, salt, payload_sha256) "
      "VALUES ('late', '', '2026-11-24T10:00:00+09:00', 'maru', 'test.late', '{}', '00', 'ab')");
  ASSERT_TRUE(Export(FinishedRun()).ok());
  store_.reset();
  store_ = fakes::OpenTestStore(database_);
  ASSERT_TRUE(Export(FinishedRun()).ok());
  late.commit();
  for (int i = 0; i < 500 && store_->AuditRecords(0, 100)->size() < 5; ++i)
    absl::SleepFor(absl::Milliseconds(20));
  const auto records = *store_->AuditRecords(0, 100);
  ASSERT_EQ(records.size(), 5u);
  EXPECT_EQ(records.back().record.id, "late");
}

TEST_F(AuditStoreTest, ALogLongerThanWhatIsDoubtedAtStartOpensAgainAndGoesOn) {
  AsOwner(
      "INSERT INTO audit_records (id, run_id, time, actor, type, payload, salt, payload_sha256) "
      "SELECT 'r' || i, '', '2026-11-24T10:00:00+09:00', 'maru', 'test.happened', '{}', '00', 'ab' "
      "FROM generate_series(1, 20005) AS i");
  ASSERT_TRUE(Export(FinishedRun()).ok());
  store_.reset();
  store_ = fakes::OpenTestStore(database_);
  EXPECT_TRUE(Export(FinishedRun()).ok());
}

TEST_F(AuditStoreTest, ALogThatLostALeafDoesNotOpen) {
  ASSERT_TRUE(Export(FinishedRun()).ok());
  store_.reset();
  AsOwner(
      "ALTER TABLE audit_leaves DISABLE TRIGGER ALL; DELETE FROM audit_leaves WHERE leaf_index = "
      "1");
  const absl::Status status = Reopen();
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("does not match its signed checkpoint"));
}

TEST_F(AuditStoreTest, ADatabaseOfANewerMaruIsRefused) {
  store_.reset();
  AsOwner("INSERT INTO schema_migrations (number, name, sha256) VALUES (99, '0099_future', 'x')");
  const absl::Status status = Reopen();
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("newer version"));
  EXPECT_THAT(base::Message(status, base::Language::kKorean), HasSubstr("새 버전"));
}

TEST_F(AuditStoreTest, AMigrationThatRanInAnotherFormIsRefused) {
  store_.reset();
  AsOwner("UPDATE schema_migrations SET sha256 = 'other'");
  EXPECT_TRUE(absl::IsFailedPrecondition(Reopen()));
}

std::string Unseen(const connectors::SerialWindow& window) {
  std::string text;
  for (const auto& gap : window.gaps()) text += base::StrCat(gap.first, "-", gap.last, " ");
  return base::StrCat(text, window.greatest() + 1, "-");
}

TEST(SerialWindow, AsksAgainForWhatIsMissingAndOnlyForThat) {
  connectors::SerialWindow window;
  window.See(1);
  EXPECT_EQ(Unseen(window), "2-");
  window.See(5);
  EXPECT_EQ(Unseen(window), "2-4 6-");
  window.See(3);
  EXPECT_EQ(Unseen(window), "2-2 4-4 6-");
  window.See(2);
  window.See(4);
  EXPECT_EQ(Unseen(window), "6-");
}

TEST(SerialWindow, ForgetsWhatWasMissingForLongWhenItWasLastAskedFor) {
  connectors::SerialWindow window;
  window.See(1);
  window.See(3);
  const auto now = std::chrono::steady_clock::now();
  window.Expire(now);
  EXPECT_EQ(Unseen(window), "2-2 4-");
  window.Expire(now + std::chrono::minutes(5));
  EXPECT_EQ(Unseen(window), "4-");
}

}  // namespace
}  // namespace agents
