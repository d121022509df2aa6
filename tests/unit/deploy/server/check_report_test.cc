#include "deploy/server/check_report.h"

#include <gtest/gtest.h>

namespace deploy {
namespace {

using base::Language;

TEST(CheckReport, IsReadAsItWasWritten) {
  EXPECT_TRUE(ParseCheckReport(CheckReport(absl::OkStatus()))->ok());
  const absl::Status refused = base::WithReason(
      base::Error(absl::StatusCode::kResourceExhausted, "too much", "너무 많습니다"), "MEMORY");
  const auto read = ParseCheckReport(CheckReport(refused));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->code(), refused.code());
  EXPECT_EQ(base::Message(*read, Language::kEnglish), "too much");
  EXPECT_EQ(base::Message(*read, Language::kKorean), "너무 많습니다");
  EXPECT_EQ(base::Reason(*read), "MEMORY");
  const auto plain = ParseCheckReport(CheckReport(absl::NotFoundError("none")));
  EXPECT_EQ(base::Message(*plain, Language::kKorean), "none");
  EXPECT_EQ(base::Reason(*plain), "");
}

TEST(CheckReport, WhatIsNoneIsNotRead) {
  for (const char* text : {"", "ok", "[]", "{}", "1", R"({"ok":false})", R"({"ok":false,"code":3})",
                           R"({"ok":false,"message_en":"x"})", R"({"ok":true)"}) {
    EXPECT_FALSE(ParseCheckReport(text)) << text;
  }
}

}  // namespace
}  // namespace deploy
