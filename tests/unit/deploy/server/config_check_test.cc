#include "deploy/server/config_check.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "deploy/server/dsn_check.h"
#include "model_core/base/strings.h"
#include "tests/unit/deploy/server/config_home.h"

namespace deploy {
namespace {

using base::StrCat;

// A home with a model folder and a pair of TLS files, so that the rest of a configuration decides.
class ConfigCheckTest : public ConfigHome {
 protected:
  ConfigCheckTest() {
    std::filesystem::create_directories(home_ + "/model");
    MakePair("key.pem", "certificate.pem");
    Write("plain.txt", "words\n");
  }

  void MakePair(const std::string& key, const std::string& certificate) {
    const std::string command =
        StrCat("cd ", home_, " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 ",
               "-nodes -days 2 -subj /CN=test -keyout ", key, " -out ", certificate, " 2>&1");
    ASSERT_EQ(std::system(StrCat(command, " >/dev/null").c_str()), 0) << command;
  }
  // `text` stands first, so that its lines count from 1.
  absl::Status Check(const std::string& text) {
    const auto config =
        Load(text.find("model:") == std::string::npos ? StrCat(text, kModel) : text);
    if (!config.ok()) return config.status();
    const absl::Status status = CheckConfig(*config);
    return status.ok() ? CheckDsns(*config) : status;
  }
  absl::Status Listening(const std::string& address, const std::string& more = "") {
    return Check(StrCat("server:\n  listen: \"", address, "\"\n", more));
  }

  static constexpr std::string_view kModel = "model:\n  directory: \"$MARU_HOME/model\"\n";
  static constexpr std::string_view kTls =
      "  tls:\n    certificate: \"$MARU_HOME/certificate.pem\"\n    key: \"$MARU_HOME/key.pem\"\n";
};

TEST_F(ConfigCheckTest, TakesWhatMarudTakes) {
  EXPECT_TRUE(Check("").ok()) << Check("");
  for (const char* address : {"127.0.0.1:7420", "127.0.0.2:1", "[::1]:65535", "localhost:7420",
                              "[::ffff:127.0.0.1]:7420"}) {
    EXPECT_TRUE(Listening(address).ok()) << Listening(address);
  }
  EXPECT_TRUE(Check("metrics:\n  listen: \"\"\n").ok());
}

TEST_F(ConfigCheckTest, RefusesWhatIsNoAddress) {
  for (const char* address : {"127.0.0.1:99999", "127.0.0.1:0", "example", "", "::1:80"}) {
    ExpectRefused(Listening(address), "2: 'server.listen'", "is not host:port");
  }
  ExpectRefused(Check("metrics:\n  listen: \"7421\"\n"), "2: 'metrics.listen'", "is not host:port");
}

TEST_F(ConfigCheckTest, WantsTlsBeyondThisMachine) {
  for (const char* address : {"0.0.0.0:7420", "[::]:7420", "127.example.com:7420", "10.0.0.5:1"}) {
    ExpectRefused(Listening(address), "2: 'server.listen'", "needs TLS");
  }
  EXPECT_TRUE(Listening("10.0.0.5:7420", std::string(kTls)).ok());
}

TEST_F(ConfigCheckTest, WantsTheOutboxWhereSomethingIsMounted) {
  const auto outbox = [&](std::string_view directory, std::string_view mount) {
    return Check(StrCat("connectors:\n  medical:\n    export_mount: \"", mount,
                        "\"\n    export_directory: \"", directory, "\"\n"));
  };
  for (const char* mount : {"/mnt/out", "/mnt/out/", "/mnt", "/", "/mnt/x/../out"})
    EXPECT_TRUE(outbox("/mnt/out", mount).ok()) << mount;
  EXPECT_TRUE(outbox("/mnt/out", "").ok());
  for (const char* mount : {"/mnt/other", "/mnt/out/deeper", "/mnt/ou", "mnt"}) {
    ExpectRefused(outbox("/mnt/out", mount), "3: 'connectors.medical.export_mount'",
                  StrCat("'", mount, "' is not '/mnt/out'"));
  }
  ExpectRefused(outbox("", "/mnt"), "3: 'connectors.medical.export_mount'", "needs connectors");
}

TEST_F(ConfigCheckTest, WantsAnAddressForTheAgentCard) {
  ExpectRefused(Listening("0.0.0.0:7420", std::string(kTls)), "2: 'server.listen'",
                "set server.public_url");
  ExpectRefused(Listening("[::]:7420", std::string(kTls)), "2: 'server.listen'",
                "set server.public_url");
  const std::string told = StrCat(kTls, "  public_url: \"maru.example:7420\"\n");
  EXPECT_TRUE(Listening("0.0.0.0:7420", told).ok()) << Listening("0.0.0.0:7420", told);
}

TEST_F(ConfigCheckTest, ServesMetricsOnLoopbackOnly) {
  for (const char* address : {"0.0.0.0:7421", "127.evil.com:7421", "[::2]:7421"}) {
    ExpectRefused(Check(StrCat("metrics:\n  listen: \"", address, "\"\n")), "2: 'metrics.listen'",
                  "loopback only");
  }
}

TEST_F(ConfigCheckTest, RefusesHalfOfTls) {
  const auto tls = [this](const std::string& lines) { return Check("server:\n  tls:\n" + lines); };
  ExpectRefused(tls("    certificate: \"$MARU_HOME/certificate.pem\"\n"),
                "3: 'server.tls.certificate'", "needs server.tls.key");
  ExpectRefused(tls("    key: \"$MARU_HOME/key.pem\"\n"), "3: 'server.tls.key'",
                "needs server.tls.certificate");
  ExpectRefused(tls("    client_ca: \"$MARU_HOME/certificate.pem\"\n"), "3: 'server.tls.client_ca'",
                "needs server.tls.certificate");
}

TEST_F(ConfigCheckTest, RefusesTlsFilesThatAreNone) {
  const auto tls = [this](const std::string& key) {
    return Check(
        StrCat("server:\n  tls:\n    certificate: \"$MARU_HOME/certificate.pem\"\n    key: \"", key,
               "\"\n"));
  };
  ExpectRefused(tls("/nowhere/key.pem"), "4: 'server.tls.key'",
                "'/nowhere/key.pem' cannot be read");
  ExpectRefused(tls("$MARU_HOME"), "4: 'server.tls.key'", "cannot be read");
  ExpectRefused(tls("$MARU_HOME/plain.txt"), "4: 'server.tls.key'", "is no PEM file");
}

TEST_F(ConfigCheckTest, RefusesTlsFilesThatDoNotGoTogether) {
  MakePair("other.key", "other.pem");
  Write("broken.pem", "-----BEGIN CERTIFICATE-----\n");
  ASSERT_EQ(
      std::system(StrCat("openssl pkey -in ", home_, "/key.pem -aes256 -passout pass:word -out ",
                         home_, "/locked.key >/dev/null 2>&1")
                      .c_str()),
      0);
  const auto tls = [this](const char* certificate, const char* key, const std::string& more = "") {
    return Check(StrCat("server:\n  tls:\n    certificate: \"$MARU_HOME/", certificate,
                        "\"\n    key: \"$MARU_HOME/", key, "\"\n", more));
  };
  EXPECT_TRUE(tls("other.pem", "other.key").ok()) << tls("other.pem", "other.key");
  ExpectRefused(tls("certificate.pem", "other.key"), "4: 'server.tls.key'",
                "is not the key of the certificate");
  ExpectRefused(tls("broken.pem", "key.pem"), "3: 'server.tls.certificate'", "no certificate");
  ExpectRefused(tls("certificate.pem", "locked.key"), "4: 'server.tls.key'", "passphrase");
  ExpectRefused(tls("certificate.pem", "certificate.pem"), "4: 'server.tls.key'", "private key");
  ExpectRefused(tls("certificate.pem", "key.pem", "    client_ca: \"$MARU_HOME/key.pem\"\n"),
                "5: 'server.tls.client_ca'", "no certificate");
}

TEST_F(ConfigCheckTest, RefusesAConnectionStringThatIsNone) {
  const auto plant = [this](const std::string& dsn) {
    return Check(StrCat("connectors:\n  manufacturing:\n    plant_dsn: \"", dsn, "\"\n"));
  };
  for (const char* dsn : {"host", "hots=127.0.0.1", "host='127.0.0.1", "host=a port="}) {
    const absl::Status status = plant(dsn);
    if (status.ok()) continue;  // an empty value is one
    ExpectRefused(status, "3: 'connectors.manufacturing.plant_dsn'", "no PostgreSQL connection");
  }
  EXPECT_FALSE(plant("host").ok());
  EXPECT_FALSE(plant("hots=127.0.0.1").ok());
  EXPECT_TRUE(plant("host=127.0.0.1 passfile='/a b'").ok());
  ExpectRefused(plant("postgresql://127.0.0.1/plant"), "3: 'connectors.manufacturing.plant_dsn'",
                "not a URI");
  ExpectRefused(Check("store:\n  owner_dsn: \"host=a\"\n"), "2: 'store.owner_dsn'",
                "needs store.app_dsn");
  ExpectRefused(Check("store:\n  app_dsn: \"host=a\"\n"), "2: 'store.app_dsn'",
                "needs store.owner_dsn");
  EXPECT_TRUE(
      Check("store:\n  owner_dsn: \"postgresql://a/m\"\n  app_dsn: \"host=a dbname=m\"\n").ok());
}

TEST_F(ConfigCheckTest, WantsAModel) {
  ExpectRefused(Check("model:\n  directory: /nowhere/model\n"), "2: 'model.directory'",
                "'/nowhere/model' is no folder");
  const std::string kernels = StrCat(kModel, "  kernels: mmx\n");
  ExpectRefused(Check(kernels), "3: 'model.kernels'", "kernels 'mmx'");
  ExpectRefused(Check(kernels), "3: 'model.kernels'", "scalar");
  EXPECT_TRUE(Check(StrCat(kModel, "  kernels: scalar\n")).ok());
  ExpectRefused(Check("model:\n  provider: openai\n"), "2: 'model.provider'",
                "needs model.base_url");
  const std::string server =
      "model:\n  provider: openai\n  base_url: \"http://127.0.0.1:8000/v1\"\n";
  ExpectRefused(Check(server), "2: 'model.provider'", "needs model.model");
  EXPECT_TRUE(Check(server + "  model: some\n").ok());
  ExpectRefused(Check(server + "  model: some\n  api_key_file: /nowhere/key\n"),
                "5: 'model.api_key_file'", "'/nowhere/key' cannot be read");
}

TEST_F(ConfigCheckTest, NamesAKeyWithoutALineWhereItsDefaultHolds) {
  const auto config = Config::Load("", home_);
  ASSERT_TRUE(config.ok());
  const absl::Status status = config->Refusal("model.directory", "is missing", "없습니다");
  EXPECT_EQ(status.message(), "'model.directory': is missing");
  EXPECT_EQ(base::Message(status, base::Language::kKorean), "'model.directory': 없습니다");
}

TEST_F(ConfigCheckTest, RefusesAUrlThatIsNone) {
  for (const char* url : {"notaurl", "ftp://example", "http://", "https:///DRF"}) {
    ExpectRefused(Check(StrCat("connectors:\n  legal:\n    base_url: \"", url, "\"\n")),
                  "3: 'connectors.legal.base_url'", url);
  }
  ExpectRefused(Check("connectors:\n  manufacturing:\n    opcua_url: \"http://plant:4840\"\n"),
                "3: 'connectors.manufacturing.opcua_url'", "opc.tcp://");
}

TEST_F(ConfigCheckTest, RefusesAFileThatCannotBeRead) {
  ExpectRefused(Check("connectors:\n  tryton:\n    password_file: /nowhere/password\n"),
                "3: 'connectors.tryton.password_file'", "'/nowhere/password' cannot be read");
  ExpectRefused(Check("principals:\n  file: /nowhere/people.json\n"), "2: 'principals.file'",
                "'/nowhere/people.json' cannot be read");
  ExpectRefused(Check("connectors:\n  tryton:\n    map_file: /nowhere/map.json\n"),
                "3: 'connectors.tryton.map_file'", "'/nowhere/map.json' cannot be read");
  ExpectRefused(Check("connectors:\n  medical:\n    dur_rules_file: /nowhere/dur.csv\n"),
                "3: 'connectors.medical.dur_rules_file'", "'/nowhere/dur.csv' cannot be read");
  ExpectRefused(Check("policy:\n  directory: /nowhere/policy\n"), "2: 'policy.directory'",
                "'/nowhere/policy' is no folder");
}

TEST_F(ConfigCheckTest, KnowsEverySecret) {
  const auto config = Config::Load("", home_);
  ASSERT_TRUE(config.ok());
  for (const std::string_view key : SecretKeys()) {
    EXPECT_EQ(config->Secret(key).value_or("unreadable"), "") << key;
  }
  for (const auto& [key, value] : config->values()) {
    const bool secret = key.ends_with("password_file") || key.ends_with("token_file");
    EXPECT_TRUE(!secret || std::ranges::count(SecretKeys(), key) == 1) << key;
  }
}

TEST_F(ConfigCheckTest, TheApprovalsKeyIsTheirOwnersAloneOnceItIsThere) {
  namespace fs = std::filesystem;
  const std::string key = "audit:\n  approvals_key_file: \"$MARU_HOME/approvals.key\"\n";
  EXPECT_TRUE(Check(key).ok()) << "made at the first start";
  Write("approvals.key", std::string(64, 'a') + "\n");
  fs::permissions(home_ + "/approvals.key", fs::perms(0640));
  ExpectRefused(Check(key), "2: 'audit.approvals_key_file'", "chmod 600");
  fs::permissions(home_ + "/approvals.key", fs::perms(0600));
  EXPECT_TRUE(Check(key).ok()) << Check(key);
  Write("approvals.key", "words\n");
  ExpectRefused(Check(key), "2: 'audit.approvals_key_file'", "32 bytes in hex");
}

}  // namespace
}  // namespace deploy
