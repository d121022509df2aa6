// Where a document cites what changed in a law: its clauses, and which of them count.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/legal/clause.h"
#include "connectors/legal/impact_finder.h"
#include "model_core/base/strings.h"

namespace connectors::legal {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The clause that `words` stand in, each of which stands once in the text.
std::string ClauseOf(const std::string& text, const std::string& words) {
  const size_t at = text.find(words);
  EXPECT_NE(at, std::string::npos) << words;
  return DocumentClauses(text).At(at, at + words.size());
}

TEST(DocumentClauses, IsTheSentenceUnderTheHeadingOfItsArticle) {
  const std::string text =
      "관리 규정\n제1조(목적)\n이 규정을 둔다. 나루법 제3조에 따른다. 끝이다.\n"
      "제5조의2(수탁자 관리) ① 가를 한다. ② 나루법 제4조를 지킨다.\n  ③ 나루법 제6조를 본다.\n";
  EXPECT_EQ(ClauseOf(text, "나루법 제3조"), "제1조(목적) 나루법 제3조에 따른다.");
  EXPECT_EQ(ClauseOf(text, "나루법 제4조"), "제5조의2(수탁자 관리) ② 나루법 제4조를 지킨다.");
  EXPECT_EQ(ClauseOf(text, "나루법 제6조"), "제5조의2(수탁자 관리) ③ 나루법 제6조를 본다.");
  EXPECT_EQ(ClauseOf(text, "관리 규정"), "관리 규정");
}

TEST(DocumentClauses, TakesALineThatGoesOnAsASentenceForNoHeading) {
  const std::string text =
      "제5조에 따라 정한다.\n나루법 제3조를 본다.\n제6조 및 제7조를 본다.\n"
      "제8조\n나루법 제4조를 본다.";
  EXPECT_EQ(ClauseOf(text, "나루법 제3조"), "나루법 제3조를 본다.");
  EXPECT_EQ(ClauseOf(text, "나루법 제4조"), "제8조 나루법 제4조를 본다.");
}

TEST(DocumentClauses, IsTheListItemOrTheRowOfATable) {
  const std::string text =
      "1. 나루법 제3조의 배: 2026. 7. 1. 부터 적는다. 다음 문장.\n가. 나루법 제4조의 짐\n"
      "배\t나루법 제5조\t고정";
  EXPECT_EQ(ClauseOf(text, "나루법 제3조"), "1. 나루법 제3조의 배: 2026. 7. 1. 부터 적는다.");
  EXPECT_EQ(ClauseOf(text, "나루법 제4조"), "가. 나루법 제4조의 짐");
  EXPECT_EQ(ClauseOf(text, "나루법 제5조"), "배 나루법 제5조 고정");
}

TEST(DocumentClauses, CutsALongSentenceAroundTheCitation) {
  std::string filling;
  for (int i = 0; i < 5000; ++i) filling += "가";
  const std::string clause = ClauseOf(filling + " 나루법 제3조 " + filling, "나루법 제3조");
  EXPECT_TRUE(clause.starts_with("…가"));
  EXPECT_TRUE(clause.ends_with("가…"));
  EXPECT_NE(clause.find("가 나루법 제3조 가"), std::string::npos);
  EXPECT_LT(clause.size(), 1500u);
}

// A law of which articles stand before and after one amendment, "3" with the text "제3조 …".
struct Case {
  std::map<int, std::string> before, after;
  std::string name = "가온 나루법", short_name = "나루법", old_name = "", number = "";
};

Clauses ClausesOf(const std::map<int, std::string>& texts) {
  Clauses clauses;
  for (const auto& [main, text] : texts) {
    const ArticleNumber number{main / 10, main % 10};  // 382: article 38-2
    clauses[number] = {number, number.korean() + text, "", text.find("삭제") != std::string::npos};
  }
  return clauses;
}

Amendments Amended(const Case& of) {
  const auto version = [&](const std::string& name, const std::string& day) {
    LawVersion version;
    version.law_id = "900099";
    version.mst = day;
    version.name = name;
    version.abbreviation = of.short_name;
    version.effective = day;
    return version;
  };
  const LawVersion first = version(of.old_name.empty() ? of.name : of.old_name, "20250101");
  const LawVersion second = version(of.name, "20260701");
  Amendments amendments;
  amendments.law = {{first, second}, second};
  amendments.stages = {{first, ClausesOf(of.before), "1", absl::UnixEpoch()},
                       {second, ClausesOf(of.after), "2", absl::UnixEpoch()}};
  amendments.changes = NetChanges(amendments.stages);
  amendments.number = ParseArticleNumber(of.number);
  return amendments;
}

// "38 changed: 나루법 제38조를 본다."
std::vector<std::string> Found(const Case& of, const std::string& text) {
  const Amendments amendments = Amended(of);
  const ImpactFinder finder(amendments);
  std::vector<std::string> out;
  for (const Touch& touch : finder.Find(text)) {
    EXPECT_EQ(touch.fate->effective, "20260701");
    out.push_back(base::StrCat(touch.number.main == 0 ? "-" : touch.number.text(), " ",
                               touch.fate->kind, ": ", touch.clause));
  }
  return out;
}

Case Changed() { return {{{380, "가"}, {390, "나"}}, {{380, "다"}, {390, "나"}}}; }

TEST(ImpactFinder, FindsTheArticlesThatChangedAndNoOthers) {
  EXPECT_THAT(Found(Changed(),
                    "「가온 나루법」 제38조제1항을 본다.\n나루법 제38조의2를 본다.\n"
                    "가온나루법 제38조도 본다.\n같은 법 제39조를 본다.\n"
                    "다른법 제38조를 본다.\n제38조를 본다."),
              ElementsAre("38 changed: 「가온 나루법」 제38조제1항을 본다.",
                          "38 changed: 가온나루법 제38조도 본다."));
  EXPECT_THAT(Found(Changed(), "「가온 나루법 시행령」 제38조와 같은 법 시행령 제38조를 본다."),
              IsEmpty());
}

TEST(ImpactFinder, GivesAClauseAndArticleOnce) {
  EXPECT_THAT(Found(Changed(), "나루법 제38조제1항 및 나루법 제38조제2항을 본다."),
              ElementsAre("38 changed: 나루법 제38조제1항 및 나루법 제38조제2항을 본다."));
}

TEST(ImpactFinder, ARangeHoldsTheArticlesThatWereAddedWithinIt) {
  const Case added{{{380, "가"}, {400, "나"}}, {{380, "가"}, {382, "새"}, {400, "나"}}};
  EXPECT_THAT(Found(added, "나루법 제38조부터 제40조까지 본다."),
              ElementsAre("38-2 added: 나루법 제38조부터 제40조까지 본다."));
  EXPECT_THAT(Found(added, "나루법 제38조(배) ~ 제40조를 본다."), testing::SizeIs(1));
  EXPECT_THAT(Found(added, "나루법 제38조 및 제40조를 본다."), IsEmpty());
}

TEST(ImpactFinder, TakesACitationForTheArticleThatStoodThereBefore) {
  const Case moved{{{40, "(시간) 여섯"}, {50, "(정원) 열"}, {90, "(짐) 하나"}},
                   {{40, "(조끼) 입는다"}, {50, "(시간) 여섯"}, {60, "(정원) 열"}, {90, " 삭제"}}};
  EXPECT_THAT(Found(moved, "나루법 제4조.\n나루법 제5조.\n나루법 제6조.\n나루법 제9조."),
              ElementsAre("4 moved: 나루법 제4조.", "5 moved: 나루법 제5조.",
                          "6 moved: 나루법 제6조.", "9 deleted: 나루법 제9조."));
  Case asked = moved;
  asked.number = "4";
  EXPECT_THAT(Found(asked, "나루법 제4조.\n나루법 제5조.\n나루법 제6조.\n「나루법」."),
              ElementsAre("4 moved: 나루법 제4조."));
}

TEST(ImpactFinder, ALawWithoutAnArticleCountsWhereItsClauseNamesNone) {
  EXPECT_THAT(Found(Changed(),
                    "「가온 나루법」에 따른다.\n「나루법」과 나루법 제38조를 본다.\n"
                    "「나루법」과 나루법 제39조를 본다."),
              ElementsAre("- changed: 「가온 나루법」에 따른다.",
                          "38 changed: 「나루법」과 나루법 제38조를 본다."));
  Case asked = Changed();
  asked.number = "38";
  EXPECT_THAT(Found(asked, "「가온 나루법」에 따른다."), IsEmpty());
  EXPECT_THAT(Found({{{10, "가"}}, {}}, "「나루법」에 따른다."),
              ElementsAre("- deleted: 「나루법」에 따른다."));
}

TEST(ImpactFinder, KnowsTheLawByItsOldNameToo) {
  Case renamed = Changed();
  renamed.old_name = "가온 물길법";
  EXPECT_THAT(Found(renamed, "「가온 물길법」 제38조.\n가온 나루법 제38조."), testing::SizeIs(2));
  EXPECT_THAT(ImpactFinder(Amended(renamed)).Words(),
              ElementsAre("가온 나루법", "가온 물길법", "나루법"));
}

TEST(ImpactFinder, LooksForADecreeUnderTheNameOfItsActAlso) {
  Case decree = Changed();
  decree.name = "가온 나루법 시행령";
  decree.short_name = "";
  EXPECT_THAT(Found(decree, "「가온 나루법」 제38조 및 같은 법 시행령 제38조를 본다."),
              testing::SizeIs(1));
  EXPECT_THAT(ImpactFinder(Amended(decree)).Words(), ElementsAre("가온 나루법"));
}

TEST(ImpactFinder, WithoutAChangeThereIsNothingToLookFor) {
  EXPECT_TRUE(ImpactFinder(Amended({{{10, "가"}}, {{10, "가"}}})).empty());
  Case unchanged = Changed();
  unchanged.number = "39";
  EXPECT_TRUE(ImpactFinder(Amended(unchanged)).empty());
}

}  // namespace
}  // namespace connectors::legal
