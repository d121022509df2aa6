// What a marud says, and one that says nothing. Scripts stand in for it.
#include "deploy/cli/marud_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

using base::StrCat;
using testing::HasSubstr;

class MarudCheckTest : public testing::Test {
 protected:
  MarudCheckTest() { std::filesystem::create_directories(folder_); }
  ~MarudCheckTest() override { std::filesystem::remove_all(folder_); }

  absl::Status Ask(const std::string& script, const std::string& file = "") {
    std::ofstream(marud_) << "#!/bin/sh\n" << script;
    std::filesystem::permissions(marud_, std::filesystem::perms::owner_all);
    return AskMarud(marud_, "/a home", file);
  }

  const std::string folder_ = StrCat(testing::TempDir(), "/maru_ask_marud_",
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
  const std::string marud_ = folder_ + "/marud";
};

TEST_F(MarudCheckTest, GivesBackWhatMarudSays) {
  EXPECT_TRUE(Ask("echo '{\"ok\":true}'").ok());
  const absl::Status refused = Ask(
      "echo '{\"ok\":false,\"code\":3,\"message_en\":\"no\",\"message_ko\":\"안 됨\"}'; exit 2");
  EXPECT_TRUE(absl::IsInvalidArgument(refused)) << refused;
  EXPECT_EQ(base::Message(refused, base::Language::kEnglish), "no");
  EXPECT_EQ(base::Message(refused, base::Language::kKorean), "안 됨");
}

TEST_F(MarudCheckTest, AsksOfTheHomeAndTheFile) {
  const std::string asked = StrCat("printf '%s|' \"$@\" > '", folder_, "/asked'\n");
  const auto words = [this] {
    std::string text;
    std::getline(std::ifstream(folder_ + "/asked"), text);
    return text;
  };
  EXPECT_FALSE(Ask(asked, "/my file").ok());
  EXPECT_EQ(words(), "--check-config|--home|/a home|--config|/my file|");
  EXPECT_FALSE(Ask(asked).ok());
  EXPECT_EQ(words(), "--check-config|--home|/a home|");
}

TEST_F(MarudCheckTest, OneThatDoesNotSayIsNamed) {
  const std::pair<const char*, const char*> silent[] = {
      {"exit 0", "another version"},
      {"echo good", "another version"},
      {"echo '{\"ok\":true}'; echo and more", "another version"},
      {"kill -9 $$", "by a signal (Killed)"}};
  for (const auto& [script, why] : silent) {
    const absl::Status status = Ask(script);
    EXPECT_TRUE(absl::IsInternal(status)) << script;
    EXPECT_THAT(std::string(status.message()), HasSubstr(why));
    EXPECT_THAT(std::string(status.message()), HasSubstr(marud_));
    EXPECT_THAT(base::Message(status, base::Language::kKorean),
                HasSubstr("점검 결과를 받지 못했습니다"));
  }
  const absl::Status absent = AskMarud(folder_ + "/none", "/a home", "");
  EXPECT_THAT(std::string(absent.message()), HasSubstr("No such file"));
}

TEST_F(MarudCheckTest, NoneLiesBesideATest) { EXPECT_EQ(MarudBesideProgram(), ""); }

}  // namespace
}  // namespace deploy::cli
