// The recogniser against the catalogue's table of values: articles, identifiers, and what is none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/agents/planning/found.h"

namespace agents {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

TEST(Recogniser, ArticlesParagraphsAndItems) {
  EXPECT_THAT(Found("제38조의2", "jo"), Contains("\"38-2\""));
  EXPECT_THAT(Found("38조", "jo"), Contains("\"38\""));
  EXPECT_THAT(Found("제 26 조", "jo"), Contains("\"26\""));
  EXPECT_THAT(Found("Article 26-2 of", "jo"), Contains("\"26-2\""));
  EXPECT_THAT(Found("Article 15(1) of", "jo"), Contains("\"15\""));
  EXPECT_THAT(Found("Articles 3-5 of", "jo"), testing::IsEmpty());
  EXPECT_THAT(Found("Sections 3 and 5, 2026", "jo"), ElementsAre("\"3\"", "\"5\""));
  EXPECT_THAT(Found("Articles 38, 39-2 and 41 of", "jo"),
              ElementsAre("\"38\"", "\"39-2\"", "\"41\""));
  EXPECT_THAT(Found("Article 15(1) of", "hang"), Contains("1"));
  EXPECT_THAT(Found("Art. 7-2(3)(4)", "ho"), Contains("4"));
  EXPECT_THAT(Found("제2항제3호", "hang"), Contains("2"));
  EXPECT_THAT(Found("제2항제3호", "ho"), Contains("3"));
  EXPECT_THAT(Found("제28조의2 제1항", "jo"), Contains("\"28-2\""));
  EXPECT_THAT(Found("예산 3조 원", "jo"), IsEmpty());
  EXPECT_THAT(Found("제38조의2, 제39조와 40조", "jo"),
              testing::ElementsAre("\"38-2\"", "\"39\"", "\"40\""));
}

TEST(Recogniser, IdentifiersInTheirShapes) {
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {"P-1027의", "id:patient", "\"P-1027\""},
      {"ORD-5512에", "id:order", "\"ORD-5512\""},
      {"DOC-2041을", "id:doc", "\"DOC-2041\""},
      {"AL-7731", "id:alarm", "\"AL-7731\""},
      {"TI-101과", "id:tag", "\"TI-101\""},
      {"PRS-03", "id:asset", "\"PRS-03\""},
      {"WO-2214", "id:wo", "\"WO-2214\""},
      {"REQ-310", "id:req", "\"REQ-310\""},
      {"NSN 2540-37-500-1234", "id:item", "\"2540-37-500-1234\""},
      {"2019도1234", "id:case", "\"2019도1234\""}};
  for (const auto& [words, kind, value] : cases) {
    EXPECT_THAT(Found(words, kind), Contains(value)) << words;
    EXPECT_TRUE(IsIdentifier(kind, std::string(value).substr(1, std::string(value).size() - 2)))
        << value;
  }
  EXPECT_THAT(Found("TI-101과 PT-203의", "id:tag"),
              testing::ElementsAre("\"TI-101\"", "\"PT-203\""));
  EXPECT_THAT(Found("P-1027의", "int"), IsEmpty());
  EXPECT_FALSE(IsIdentifier("id:patient", "P-1027x y"));
  EXPECT_FALSE(IsIdentifier("id:patient", "DOC-1"));
}

TEST(Recogniser, IdentifiersInSmallLettersStandForThoseInCapitals) {
  EXPECT_THAT(Found("wo-2219랑 doc-2041을", "id:wo"), ElementsAre("\"WO-2219\""));
  EXPECT_THAT(Found("wo-2219랑 doc-2041을", "id:doc"), ElementsAre("\"DOC-2041\""));
  EXPECT_THAT(Found("p-1027의 약", "id:patient"), ElementsAre("\"P-1027\""));
  EXPECT_THAT(Found("covid-19 and p-12", "id:patient"), IsEmpty());
  EXPECT_EQ(PlannerValues("doc-2041 본문", Recognise("doc-2041 본문", Tuesday())),
            "doc-2041=DOC-2041");
  EXPECT_FALSE(IsIdentifier("id:doc", "doc-2041"));
}

TEST(Recogniser, ATextWithoutValuesHasNone) {
  EXPECT_TRUE(Recognise("오류가 난 화면을 보여줘", Tuesday()).mentions.empty());
}

TEST(Recogniser, ShowsTheModelWhatWordsStandFor) {
  const std::string text = "지난달 소음 민원 3만 건 제38조의2 P-1027";
  EXPECT_EQ(PlannerValues(text, Recognise(text, Tuesday())),
            "지난달=2026-10-01..2026-10-31;3만=30000;제38조의2=38-2");
}

TEST(Recogniser, NothingBreaksOnOddText) {
  for (const char* text : {"", " ", "\"\"", "\\", "조", "-", "제조", "99999999999999999999999999",
                           "13월 45일", "25:99", "\xEC", "🙂🙂"}) {
    const Recognition recognition = Recognise(text, Tuesday());
    for (const auto& [kind, literals] : recognition.literals) {
      for (const std::string& literal : literals)
        EXPECT_TRUE(base::ParseJson(literal, "literal").ok()) << text << kind << literal;
    }
  }
  EXPECT_THAT(Found("13월 45일", "date"), IsEmpty());
  EXPECT_THAT(Found("2월 30일", "date"), Not(Contains("\"2026-02-30\"")));
}

TEST(Recogniser, AnArticleBesideAYearOrWordIsNoSumOfMoney) {
  const std::string both = "형법 제1조 2022년 신구대조, 26조 2023년도 개정";
  EXPECT_THAT(Found(both, "jo"), ElementsAre("\"1\"", "\"26\""));
  EXPECT_THAT(Found(both, "period"), Contains(AsPeriod("2022-01-01..2022-12-31")));
  EXPECT_THAT(Found(both, "period"), Contains(AsPeriod("2023-01-01..2023-12-31")));
  EXPECT_THAT(Found("민간임대주택법 33조 원문", "jo"), ElementsAre("\"33\""));
  EXPECT_THAT(Found("예산 33조 원", "jo"), IsEmpty());
  const std::string month = "아동복지법 제5조의 8월 10일 변경";
  EXPECT_THAT(Found(month, "jo"), ElementsAre("\"5\""));
  EXPECT_THAT(Found(month, "date"), Contains("\"2026-08-10\""));
  EXPECT_THAT(Found("안녕하세요 2022년 자료", "period"),
              Contains(AsPeriod("2022-01-01..2022-12-31")));
}

TEST(Recogniser, PartsOfOtherWordsAreNoValues) {
  EXPECT_THAT(Found("전자정부법과 제1시설공병반, 2시험 H2S", "time"), IsEmpty());
  EXPECT_THAT(Found("필요한 부품과 급한 건", "int"), IsEmpty());
  EXPECT_THAT(Found("한 건, 자정 전 1시에", "time"), SizeIs(2));
  EXPECT_THAT(Found("담요 한 장", "int"), ElementsAre("1"));
  EXPECT_THAT(Found("이 건과 한동안, 네 동네", "int"), IsEmpty());
}

}  // namespace
}  // namespace agents
