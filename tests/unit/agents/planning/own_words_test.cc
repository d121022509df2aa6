// Which parts of a request may stand in a plan, and which are words of others or withdrawn.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agents/planning/recogniser.h"
#include "agents/planning/spans.h"
#include "model_core/base/quotations.h"
#include "tests/unit/agents/planning/examples.h"

namespace agents {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Spans, AreCutBetweenCharactersButNeverInsideLatinWordsOrNumbers) {
  const std::string text = "eGFR과 \"급한 일\" 500mg 처방";
  const std::vector<size_t> bounds = Recognise(text, Tuesday()).bounds;
  for (const char* yes :
       {"eGFR", "eGFR과", "과", "급한 일", "급한", "500mg", "500", "mg", "처방", "처"})
    EXPECT_TRUE(IsSpan(yes, text, bounds, SpanKind::kQuote)) << yes;
  for (const char* no :
       {"", "GFR", "50", "mg ", " 처방", "일\" 500", "칼륨", "eGFR과 처방", "\xEC"})
    EXPECT_FALSE(IsSpan(no, text, bounds, SpanKind::kQuote)) << no;
  EXPECT_TRUE(Recognise("\" \"", Tuesday()).bounds.empty());
}

TEST(Spans, EndWithNoMarkThatEndsASentence) {
  const std::string text = "Dr. Kim's reply? Mail it to the Press Office. 'Is it done?' ends it.!";
  const std::vector<size_t> bounds = Recognise(text, Tuesday()).bounds;
  for (const char* yes : {"Dr. Kim", "reply", "Press Office", "Is it done?", "ends it"})
    EXPECT_TRUE(IsSpan(yes, text, bounds, SpanKind::kQuote)) << yes;
  for (const char* no : {"Dr.", "reply?", "Press Office.", "ends it.", "it.!"})
    EXPECT_FALSE(IsSpan(no, text, bounds, SpanKind::kQuote)) << no;
  EXPECT_TRUE(Recognise("?!", Tuesday()).bounds.empty());
}

TEST(Spans, CutNoNumberOffAName) {
  const std::string text = "OEE of Press Line 4 for the unit, Hall 12 and ward 30 days, line 2";
  const std::vector<size_t> bounds = Recognise(text, Tuesday()).bounds;
  for (const char* yes : {"Press Line 4", "Line 4", "Hall 12", "ward", "line 2"})
    EXPECT_TRUE(IsSpan(yes, text, bounds, SpanKind::kQuote)) << yes;
  for (const char* no : {"Press Line", "Line", "4", "Hall", "12", "line", "Press"})
    EXPECT_FALSE(IsSpan(no, text, bounds, SpanKind::kQuote)) << no;
}

TEST(Spans, EndBetweenNoTwoCapitalisedWords) {
  const std::string text =
      "Show Larkspur Valley, Boiler House B and mail Jonas Reed May figures, Road Act Article 5";
  const std::vector<size_t> bounds = Recognise(text, Tuesday()).bounds;
  for (const char* yes : {"Larkspur Valley", "Valley", "Boiler House B", "Jonas Reed", "Road Act"})
    EXPECT_TRUE(IsSpan(yes, text, bounds, SpanKind::kName)) << yes;
  for (const char* no : {"Larkspur", "Boiler House", "Boiler", "mail Jonas", "Road"})
    EXPECT_FALSE(IsSpan(no, text, bounds, SpanKind::kName)) << no;
}

TEST(Spans, CutNoClockTimeAndEndNoNameWithAWordThatWantsAnother) {
  const std::string text = "tracks near Haneul Port since 9 a.m., what the 2nd Brigade will lack";
  const std::vector<size_t> bounds = Recognise(text, Tuesday()).bounds;
  EXPECT_FALSE(IsSpan("Haneul Port since 9 a", text, bounds, SpanKind::kQuote));
  for (const char* dangling : {"Haneul Port since", "Haneul Port since 9 a.m., what",
                               "2nd Brigade will", "2nd Brigade will lack"}) {
    EXPECT_FALSE(IsSpan(dangling, text, bounds, SpanKind::kName)) << dangling;
    EXPECT_TRUE(IsSpan(dangling, text, bounds, SpanKind::kQuote)) << dangling;
  }
  for (const char* whole : {"Haneul Port", "2nd Brigade"})
    EXPECT_TRUE(IsSpan(whole, text, bounds, SpanKind::kName)) << whole;
}

std::vector<std::string> Quoted(const std::string& text) {
  std::vector<std::string> quoted;
  for (const base::Quotation& quotation : base::Quotations(text))
    quoted.push_back(text.substr(quotation.begin, quotation.end - quotation.begin));
  return quoted;
}

TEST(Quotations, AreFoundInEveryKindOfMarks) {
  EXPECT_THAT(Quoted("'가'라고 \"나 다\" “라” ‘마’ 「바」 『사』 《아》"),
              ElementsAre("가", "나 다", "라", "마", "바", "사", "아"));
  EXPECT_THAT(Quoted("P-3310's labs and the nurse's note, the nurses' room"), IsEmpty());
  EXPECT_THAT(Quoted("file 'the pump's seal leaks' today"), ElementsAre("the pump's seal leaks"));
  EXPECT_THAT(Quoted("\"끝이 없다"), IsEmpty());
}

TEST(Own, NoValueOutOfWordsOfOthers) {
  const std::string text = "'ORD-5512에 서명해라'라는 메일을 찾고 'ORD-7'과 ORD-8을 보여줘";
  const Recognition recognition = Recognise(text, Tuesday());
  EXPECT_THAT(recognition.literals.at("id:order"),
              ElementsAre("\"ORD-5512\"", "\"ORD-7\"", "\"ORD-8\""));
  EXPECT_THAT(recognition.own.literals.at("id:order"), ElementsAre("\"ORD-7\"", "\"ORD-8\""));
  EXPECT_FALSE(IsSpan("서명", text, recognition.own.bounds, SpanKind::kQuote));
  EXPECT_TRUE(IsSpan("ORD-5512에 서명해라", text, recognition.own.bounds, SpanKind::kQuote))
      << "whole, it may be a title";
  EXPECT_TRUE(IsSpan("메일", text, recognition.own.bounds, SpanKind::kQuote));
}

std::vector<std::string> OwnIdentifiers(const std::string& text, const char* kind) {
  return Recognise(text, Tuesday()).own.literals[kind];
}

TEST(DropWithdrawn, AnActIsNotForWhatIsToBeLeftAloneOrWasDone) {
  EXPECT_THAT(OwnIdentifiers("AL-6187은 아직 두고 AL-6188만 확인 처리해줘", "id:alarm"),
              ElementsAre("\"AL-6188\""));
  EXPECT_THAT(OwnIdentifiers("REQ-908은 어제 올렸고, REQ-909는 상신해줘", "id:req"),
              ElementsAre("\"REQ-909\""));
  EXPECT_THAT(OwnIdentifiers("REQ-418이랑 REQ-419 중에 418은 올렸으니 419만 상신해", "id:req"),
              ElementsAre("\"REQ-419\""));
  EXPECT_THAT(OwnIdentifiers("Leave AL-1206 alone. Acknowledge AL-1207, please.", "id:alarm"),
              ElementsAre("\"AL-1207\""));
  EXPECT_THAT(OwnIdentifiers("REQ-611 went in yesterday. Could you submit REQ-612?", "id:req"),
              ElementsAre("\"REQ-612\""));
}

TEST(DropWithdrawn, NorAsWords) {
  const std::string text = "FIC-204 stays as it is. Lower FIC-205 to 30";
  const Recognition recognition = Recognise(text, Tuesday());
  EXPECT_FALSE(IsSpan("FIC-204", text, recognition.own.bounds, SpanKind::kName));
  EXPECT_TRUE(IsSpan("FIC-205", text, recognition.own.bounds, SpanKind::kName));
  EXPECT_TRUE(IsSpan("FIC-204", text, recognition.bounds, SpanKind::kName));
}

TEST(DropWithdrawn, WhatIsTheOnlyOneOrMeantTogetherStays) {
  EXPECT_THAT(OwnIdentifiers("AL-6187 원인은 어제 봤고, 확인 처리해줘", "id:alarm"), SizeIs(1));
  EXPECT_THAT(OwnIdentifiers("REQ-1은 검토했고, REQ-2까지 둘 다 상신해줘", "id:req"), SizeIs(2));
  EXPECT_THAT(Recognise("AL-1은 두고 AL-2 확인 처리해줘", Tuesday()).literals["id:alarm"],
              SizeIs(2));
}

}  // namespace
}  // namespace agents
