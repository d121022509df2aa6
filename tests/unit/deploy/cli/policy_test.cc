// maru policy: what it says of rules that are broken, and of plans that refuse. Without a server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "model_core/base/json.h"
#include "policies/policy_files.h"
#include "tests/unit/deploy/cli/captured.h"

namespace deploy::cli {
namespace {

using base::Json;
using testing::HasSubstr;

class PolicyTest : public testing::Test {
 protected:
  PolicyTest() {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
    const policies::PolicyFiles files = *policies::ReadPolicyFiles("");
    Write("maru.cedarschema", files.schema);
    for (const policies::PolicyFile& file : files.files) Write(file.name, file.text);
    for (const policies::PolicyFile& file : files.cases) Write(file.name, file.text);
  }
  std::string Write(const std::string& name, const std::string& text) {
    const std::string path = directory_ + "/" + name;
    std::ofstream(path) << text;
    return path;
  }
  Captured Check(const char* language) {
    return RunMaru({"--lang", language, "policy", "check", directory_.c_str()});
  }

  const std::string directory_ = testing::TempDir() + "/maru-policy-cli";
};

TEST_F(PolicyTest, ABrokenFileIsToldByItsPlaceInALine) {
  EXPECT_EQ(Check("en").code, 0) << Check("en").err;
  Write("mine.cedar", "// nothing yet\npermit (principal;\n");
  const Captured english = Check("en");
  EXPECT_EQ(english.code, 2) << english.err;
  EXPECT_THAT(english.err, HasSubstr("mine.cedar:2:18: unexpected token `;`"));
  EXPECT_THAT(english.err, HasSubstr(": permit (principal;"));
  EXPECT_LT(english.err.size(), 400u) << english.err;
  EXPECT_THAT(Check("ko").err,
              HasSubstr("정책을 읽을 수 없습니다: mine.cedar 2행 18열: 문법에 맞지 않습니다: "));
}

TEST_F(PolicyTest, ARuleThatSaysNotWhatLiftsItDoesNotPass) {
  Write("mine.cedar",
        "@id(\"mine.rule\") @reason_ko(\"가\") @reason_en(\"a\")\n"
        "forbid (principal, action, resource) when { context.confirm };\n");
  EXPECT_EQ(Check("en").code, 2) << Check("en").out;
  EXPECT_THAT(Check("en").err, HasSubstr("mine.cedar:1: rule mine.rule lacks @lift_ko"));
  EXPECT_THAT(Check("ko").err, HasSubstr("mine.cedar 1행: mine.rule 규칙이 @lift_ko"));
}

TEST_F(PolicyTest, ExplainingARefusalNamesItsRuleAndWhatLiftsIt) {
  const std::string plan = Write("plan.json", R"({"verdict":"refuse","reason":"harmful"})");
  const Captured english = RunMaru({"--lang", "en", "policy", "explain", "--plan", plan.c_str()});
  EXPECT_EQ(english.code, 5) << english.err;
  EXPECT_THAT(english.out, HasSubstr("plan.harmful"));
  EXPECT_THAT(english.out, HasSubstr("lifted by: ask for the work itself"));
  const Captured korean = RunMaru({"--lang", "ko", "policy", "explain", "--plan", plan.c_str()});
  EXPECT_THAT(korean.out, HasSubstr("해소: 필요한 승인을 거쳐"));
  Write("plan.json", R"({"verdict":"refuse","reason":"not_permitted"})");
  const Captured json = RunMaru({"--json", "policy", "explain", "--plan", plan.c_str()});
  const Json told = Json::parse(json.out);
  ASSERT_EQ(told["refusal"].size(), 2u) << json.out;
  EXPECT_EQ(told["refusal"][0]["id"], "access.tool");
  EXPECT_EQ(told["refusal"][1]["id"], "access.one_purpose");
  for (const char* member : {"reason_ko", "reason_en", "lift_ko", "lift_en"})
    EXPECT_FALSE(base::StringOr(told["refusal"][1], member, "").empty()) << member;
}

}  // namespace
}  // namespace deploy::cli
