#include "model_core/base/language.h"

#include <gtest/gtest.h>

#include "model_core/base/quotations.h"

namespace base {
namespace {

TEST(LanguageOf, TextWithoutHangulIsEnglish) {
  for (const char* text : {"", "DOC-2041", "What is in force today?", "1234"})
    EXPECT_EQ(LanguageOf(text), Language::kEnglish) << text;
}

TEST(LanguageOf, AKoreanNameInAnEnglishSentenceLeavesItEnglish) {
  for (const char* text :
       {"Find mail from 김민수 about the audit", "Send the summary to 법무팀, please",
        "What does article 15 of the 개인정보 보호법 say?"})
    EXPECT_EQ(LanguageOf(text), Language::kEnglish) << text;
}

TEST(LanguageOf, ForeignTermsInAKoreanSentenceLeaveItKorean) {
  for (const char* text :
       {"OPC UA server Boiler Feed Pump TI-101 값 좀 보여줘", "DUR check 부탁", "현재 온도",
        "제목은 'The state of the art in AI'로 메일 보내줘", "P-1027 lab trend 보기"})
    EXPECT_EQ(LanguageOf(text), Language::kKorean) << text;
}

TEST(LanguageOf, WhatIsQuotedDoesNotCount) {
  EXPECT_EQ(LanguageOf("'The state of the art in AI' 제목으로 보내줘"), Language::kKorean);
  EXPECT_EQ(LanguageOf("Send “회의는 세 시로 미뤄졌습니다” to the team"), Language::kEnglish);
  EXPECT_EQ(LanguageOf("Search '감사 결과'"), Language::kEnglish);
  EXPECT_EQ(LanguageOf("'개인정보 보호법 제15조'"), Language::kKorean);
  EXPECT_EQ(LanguageOf("What's in 김민수's mail, and who's on it?"), Language::kEnglish);
}

TEST(Quoted, IsOneQuotationWhateverMarksStandInTheWords) {
  EXPECT_EQ(Quoted("FATAL:  no\n  room\n"), "'FATAL: no room'");
  EXPECT_EQ(Quoted("it isn't there"), "\"it isn't there\"");
  EXPECT_EQ(Quoted("can't read \"a\""), "“can't read \"a\"”");
  EXPECT_EQ(Quoted(""), "''");
  for (const char* words : {"no room", "it isn't there", "can't read \"a\"", "'a' is no 'b'"}) {
    const std::string text = "오류: " + Quoted(words) + "입니다";
    ASSERT_EQ(Quotations(text).size(), 1u) << text;
    EXPECT_EQ(Quotations(text)[0].In(text), words);
  }
}

}  // namespace
}  // namespace base
