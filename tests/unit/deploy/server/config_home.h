// A directory of data of a test's own, with a configuration file.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "deploy/server/config.h"
#include "model_core/base/strings.h"
#include "tests/fakes/whole_korean.h"

namespace deploy {

class ConfigHome : public ::testing::Test {
 protected:
  ConfigHome() { std::filesystem::create_directories(home_); }
  ~ConfigHome() override { std::filesystem::remove_all(home_); }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(base::StrCat(home_, "/", name)) << text;
  }
  absl::StatusOr<Config> Load(const std::string& text) {
    Write("maru.yaml", text);
    return Config::Load(base::StrCat(home_, "/maru.yaml"), home_);
  }
  // `place`: "2: 'server.listen'".
  static void ExpectRefused(const absl::Status& status, const std::string& place,
                            const std::string& why) {
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_THAT(std::string(status.message()),
                ::testing::HasSubstr(base::StrCat("/maru.yaml:", place)));
    EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr(why));
    const size_t key = place.find('\'');
    EXPECT_THAT(base::Message(status, base::Language::kKorean),
                ::testing::HasSubstr(base::StrCat(" ", place.substr(0, place.find(':')),
                                                  "행: ", place.substr(key))));
    EXPECT_EQ(fakes::EnglishWordsIn(status), "");
  }

  const std::string home_ =
      base::StrCat(::testing::TempDir(), "/maru_config_",
                   ::testing::UnitTest::GetInstance()->current_test_info()->name());
};

}  // namespace deploy
