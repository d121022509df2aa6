#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "deploy/cli/connection.h"
#include "deploy/cli/display.h"
#include "deploy/server/config.h"
#include "deploy/server/version.h"
#include "model_core/base/files.h"
#include "model_core/base/strings.h"
#include "tests/unit/deploy/cli/captured.h"
#include "tools/catalogue.h"

namespace deploy::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST(CommandLine, HelpGoesToTheOutputAndDocumentsTheExitCodes) {
  const Captured captured = RunMaru({"--lang", "en", "--help"});
  EXPECT_EQ(captured.code, 0);
  EXPECT_THAT(captured.out, HasSubstr("Exit codes:"));
  EXPECT_THAT(captured.out, HasSubstr("Examples:\n  marud "));
  EXPECT_THAT(captured.err, IsEmpty());
}

TEST(CommandLine, TellsItsVersionWithoutACommand) {
  const Captured captured = RunMaru({"--version"});
  EXPECT_EQ(captured.code, 0);
  EXPECT_EQ(captured.out, base::StrCat("maru ", Version(), "\n"));
  EXPECT_EQ(RunMaru({"runs", "list", "--version"}).out, captured.out);
  const auto json = base::ParseJson(RunMaru({"--json", "--version"}).out, "out");
  ASSERT_TRUE(json.ok());
  EXPECT_EQ((*json)["version"], Version());
}

TEST(CommandLine, HelpOfEachCommandIsInOneLanguageAndNoWiderThanTheTerminal) {
  for (const char* shown : {"", "ask", "runs list", "policy", "model bench", "completion"}) {
    std::vector<const char*> arguments = {"--lang", "ko"};
    std::vector<std::string> words;
    for (const std::string_view word : base::StrSplit(shown, ' ')) words.emplace_back(word);
    for (const std::string& word : words) {
      if (!word.empty()) arguments.push_back(word.c_str());
    }
    arguments.push_back("--help");
    const std::string help = RunMaru(arguments).out;
    EXPECT_THAT(help, HasSubstr("옵션:")) << shown;
    for (const char* english : {"Options:", "[OPTIONS]", " COMMAND", "Examples:"})
      EXPECT_THAT(help, testing::Not(HasSubstr(english))) << shown;
    EXPECT_THAT(help, HasSubstr("종료 코드")) << shown;
    for (const std::string_view line : base::StrSplit(help, '\n'))
      EXPECT_LE(DisplayWidth(line), 100u) << line;
  }
}

TEST(CommandLine, NamesAnUnknownCommandInTheLanguageAskedFor) {
  const Captured korean = RunMaru({"--lang", "ko", "bogus"});
  EXPECT_EQ(korean.code, 2);
  EXPECT_THAT(korean.err, HasSubstr("알 수 없는 인자입니다: bogus"));
  EXPECT_THAT(RunMaru({"--lang=en", "bogus"}).err, HasSubstr("unknown argument: bogus"));
}

TEST(CommandLine, SaysInBothLanguagesWhatIsWrongWithAnArgument) {
  const struct {
    std::vector<const char*> arguments;
    const char *english, *korean;
  } cases[] = {
      {{"runs", "list", "--limit", "500"},
       "--limit: '500' is no number from 1 to 100",
       "--limit: '500'은 1에서 100 사이의 수가 아닙니다"},
      {{"runs", "watch", "r", "--from", "x"},
       "--from: 'x' is no number from 0 on",
       "--from: 'x'는 0 이상의 수가 아닙니다"},
      {{"approvals", "list", "--state", "no"},
       "--state: 'no' is none of pending, approved, rejected, void, all",
       "--state: 'no'는 pending, approved, rejected, void, all 가운데 하나가 아닙니다"},
      {{"runs", "list", "--limit"}, "--limit: its value is missing", "--limit: 값이 빠졌습니다"},
      {{"plan", "x", "--batch", "y"},
       "text and --batch exclude one another",
       "함께 쓸 수 없습니다: text, --batch"},
      {{"runs"}, "a command is missing", "명령이 빠졌습니다"},
      {{"runs", "show"}, "run is required", "필요한 것이 빠졌습니다: run"},
  };
  for (const auto& [arguments, english, korean] : cases) {
    for (const char* language : {"--lang=en", "--lang=ko"}) {
      std::vector<const char*> all = arguments;
      all.insert(all.begin(), language);
      const Captured captured = RunMaru(all);
      EXPECT_EQ(captured.code, 2) << english;
      const std::string said = language == std::string("--lang=en") ? english : korean;
      EXPECT_EQ(captured.err, base::StrCat("maru: ", said, " (maru --help)\n"));
    }
  }
}

TEST(CommandLine, UsageErrorsAreJsonWhereItIsAskedFor) {
  const std::vector<std::vector<const char*>> faults = {{"bogus"},
                                                        {"runs"},
                                                        {"runs", "show"},
                                                        {"runs", "list", "--limit"},
                                                        {"runs", "list", "--limit", "x"},
                                                        {"plan", "x", "--batch", "y"},
                                                        {"ask", ""},
                                                        {"tools", "show", "no.tool"},
                                                        {"verify", "/nowhere"}};
  for (std::vector<const char*> arguments : faults) {
    arguments.push_back("--json");
    const Captured captured = RunMaru(arguments);
    const auto json = base::ParseJson(captured.err, "err");
    ASSERT_TRUE(json.ok()) << captured.err;
    const base::Json& error = (*json)["error"];
    EXPECT_FALSE(error["message_ko"].get<std::string>().empty()) << captured.err;
    EXPECT_NE(error["message_ko"], error["message_en"]);
    EXPECT_THAT(captured.out, IsEmpty());
  }
}

TEST(CommandLine, NamesAnArgumentThatIsNoUtf8) {
  setenv("MARU_CREDENTIAL", "some", 1);
  const Captured captured =
      RunMaru({"--lang", "ko", "--server", "127.0.0.1:1", "runs", "show", "\xff"});
  unsetenv("MARU_CREDENTIAL");
  EXPECT_EQ(captured.code, 2);
  EXPECT_EQ(captured.err, "maru: id: UTF-8이 아닙니다\n");
}

TEST(CommandLine, TakesTheOptionsOfEveryCommandAfterTheCommandToo) {
  const Captured captured = RunMaru({"tools", "show", "law.article", "--json", "--lang", "en"});
  EXPECT_EQ(captured.code, 0);
  const auto json = base::ParseJson(captured.out, "out");
  ASSERT_TRUE(json.ok()) << captured.out;
  EXPECT_EQ((*json)["name"], "law.article");
}

TEST(CommandLine, SaysWhatAToolIsForInTheLanguageOfTheCall) {
  const Captured korean = RunMaru({"--lang", "ko", "tools", "show", "rootcause.explain"});
  EXPECT_THAT(korean.out, HasSubstr("알람 하나의 추정 원인을 찾습니다"));
  EXPECT_EQ(korean.out.find("probable cause"), std::string::npos) << korean.out;
  const Captured english = RunMaru({"--lang", "en", "tools", "show", "rootcause.explain"});
  EXPECT_THAT(english.out, HasSubstr("probable cause of one alarm"));
}

TEST(CommandLine, KnowsTheDomainsOfTheCatalogue) {
  EXPECT_EQ(RunMaru({"--server", "127.0.0.1:1", "tools", "list", "--domain", "naval"}).code, 2);
  for (const tools::ToolSpec& tool : tools::Catalogue::BuiltIn().tools()) {
    const Captured captured = RunMaru({"tools", "list", "--domain", tool.domain.c_str(), "--help"});
    EXPECT_THAT(captured.out, HasSubstr(tool.domain)) << tool.name;
  }
}

TEST(CommandLine, RefusesAnEmptyRequestBeforeAnythingIsSent) {
  const Captured captured = RunMaru({"--server", "127.0.0.1:1", "ask", ""});
  EXPECT_EQ(captured.code, 2);
  EXPECT_THAT(captured.err, HasSubstr("maru: "));
}

TEST(CommandLine, RefusesARequestOfAMegabyteAndMalformedUtf8) {
  EXPECT_EQ(RunMaru({"ask", "-"}, std::string(1 << 20, 'a')).code, 2);
  EXPECT_EQ(RunMaru({"ask", "-"}, "\xff\xfe").code, 2);
  EXPECT_EQ(RunMaru({"ask", "-"}, std::string("a\0b", 3)).code, 2);
}

TEST(CommandLine, SaysThatNoServerAnswersWithCodeEight) {
  setenv("MARU_CREDENTIAL", "some", 1);
  const Captured captured = RunMaru({"--lang", "en", "--server", "127.0.0.1:1", "runs", "list"});
  unsetenv("MARU_CREDENTIAL");
  EXPECT_EQ(captured.code, 8);
  EXPECT_THAT(captured.err, HasSubstr("127.0.0.1:1"));
}

TEST(CommandLine, SendsNoCredentialUnencryptedToAnotherMachine) {
  const Captured captured = RunMaru({"--lang", "en", "--server", "192.0.2.1:7420", "runs", "list"});
  EXPECT_EQ(captured.code, 2);
  EXPECT_THAT(captured.err, HasSubstr("unencrypted"));
}

TEST(CommandLine, TakesNoOtherMachineForThisOneByItsName) {
  for (const char* host : {"127.example.com", "0.0.0.0.example.com", "10.0.0.1", "[::2]"}) {
    EXPECT_FALSE(IsLoopback(base::StrCat(host, ":7420"))) << host;
  }
  for (const char* host : {"127.0.0.2", "[::1]", "localhost", "[::ffff:127.0.0.1]"}) {
    EXPECT_TRUE(IsLoopback(base::StrCat(host, ":7420"))) << host;
  }
}

TEST(CommandLine, WritesErrorsAsJsonForPrograms) {
  const Captured captured = RunMaru({"--json", "tools", "show", "no.such"});
  EXPECT_EQ(captured.code, 3);
  const auto json = base::ParseJson(captured.err, "err");
  ASSERT_TRUE(json.ok()) << captured.err;
  EXPECT_EQ((*json)["error"]["code"], "not_found");
}

TEST(CommandLine, PrintsTheDefaultConfigurationAndTakesItBack) {
  for (const base::Language language : {base::Language::kKorean, base::Language::kEnglish}) {
    const std::string code(base::LanguageCode(language));
    EXPECT_EQ(RunMaru({"--lang", code.c_str(), "config", "default"}).out,
              DefaultConfigText(language));
  }
  EXPECT_EQ(RunMaru({"config", "check", "/no/such.yaml"}).code, 3);
}

TEST(CommandLine, ChecksAConfigurationAsMarudDoes) {
  const std::string path = base::StrCat(testing::TempDir(), "/maru_check_test.yaml");
  const auto checked = [&path](const std::string& listen) {
    std::ofstream(path) << "server:\n  listen: \"" << listen << "\"\nmodel:\n  directory: \""
                        << MARU_SOURCE_DIR << "/deploy/models/planner\"\n";
    return RunMaru({"--lang", "en", "config", "check", path.c_str()});
  };
  EXPECT_EQ(checked("127.0.0.1:7420").code, 0);
  const Captured refused = checked("0.0.0.0:7420");
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr(base::StrCat(path, ":2: 'server.listen'")));
}

TEST(CommandLine, SaysHowAPersonIsWritten) {
  for (const char* language : {"en", "ko"}) {
    const Captured captured = RunMaru({"--lang", language, "principals", "add", "--help"});
    EXPECT_EQ(captured.code, 0);
    for (const char* member :
         {"\"id\"", "\"roles\"", "\"clearance\"", "\"purposes\"", "\"patterns\""}) {
      EXPECT_THAT(captured.out, HasSubstr(member));
    }
  }
}

// The code with which a command ends whose output is `path`, and what it says of it.
Captured PrintTo(const char* path, std::vector<const char*> arguments) {
  Terminal terminal;
  terminal.out = std::fopen(path, "w");
  terminal.err = std::tmpfile();
  Captured captured;
  captured.code = RunCommandLine(static_cast<int>(arguments.size()), arguments.data(), terminal);
  captured.err = Contents(terminal.err);
  std::fclose(terminal.out);
  return captured;
}

TEST(CommandLine, IsNotDoneWhileItsOutputIsLost) {
  for (const char* shown : {"--help", "config default", "tools show law.article"}) {
    std::vector<std::string> words = {"maru", "--lang", "en"};
    for (const std::string_view word : base::StrSplit(shown, ' ')) words.emplace_back(word);
    std::vector<const char*> arguments;
    for (const std::string& word : words) arguments.push_back(word.c_str());
    const Captured full = PrintTo("/dev/full", arguments);
    EXPECT_EQ(full.code, 8) << shown;
    EXPECT_THAT(full.err, HasSubstr("the output cannot be written: No space left on device"));
    const Captured null = PrintTo("/dev/null", arguments);
    EXPECT_EQ(null.code, 0) << shown;
    EXPECT_THAT(null.err, IsEmpty());
  }
  EXPECT_EQ(PrintTo("/dev/full", {"maru", "tools", "show", "no.such"}).code, 3)
      << "what fails anyway keeps its code";
}

TEST(CommandLine, SaysWithCodeFourThatEvidenceWasCutOrIsNone) {
  const std::string cut = R"({"format":"maru-audit-export/1","run":"r","records":[{"ind)";
  const Captured captured = RunMaru({"--lang", "en", "verify", "-"}, cut);
  EXPECT_EQ(captured.code, 4);
  EXPECT_THAT(captured.err, HasSubstr("maru: "));
  EXPECT_EQ(RunMaru({"verify", "-"}, "{}").code, 4);
  EXPECT_EQ(RunMaru({"verify", "/no/such.json"}).code, 3);
}

TEST(CommandLine, DescribesAModelThatIsNotSupportedAndSaysSoWithCodeOne) {
  std::string folder = testing::TempDir() + "unsupported-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const std::string config = folder + "/config.json";
  ASSERT_TRUE(base::WriteFile(config, R"({"architectures":["NoSuch"],"model_type":"no"})").ok());
  const Captured captured = RunMaru({"--json", "model", "info", folder.c_str()});
  EXPECT_EQ(captured.code, 1) << captured.err;
  EXPECT_THAT(captured.out, HasSubstr(R"("supported":false)"));
  const std::string shown = RunMaru({"--lang", "ko", "model", "info", folder.c_str()}).out;
  EXPECT_THAT(shown, HasSubstr("지원하지 않습니다"));
  EXPECT_THAT(shown, testing::Not(HasSubstr("reason_ko")));
  std::filesystem::remove_all(folder);
}

TEST(CommandLine, CompletesEveryCommand) {
  for (const char* shell : {"bash", "zsh"}) {
    const std::string script = RunMaru({"completion", shell}).out;
    for (const char* words :
         {"'runs watch'", "'approvals approve'", "--no-wait", "'principals whoami'"}) {
      EXPECT_THAT(script, HasSubstr(words)) << shell;
    }
  }
  const std::string fish = RunMaru({"--lang", "en", "completion", "fish"}).out;
  EXPECT_THAT(fish, HasSubstr("complete -c maru -n '__maru_at \"runs\"' -f -a watch -d "
                              "'its events as they happen'"));
  EXPECT_THAT(fish, HasSubstr("complete -c maru -n '__maru_at \"ask\"' -l no-wait -d "));
  EXPECT_THAT(fish, HasSubstr("complete -c maru -l as -r -d "));
}

}  // namespace
}  // namespace deploy::cli
