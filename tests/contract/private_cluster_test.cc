// The PostgreSQL cluster that Maru keeps for itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <pqxx/pqxx>

#include "connectors/postgres/migrate.h"
#include "connectors/postgres/server_account.h"
#include "model_core/base/strings.h"
#include "tests/fakes/test_store.h"

namespace connectors {
namespace {

namespace fs = std::filesystem;
using base::StrCat;
using testing::HasSubstr;

std::string One(const std::string& dsn, const std::string& sql) {
  pqxx::connection connection(dsn);
  return pqxx::nontransaction(connection).exec(sql)[0][0].c_str();
}

bool Answers(const std::string& dsn) {
  try {
    return One(dsn, "SELECT 1") == "1";
  } catch (const std::exception&) {
    return false;
  }
}

TEST(PrivateCluster, ListensOnItsSocketAloneAndChecksItsPages) {
  const std::string dsn = fakes::TestCluster().owner_dsn();
  EXPECT_EQ(One(dsn, "SHOW listen_addresses"), "");
  EXPECT_EQ(One(dsn, "SHOW data_checksums"), "on");
  EXPECT_EQ(One(dsn, "SHOW synchronous_commit"), "on");
  EXPECT_EQ(One(dsn, "SHOW server_encoding"), "UTF8");
}

constexpr char kPacking[] = "SHOW default_toast_compression";

TEST(PrivateCluster, PacksLongTextsWithWhatIsQuickestWhereTheServerHasIt) {
  const std::string dsn = fakes::TestCluster().owner_dsn();
  const std::string known = One(dsn,
                                "SELECT 'lz4' = ANY (enumvals) FROM pg_settings "
                                "WHERE name = 'default_toast_compression'");
  EXPECT_EQ(One(dsn, kPacking), known == "t" ? "lz4" : "pglz");
}

// Our role has its own database to work in, and no door to those that every cluster comes with.
TEST(PrivateCluster, LetsOurRoleIntoNoOtherDatabase) {
  const std::string owner = fakes::TestCluster().owner_dsn(), app = fakes::TestCluster().app_dsn();
  ASSERT_TRUE(Migrate(owner).ok());
  EXPECT_TRUE(Answers(app));
  for (const char* other : {"postgres", "template1"}) {
    for (const char* right : {"CONNECT", "CREATE", "TEMPORARY"}) {
      EXPECT_EQ(One(owner, StrCat("SELECT has_database_privilege('maru_app', '", other, "', '",
                                  right, "')")),
                "f")
          << right << " on " << other;
    }
    const std::string dsn = base::ReplaceAll(app, "dbname=maru", StrCat("dbname=", other));
    ASSERT_NE(dsn, app);
    EXPECT_FALSE(Answers(dsn)) << other;
  }
}

TEST(PrivateCluster, TwoProcessesCannotHaveOneDirectory) {
  fakes::TestCluster();
  const auto second = StartPrivateCluster(StrCat(fakes::TestDirectory(), "/postgres"));
  EXPECT_TRUE(absl::IsAlreadyExists(second.status()));
  EXPECT_THAT(base::Message(second.status(), base::Language::kKorean),
              HasSubstr("실행 중인 다른 marud"));
  EXPECT_TRUE(Answers(fakes::TestCluster().owner_dsn()));
}

TEST(PrivateCluster, IsStartedAgainWhenItIsKilled) {
  PrivateCluster& cluster = fakes::TestCluster();
  const int before = cluster.server_pid();
  kill(before, SIGKILL);
  for (int i = 0; i < 600 && (cluster.server_pid() == before || !Answers(cluster.owner_dsn()));
       ++i) {
    absl::SleepFor(absl::Milliseconds(50));
  }
  EXPECT_TRUE(Answers(cluster.owner_dsn()));
  EXPECT_NE(cluster.server_pid(), before);
}

// As with a disk that is full for a while.
TEST(PrivateCluster, IsStartedAgainThoughAStartFailsFirst) {
  const std::string directory = StrCat(fakes::TestDirectory(), "/mended");
  const auto cluster = StartPrivateCluster(directory);
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  const fs::path settings = fs::path(directory) / "data" / "postgresql.conf";
  ASSERT_TRUE(fs::exists(settings));
  fs::rename(settings, settings.string() + ".away");
  kill((*cluster)->server_pid(), SIGKILL);
  absl::SleepFor(absl::Seconds(1));
  EXPECT_FALSE(Answers((*cluster)->owner_dsn()));
  fs::rename(settings.string() + ".away", settings);
  for (int i = 0; i < 600 && !Answers((*cluster)->owner_dsn()); ++i)
    absl::SleepFor(absl::Milliseconds(50));
  EXPECT_TRUE(Answers((*cluster)->owner_dsn()));
}

TEST(PrivateCluster, KeepsItsDataAcrossStarts) {
  const std::string directory = StrCat(fakes::TestDirectory(), "/kept");
  {
    const auto cluster = StartPrivateCluster(directory);
    ASSERT_TRUE(cluster.ok()) << cluster.status();
    One((*cluster)->owner_dsn(), "CREATE TABLE kept AS SELECT 42 AS x; SELECT 1");
    One((*cluster)->owner_dsn(), "ALTER DATABASE maru RESET ALL; SELECT 1");  // as it was before
  }
  const auto again = StartPrivateCluster(directory);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(One((*again)->owner_dsn(), "SELECT x FROM kept"), "42");
  EXPECT_EQ(One((*again)->owner_dsn(), kPacking), One(fakes::TestCluster().owner_dsn(), kPacking));
}

TEST(PrivateCluster, SaysWhichDirectoryCannotBeMade) {
  const std::string file = StrCat(fakes::TestDirectory(), "/a-file");
  std::ofstream(file) << "x";
  const auto cluster = StartPrivateCluster(StrCat(file, "/postgres"));
  EXPECT_FALSE(cluster.ok());
  EXPECT_THAT(std::string(cluster.status().message()), HasSubstr("a-file/postgres"));
}

// Starts the cluster in `directory` in a process of its own, which is killed after `life`.
void StartAndKill(const std::string& directory, absl::Duration life) {
  std::string program = MARU_BINARY_DIR "/tests/contract_cluster_starter", where = directory;
  char* const arguments[] = {program.data(), where.data(), nullptr};
  pid_t pid = -1;
  ASSERT_EQ(posix_spawn(&pid, program.c_str(), nullptr, nullptr, arguments, environ), 0);
  absl::SleepFor(life);
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
}

TEST(PrivateCluster, AFirstStartThatIsKilledAtAnyMomentIsMadeGoodByTheNext) {
  int half_made = 0;
  for (int life = 30; life < 3000; life += life / 2 + 50) {
    const std::string directory = StrCat(fakes::TestDirectory(), "/killed-", life);
    StartAndKill(directory, absl::Milliseconds(life));
    half_made += fs::exists(directory + "/data.new") ? 1 : 0;
    {
      const auto cluster = StartPrivateCluster(directory);
      ASSERT_TRUE(cluster.ok()) << "killed after " << life << " ms: " << cluster.status();
      EXPECT_TRUE(Migrate((*cluster)->owner_dsn()).ok()) << life;
      EXPECT_TRUE(Answers((*cluster)->app_dsn())) << life;
      EXPECT_FALSE(fs::exists(directory + "/data.new")) << life;
    }
    fs::remove_all(directory);
  }
  RecordProperty("half_made", half_made);
}

// A program that is called as one of PostgreSQL's, and heeds no signal that can be heeded.
class Stubborn {
 public:
  Stubborn(const std::string& script, const std::string& last) {
    const std::string programs = Programs();
    if (!fs::exists(programs)) {
      fs::create_directories(programs);
      fs::copy_file("/bin/sh", programs + "initdb");
    }
    pid_ = Spawn(*ServerAccount(),
                 {programs + "initdb", "-c",
                  StrCat("trap '' INT TERM; ", script, "; while :; do sleep 0.1; done"), last},
                 "/dev/null");
  }
  ~Stubborn() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  pid_t pid() const { return pid_; }
  static std::string Programs() { return StrCat(fakes::TestDirectory(), "/programs/"); }

 private:
  pid_t pid_;
};

TEST(PrivateCluster, OnlyPostgresProgramsOnThatVeryFolderAreTakenForLeftovers) {
  const Account account = *ServerAccount();
  const std::string data = StrCat(fakes::TestDirectory(), "/at work");
  fs::create_directories(data);
  const Stubborn named("cd /", data), inside(StrCat("cd '", data, "'"), "x"),
      elsewhere("cd /", data + ".new");
  const auto found = [&] { return AtWork(account, data, Stubborn::Programs()); };
  for (int i = 0; i < 200 && found().size() < 2; ++i) absl::SleepFor(absl::Milliseconds(10));
  // A shell about to become its `sleep` counts as well, for as long as it looks like its parent.
  EXPECT_THAT(found(), testing::IsSupersetOf({named.pid(), inside.pid()}));
  EXPECT_THAT(found(), testing::Not(testing::Contains(elsewhere.pid())));
  EXPECT_THAT(AtWork(account, data), testing::IsEmpty()) << "programs that are not PostgreSQL's";
  const Account other{account.uid + 1, account.gid, "another"};
  EXPECT_THAT(AtWork(other, data, Stubborn::Programs()), testing::IsEmpty());
  EXPECT_TRUE(EndAtWork(account, data, SIGKILL, Stubborn::Programs()));
  EXPECT_THAT(found(), testing::IsEmpty());
  EXPECT_EQ(kill(elsewhere.pid(), 0), 0);
}

TEST(PrivateCluster, AnInitdbThatWasLeftIsEndedAndItsWorkThrownAway) {
  const Account account = *ServerAccount();
  const fs::path directory = fs::path(fakes::TestDirectory()) / "orphaned",
                 making = directory / "data.new";
  fs::create_directories(directory);
  ASSERT_EQ(chown(directory.c_str(), account.uid, account.gid), 0);
  const pid_t initdb =
      Spawn(account, {StrCat(kPostgresPrograms, "initdb"), "-D", making.string(), "-U", "x"},
            "/dev/null");
  for (int i = 0; i < 500 && !fs::exists(making / "postgresql.conf"); ++i)
    absl::SleepFor(absl::Milliseconds(10));
  const auto cluster = StartPrivateCluster(directory.string());
  EXPECT_TRUE(cluster.ok()) << cluster.status();
  int status = 0;
  EXPECT_EQ(waitpid(initdb, &status, 0), initdb);
  EXPECT_TRUE(WIFSIGNALED(status)) << "it was ended, and not waited for";
}

TEST(PrivateCluster, WhatAnEarlierMarusFirstStartLeftHalfMadeIsMadeAnew) {
  const fs::path directory = fs::path(fakes::TestDirectory()) / "unborn", data = directory / "data";
  fs::create_directories(data / "base" / "1");
  std::ofstream(data / "PG_VERSION") << "15\n";
  std::ofstream(data / "postgresql.conf") << "# as initdb writes it\n";
  const auto cluster = StartPrivateCluster(directory.string());
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  EXPECT_TRUE(Answers((*cluster)->owner_dsn()));
}

TEST(PrivateCluster, DataThatMayHoldSomethingIsNeverRemoved) {
  const fs::path directory = fs::path(fakes::TestDirectory()) / "damaged",
                 data = directory / "data";
  ASSERT_TRUE(StartPrivateCluster(directory.string()).ok());  // and stopped
  fs::rename(data / "global" / "pg_control", directory / "pg_control");
  std::ofstream(data / "pg_hba.conf") << "# another's\n";
  const auto refused = StartPrivateCluster(directory.string());
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kDataLoss) << refused.status();
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("global/pg_control"));
  EXPECT_THAT(base::Message(refused.status(), base::Language::kKorean), HasSubstr("백업"));
  fs::rename(directory / "pg_control", data / "global" / "pg_control");
  std::ofstream(data / "pg_hba.conf") << "local all all peer map=maru\n";
  const auto mended = StartPrivateCluster(directory.string());
  ASSERT_TRUE(mended.ok()) << mended.status();
  EXPECT_TRUE(Answers((*mended)->owner_dsn()));
}

// A small file system of its own, full of ballast until the test lets go.
class SmallDisk {
 public:
  explicit SmallDisk(std::string path) : path_(std::move(path)) {
    fs::create_directories(path_);
    mounted_ = mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=220m,mode=755") == 0;
  }
  ~SmallDisk() {
    if (mounted_) umount2(path_.c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  void Fill() {
    std::ofstream ballast(path_ + "/ballast", std::ios::binary);
    const std::string block(1 << 16, 'x');
    while (ballast.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  void Free() { fs::remove(path_ + "/ballast"); }

 private:
  const std::string path_;
  bool mounted_ = false;
};

TEST(PrivateCluster, AFullDiskIsSaidAndNothingIsLostOrDoneTwice) {
  SmallDisk disk(StrCat(fakes::TestDirectory(), "/small"));
  if (!disk.mounted())
    GTEST_SKIP()
        << "mounting a small file system needs root; the store boundary is tested elsewhere";
  const auto cluster = StartPrivateCluster(StrCat(fakes::TestDirectory(), "/small/postgres"));
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  const auto store = fakes::OpenTestStore({(*cluster)->owner_dsn(), (*cluster)->app_dsn()});
  const std::string id =
      *store->CreateRun({"요청", "kim.legal", "", "", "", "ko", "2026-11-24T10:00:00+09:00"});
  std::string noise;  // that does not compress
  while (noise.size() < 400'000) noise += base::HexEncode(base::SystemRandom().Bytes(64));
  const agents::Event event{0,
                            "",
                            "maru",
                            "run.waiting",
                            {{"state", "input_required"}, {"reason_en", noise}, {"reason_ko", ""}}};
  disk.Fill();
  uint64_t count = 1;
  absl::Status refused;
  while (refused.ok() && count < 400) {
    const auto appended = store->Append(id, nullptr, count, {event});
    refused = appended.status();
    count += appended.ok() ? 1 : 0;
  }
  EXPECT_TRUE(absl::IsResourceExhausted(refused) || absl::IsUnavailable(refused)) << refused;
  disk.Free();
  absl::StatusOr<std::vector<agents::Event>> journal = refused;
  for (int i = 0; i < 600 && !journal.ok(); ++i) {
    journal = store->Journal(id, 0);
    absl::SleepFor(absl::Milliseconds(50));
  }
  ASSERT_TRUE(journal.ok()) << journal.status();
  EXPECT_EQ(journal->size(), count);
  EXPECT_TRUE(store->Append(id, nullptr, count, {event}).ok());
}

}  // namespace
}  // namespace connectors
