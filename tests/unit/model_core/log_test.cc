#include "model_core/base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace base {
namespace {

using testing::HasSubstr;

class LogTest : public testing::Test {
 protected:
  void TearDown() override { StartLog(LogFormat::kText, LogLevel::kInfo); }

  static std::string Logged(LogFormat format, LogLevel least, const Json& fields) {
    StartLog(format, least);
    testing::internal::CaptureStderr();
    LogInfo("test.happened", fields);
    return testing::internal::GetCapturedStderr();
  }
};

TEST_F(LogTest, TextIsOneLineAnEventWhateverItsFieldsHold) {
  const std::string line = Logged(LogFormat::kText, LogLevel::kInfo,
                                  {{"says", "one\ntwo"}, {"count", 3}, {"plain", "세 낱말 here"}});
  EXPECT_THAT(line, HasSubstr(R"( info test.happened says="one\ntwo" count=3 plain=세 낱말 here)"));
  EXPECT_EQ(line.find('\n'), line.size() - 1);
}

TEST_F(LogTest, JsonIsOneObjectALine) {
  const std::string line = Logged(LogFormat::kJson, LogLevel::kDebug, {{"says", "one\ntwo"}});
  const auto event = ParseJson(line, "line");
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->at("event"), "test.happened");
  EXPECT_EQ(event->at("level"), "info");
  EXPECT_EQ(event->at("says"), "one\ntwo");
  EXPECT_EQ(line.find('\n'), line.size() - 1);
}

TEST_F(LogTest, WhatIsBelowTheLevelIsNotTold) {
  EXPECT_EQ(Logged(LogFormat::kText, LogLevel::kWarning, {}), "");
}

}  // namespace
}  // namespace base
