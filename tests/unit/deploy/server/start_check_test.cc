#include "deploy/server/start_check.h"

#include <algorithm>

#include "tests/unit/deploy/server/config_home.h"

namespace deploy {
namespace {

using base::StrCat;

class StartCheckTest : public ConfigHome {
 protected:
  // `text` stands first, so that its lines count from 1; the planner is the shipped one.
  absl::Status Check(const std::string& text, const std::string& model = "") {
    const auto config = Load(StrCat(text, "model:\n  directory: \"", MARU_SOURCE_DIR,
                                    "/deploy/models/planner\"\n", model));
    return config.ok() ? CheckStart(*config) : config.status();
  }
};

TEST_F(StartCheckTest, TakesWhatMarudTakesAndMakesNothing) {
  EXPECT_TRUE(Check("").ok()) << Check("");
  EXPECT_FALSE(std::filesystem::exists(StrCat(home_, "/audit.pem")));
}

TEST_F(StartCheckTest, RefusesMoreMemoryThanTheMachineGives) {
  const absl::Status much = Check("", "  memory_mib: 16777216\n");
  ExpectRefused(much, "3: 'model.memory_mib'", "configured, the machine can give");
  EXPECT_THAT(std::string(much.message()), ::testing::Not(::testing::HasSubstr("bytes_max")));
  EXPECT_THAT(base::Message(much, base::Language::kKorean), ::testing::HasSubstr("설정됨"));
}

TEST_F(StartCheckTest, RefusesAFileInTheWrongFormByItsKey) {
  Write("list.json", "[]");
  Write("words.json", "words");
  const std::pair<const char*, const char*> maps[] = {
      {"manufacturing", "    tag_map_file: "},
      {"tryton", "    base_url: \"http://127.0.0.1:1\"\n    map_file: "},
      {"defense", "    tak_areas_file: "},
      {"administration", "    sql_dsn: \"host=a\"\n    sql_datasets_file: "},
      {"administration", "    tickets_base_url: \"http://127.0.0.1:1\"\n    tickets_queues_file: "},
      {"administration",
       "    opendata_base_url: \"http://127.0.0.1:1\"\n    opendata_places_file: "},
      {"administration",
       "    imap_host: \"127.0.0.1\"\n    smtp_host: \"127.0.0.1\"\n    mail_address_book_file: "}};
  for (const auto& [system, lines] : maps) {
    const std::string_view all = lines;
    const auto line = 3 + std::count(all.begin(), all.end(), '\n');
    const size_t begin = all.rfind('\n') == std::string_view::npos ? 0 : all.rfind('\n') + 1;
    const std::string_view key = all.substr(begin + 4, all.size() - begin - 6);
    for (const char* file : {"list.json", "words.json"}) {
      const absl::Status status =
          Check(StrCat("connectors:\n  ", system, ":\n", lines, "$MARU_HOME/", file, "\n"));
      ExpectRefused(status, StrCat(line, ": 'connectors.", system, ".", key, "'"), file);
    }
  }
}

TEST_F(StartCheckTest, RefusesPeoplePoliciesAndALogKeyThatAreNone) {
  Write("people.json", R"({"principals":[{"id":"kim"}]})");
  ExpectRefused(Check("principals:\n  file: $MARU_HOME/people.json\n"), "2: 'principals.file'",
                "principal 'kim'");
  Write("audit.pem", "words");
  ExpectRefused(Check("audit:\n  key_file: $MARU_HOME/audit.pem\n"), "2: 'audit.key_file'",
                "audit.pem");
  std::filesystem::remove(StrCat(home_, "/audit.pem"));
  std::filesystem::create_directories(StrCat(home_, "/policy"));
  Write("policy/a.cedar", "permit everything;");
  EXPECT_EQ(Check("policy:\n  directory: $MARU_HOME/policy\n").code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(StartCheckTest, RefusesSettingsOfAConnectorThatDoNotGoTogether) {
  const absl::Status plain =
      Check("connectors:\n  administration:\n    imap_host: mail.example\n    mail_tls: none\n");
  EXPECT_TRUE(absl::IsInvalidArgument(plain)) << plain;
  const absl::Status unmapped =
      Check("connectors:\n  manufacturing:\n    opcua_url: \"opc.tcp://127.0.0.1:1\"\n");
  EXPECT_TRUE(absl::IsInvalidArgument(unmapped)) << unmapped;
  EXPECT_THAT(base::Message(unmapped, base::Language::kKorean),
              ::testing::HasSubstr("태그 대응표"));
}

}  // namespace
}  // namespace deploy
