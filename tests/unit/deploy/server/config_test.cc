#include "deploy/server/config.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "model_core/base/strings.h"
#include "tests/fakes/whole_korean.h"

namespace deploy {
namespace {

using ::testing::HasSubstr;

class ConfigTest : public ::testing::Test {
 protected:
  absl::StatusOr<Config> Load(const std::string& text) {
    const std::string path = base::StrCat(::testing::TempDir(), "/maru_config_test.yaml");
    std::ofstream(path) << text;
    return Config::Load(path, "/home/maru");
  }
  // In English, of what is said in Korean as well.
  std::string Refusal(const std::string& text) {
    const auto config = Load(text);
    if (config.ok()) return "";
    EXPECT_EQ(fakes::EnglishWordsIn(config.status()), "") << config.status();
    return std::string(config.status().message());
  }
  std::string Korean(const std::string& text) {
    return base::Message(Load(text).status(), base::Language::kKorean);
  }
};

TEST_F(ConfigTest, HoldsEveryDefaultOfTheBuiltInFile) {
  const auto config = Config::Load("", "/home/maru");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->Text("server.listen"), "127.0.0.1:7420");
  EXPECT_EQ(config->Int("runs.workers"), 4);
  EXPECT_EQ(config->Duration("audit.checkpoint_interval"), absl::Milliseconds(500));
  EXPECT_FALSE(config->Flag("principals.issue_credentials"));
}

TEST_F(ConfigTest, PutsTheHomeIntoPaths) {
  const auto config = Config::Load("", "/home/maru");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->Text("audit.key_file"), "/home/maru/audit.pem");
  EXPECT_EQ(config->Text("audit.approvals_key_file"), "/home/maru/approvals.key");
}

TEST_F(ConfigTest, LaysAFileOverTheDefaults) {
  const auto config = Load("runs:\n  workers: 2\nlog:\n  format: json\n");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->Int("runs.workers"), 2);
  EXPECT_EQ(config->Text("log.format"), "json");
  EXPECT_EQ(config->Text("log.level"), "info");
}

TEST_F(ConfigTest, TakesAnEmptyFileAndAnEmptyGroup) {
  EXPECT_TRUE(Load("").ok());
  EXPECT_TRUE(Load("server:\n").ok());
}

TEST_F(ConfigTest, RefusesAnUnknownKeyWithItsLine) {
  EXPECT_THAT(Refusal("server:\n  listen: \"127.0.0.1:1\"\n  lissten: x\n"),
              HasSubstr(":3: 'server.lissten' is not a key that marud knows"));
  EXPECT_THAT(Refusal("sever:\n  listen: x\n"), HasSubstr(":1: 'sever' is not a key"));
}

// The lines that are more than a comment, without it.
std::vector<std::string> WithoutComments(std::string_view text) {
  std::vector<std::string> lines;
  for (const std::string_view line : base::StrSplit(text, '\n')) {
    size_t end = 0;
    for (bool quoted = false; end < line.size() && (quoted || line[end] != '#'); ++end)
      quoted ^= line[end] == '"';
    const size_t last = line.substr(0, end).find_last_not_of(' ');
    if (last != std::string_view::npos) lines.emplace_back(line.substr(0, last + 1));
  }
  return lines;
}

TEST(DefaultConfig, IsTheSameInBothLanguagesButForItsComments) {
  const std::string_view english = DefaultConfigText(base::Language::kEnglish);
  const std::string_view korean = DefaultConfigText(base::Language::kKorean);
  EXPECT_EQ(WithoutComments(korean), WithoutComments(english));
  EXPECT_GT(WithoutComments(english).size(), 100u);
  EXPECT_NE(korean, english);
}

TEST_F(ConfigTest, RefusesAValueOfAnotherKind) {
  EXPECT_THAT(Refusal("runs:\n  workers: many\n"),
              HasSubstr(":2: 'runs.workers' takes a whole number"));
  EXPECT_THAT(Refusal("runs:\n  lease: 15\n"), HasSubstr("'runs.lease' takes a duration"));
  EXPECT_THAT(Refusal("principals:\n  issue_credentials: yes\n"), HasSubstr("takes true or false"));
  EXPECT_THAT(Refusal("server: here\n"), HasSubstr("'server' is not a group of keys"));
  EXPECT_THAT(Refusal("log:\n  level: [info]\n"), HasSubstr("'log.level' takes text"));
}

TEST_F(ConfigTest, RefusesAValueOutsideWhatTheKeyTakes) {
  EXPECT_THAT(Refusal("runs:\n  workers: 0\n"), HasSubstr("'runs.workers' is 0, takes 1–64"));
  EXPECT_THAT(Refusal("log:\n  format: xml\n"), HasSubstr("'xml', takes one of json, text"));
  EXPECT_THAT(Korean("log:\n  format: xml\n"),
              HasSubstr("'json', 'text' 가운데 하나여야 합니다: 'xml'"));
}

TEST_F(ConfigTest, RefusesAKeyGivenTwiceAndTextThatIsNoYaml) {
  EXPECT_THAT(Refusal("runs:\n  workers: 2\n  workers: 3\n"),
              HasSubstr("'runs.workers' is given twice"));
  EXPECT_THAT(Refusal("runs: [\n"), HasSubstr("malformed YAML"));
}

TEST_F(ConfigTest, SaysWhichFileIsMissing) {
  const auto config = Config::Load("/nowhere/maru.yaml", "/home/maru");
  EXPECT_TRUE(absl::IsNotFound(config.status()));
  EXPECT_THAT(base::Message(config.status(), base::Language::kKorean),
              HasSubstr("/nowhere/maru.yaml"));
}

TEST_F(ConfigTest, RefusesAPortOrADurationOutsideItsLimits) {
  EXPECT_THAT(Refusal("connectors:\n  manufacturing:\n    sparkplug_port: 999999\n"),
              HasSubstr(":3: 'connectors.manufacturing.sparkplug_port' is 999999, takes 1–65535"));
  EXPECT_THAT(Refusal("connectors:\n  defense:\n    tak_port: 0\n"), HasSubstr("takes 1–65535"));
  EXPECT_THAT(Refusal("runs:\n  lease: 1ns\n"), HasSubstr(":2: 'runs.lease' is 1ns, takes 1s–1h"));
  EXPECT_THAT(Refusal("runs:\n  lease: inf\n"), HasSubstr("'runs.lease' is inf, takes 1s–1h"));
  EXPECT_THAT(Korean("runs:\n  lease: 1ns\n"), HasSubstr("2행: 'runs.lease'는 1s–1h 범위"));
}

TEST_F(ConfigTest, RefusesASecondDocument) {
  EXPECT_THAT(Refusal("runs:\n  workers: 2\n---\nserver:\n  listen: \"0.0.0.0:1\"\n"),
              HasSubstr(":3: a second YAML document"));
  EXPECT_THAT(Refusal("---\n---\nruns:\n  workers: 2\n"), HasSubstr(":2: a second YAML document"));
  EXPECT_THAT(Korean("a: 1\n---\nb: 1\n"), HasSubstr("2행: 두 번째 YAML 문서"));
  EXPECT_TRUE(Load("# first\n---\nruns:\n  workers: 2\n...\n").ok());
}

TEST_F(ConfigTest, RefusesWhatIsNotUtf8WithItsPlace) {
  EXPECT_THAT(Refusal("runs:\n  workers: 2\nlog:  # \xff\n"),
              HasSubstr(":3: byte 9 of the line is not UTF-8"));
  EXPECT_THAT(Korean("\xc0"), HasSubstr("1행: 이 행의 1번째 바이트가 UTF-8이 아닙니다"));
}

TEST_F(ConfigTest, NamesTheKeyWhoseSecretCannotBeRead) {
  const auto config = Load("model:\n  api_key_file: /nowhere/key\n");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_THAT(std::string(config->Secret("model.api_key_file").status().message()),
              HasSubstr(":2: 'model.api_key_file': file '/nowhere/key'"));
  EXPECT_EQ(*config->Secret("connectors.legal.oc_key_file"), "");
}

}  // namespace
}  // namespace deploy
