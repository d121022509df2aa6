#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deploy/server/config.h"
#include "tests/unit/deploy/cli/captured.h"

namespace deploy::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST(CommandLine, HelpGoesToTheOutputAndDocumentsTheExitCodes) {
  const Captured captured = RunMaru({"--lang", "en", "--help"});
  EXPECT_EQ(captured.code, 0);
  EXPECT_THAT(captured.out, HasSubstr("Exit codes:"));
  EXPECT_THAT(captured.err, IsEmpty());
}

TEST(CommandLine, NamesAnUnknownCommandInTheLanguageAskedFor) {
  const Captured korean = RunMaru({"--lang", "ko", "bogus"});
  EXPECT_EQ(korean.code, 2);
  EXPECT_THAT(korean.err, HasSubstr("알 수 없는 인자입니다: bogus"));
  EXPECT_THAT(RunMaru({"--lang=en", "bogus"}).err, HasSubstr("unknown argument: bogus"));
}

TEST(CommandLine, TakesTheOptionsOfEveryCommandAfterTheCommandToo) {
  const Captured captured = RunMaru({"tools", "show", "law.article", "--json", "--lang", "en"});
  EXPECT_EQ(captured.code, 0);
  const auto json = base::ParseJson(captured.out, "out");
  ASSERT_TRUE(json.ok()) << captured.out;
  EXPECT_EQ((*json)["name"], "law.article");
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

TEST(CommandLine, WritesErrorsAsJsonForPrograms) {
  const Captured captured = RunMaru({"--json", "tools", "show", "no.such"});
  EXPECT_EQ(captured.code, 3);
  const auto json = base::ParseJson(captured.err, "err");
  ASSERT_TRUE(json.ok()) << captured.err;
  EXPECT_EQ((*json)["error"]["code"], "not_found");
}

TEST(CommandLine, PrintsTheDefaultConfigurationAndTakesItBack) {
  const Captured printed = RunMaru({"config", "default"});
  EXPECT_EQ(printed.out, DefaultConfigText());
  EXPECT_EQ(RunMaru({"config", "check", "/no/such.yaml"}).code, 3);
}

TEST(CommandLine, CompletesEveryCommand) {
  const std::string script = RunMaru({"completion", "bash"}).out;
  for (const char* words :
       {"'runs watch'", "'approvals approve'", "--no-wait", "'principals whoami'"}) {
    EXPECT_THAT(script, HasSubstr(words));
  }
}

}  // namespace
}  // namespace deploy::cli
