#include "tests/fakes/test_store.h"

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <pqxx/pqxx>
#include <sstream>

#include "model_core/base/check.h"
#include "model_core/base/strings.h"

namespace fakes {
namespace {

namespace fs = std::filesystem;
using base::StrCat;

class Directory {
 public:
  Directory() {
    path_ = (fs::temp_directory_path() / "maru-test-XXXXXX").string();
    CHECK(mkdtemp(path_.data()) != nullptr);
    fs::permissions(path_, fs::perms(0755));  // the database server may be another user
  }
  ~Directory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Directory& TheDirectory() {
  static Directory directory;
  return directory;
}

}  // namespace

std::string TestDirectory() { return TheDirectory().path(); }

connectors::PrivateCluster& TestCluster() {
  TheDirectory();  // made first, so removed last
  static const std::unique_ptr<connectors::PrivateCluster> cluster = [] {
    auto started = connectors::StartPrivateCluster(StrCat(TestDirectory(), "/postgres"));
    CHECK(started.ok(), "%s", started.status().ToString().c_str());
    return *std::move(started);
  }();
  return *cluster;
}

TestDatabase MakeTestDatabase() {
  static std::atomic<int> count{0};
  const std::string name = StrCat("test_", ++count);
  pqxx::connection connection(TestCluster().owner_dsn());
  pqxx::nontransaction(connection).exec(StrCat("CREATE DATABASE ", name));
  const std::string wanted = StrCat("dbname=", name);
  return {base::ReplaceAll(TestCluster().owner_dsn(), "dbname=maru", wanted),
          base::ReplaceAll(TestCluster().app_dsn(), "dbname=maru", wanted)};
}

policies::CheckpointSigner& TestSigner() {
  static const std::unique_ptr<policies::CheckpointSigner> signer = [] {
    auto made = policies::LoadOrMakeSigner(StrCat(TestDirectory(), "/audit.pem"), "maru.test/log");
    CHECK(made.ok(), "%s", made.status().ToString().c_str());
    return *std::move(made);
  }();
  return *signer;
}

std::unique_ptr<agents::RunStore> OpenTestStore(const TestDatabase& database, base::Clock& clock,
                                                absl::Duration checkpoint_interval) {
  connectors::PostgresOptions options{database.owner_dsn, database.app_dsn};
  options.checkpoint_interval = checkpoint_interval;
  auto store = connectors::MakePostgresRunStore(options, clock, base::SystemRandom(), TestSigner());
  CHECK(store.ok(), "%s", store.status().ToString().c_str());
  return *std::move(store);
}

void PutSamplePeople(agents::RunStore& store) {
  std::ifstream file(MARU_SOURCE_DIR "/deploy/sample/principals.json");
  std::ostringstream text;
  text << file.rdbuf();
  const auto json = base::ParseJson(text.str(), "principals.json");
  CHECK(json.ok(), "%s", json.status().ToString().c_str());
  for (const base::Json& item : json->at("principals")) {
    auto person = agents::ParsePrincipalRecord(item);
    CHECK(person.ok() && store.PutPrincipal(*person).ok());
  }
}

}  // namespace fakes
