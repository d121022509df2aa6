#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "model_core/base/strings.h"
#include "policies/cedar_cases.h"
#include "tests/fakes/whole_korean.h"

namespace policies {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kCedar = std::string(MARU_SOURCE_DIR) + "/policies/cedar";

TEST(PolicyCases, OfTheBuiltInRulesAllHoldAndLeaveNoRuleUntested) {
  const auto report = RunPolicyCases("");
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_GE(report->cases, 60u);
  EXPECT_THAT(report->failures, IsEmpty());
  EXPECT_THAT(report->untested, IsEmpty());
}

TEST(PolicyCases, ADirectoryOfRulesIsHeldToItsOwnCases) {
  const auto report = RunPolicyCases(kCedar);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->cases, RunPolicyCases("")->cases);
  EXPECT_FALSE(RunPolicyCases(kCedar + "/none").ok());
}

TEST(PolicyCases, ARuleThatIsTakenAwayIsNoticed) {
  const std::string directory = testing::TempDir() + "/maru-cases";
  std::filesystem::remove_all(directory);
  std::filesystem::copy(kCedar, directory);
  std::string text = ReadPolicyFiles("")->files[2].text;  // flow.cedar
  ASSERT_THAT(text, HasSubstr("context.sink_untrusted"));
  std::ofstream(directory + "/flow.cedar")
      << base::ReplaceAll(text, "context.sink_untrusted", "context.confirm");
  const auto report = RunPolicyCases(directory);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_GE(report->failures.size(), 3u);
  EXPECT_THAT(report->failures, Contains(AllOf(HasSubstr("flow.cases:"),
                                               HasSubstr("expected forbid flow.untrusted_sink"))));
}

absl::Status Read(const std::string& text) { return ReadPolicyCases({"x.cases", text}).status(); }

TEST(PolicyCases, AFileThatCannotBeReadNamesItsLine) {
  EXPECT_TRUE(Read("").ok());
  EXPECT_TRUE(Read("# nothing\n\ngiven tools=a\n").ok());
  const std::pair<const char*, const char*> bad[] = {
      {"case a\n", "expects nothing"},
      {"case a\ncase b\nexpect permit", "x.cases:2"},
      {"case a\nexpect perhaps", "x.cases:2"},
      {"case a\nexpect forbid", "RULE"},
      {"case a\nexpect permit now", "x.cases:2"},
      {"case a\nexpect permit\nexpect permit", "two things"},
      {"with tools=a", "no place here"},
      {"case a\ngiven tools=a", "no place here"},
      {"given tool", "not NAME=VALUE"},
      {"given colour=red", "'colour' is not known"},
      {"given input=S+secret", "no such value"},
      {"given related=maybe", "no such value"}};
  for (const auto& [text, message] : bad) {
    const absl::Status status = Read(text);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << text;
    EXPECT_THAT(std::string(status.message()), HasSubstr(message)) << text;
    EXPECT_EQ(fakes::EnglishWordsIn(status), "") << text;
  }
}

TEST(PolicyCases, GradesAreReadInAnyOrder) {
  const auto cases = ReadPolicyCases(
      {"x.cases", "case a\nwith input=untrusted+III+C+unique_id clearance=II+S\nexpect permit"});
  ASSERT_TRUE(cases.ok()) << cases.status();
  EXPECT_EQ((*cases)[0].plan.steps[0].input,
            (Label{N2sf::kC, Mil::kIII, Privacy::kUniqueId, Integrity::kUntrusted}));
  EXPECT_EQ((*cases)[0].plan.steps[0].output, UserLabel());
  EXPECT_EQ((*cases)[0].plan.principal.clearance.n2sf, N2sf::kS);
  EXPECT_EQ((*cases)[0].plan.principal.clearance.mil, Mil::kII);
}

}  // namespace
}  // namespace policies
