// Shapes of DRF answers on their own.
#include <gtest/gtest.h>

#include "connectors/legal/drf.h"
#include "connectors/legal/rule.h"
#include "connectors/legal/rule_lines.h"
#include "connectors/legal/statute.h"
#include "model_core/base/strings.h"

namespace connectors::legal {
namespace {

LawVersion Version(std::string mst, std::string effective, std::string promulgated,
                   std::string revision = "일부개정") {
  LawVersion version;
  version.mst = std::move(mst);
  version.effective = std::move(effective);
  version.promulgated = std::move(promulgated);
  version.revision = std::move(revision);
  return version;
}

TEST(InForce, TakesTheLatestDayOfEffectNotTheLatestPromulgation) {
  // 2 was promulgated last but takes effect in 2027; 1 is the law until then.
  const std::vector<LawVersion> versions{Version("2", "20270101", "20260801000009"),
                                         Version("1", "20260101", "20250101000001"),
                                         Version("0", "20200101", "20190101000001")};
  EXPECT_EQ(InForce(versions, "20261231")->mst, "1");
  EXPECT_EQ(InForce(versions, "20270101")->mst, "2");
  EXPECT_EQ(InForce(versions, "20191231"), nullptr);
}

TEST(InForce, PrefersTheLaterPromulgationOnOneDayOfEffect) {
  const std::vector<LawVersion> versions{Version("a", "20260101", "20250601000100"),
                                         Version("b", "20260101", "20250601000200")};
  EXPECT_EQ(InForce(versions, "20260601")->mst, "b");
}

TEST(ReadVersion, KeepsTheWholePromulgationNumber) {
  pugi::xml_document row;
  ASSERT_TRUE(
      row.load_string("<law><공포일자>20250401</공포일자><공포번호>21003</공포번호></law>"));
  EXPECT_EQ(ReadVersion(row.child("law")).promulgated, "20250401021003");
}

TEST(ArticleNumber, ReadsOnlyTheFormOfTheCatalogue) {
  EXPECT_EQ(ParseArticleNumber("38-2")->drf_code(), "003802");
  EXPECT_EQ(ParseArticleNumber("10")->korean(), "제10조");
  for (const char* bad : {"", "0", "38-0", "38-", "-2", "제38조", "38-2-1", "12345", "038"}) {
    EXPECT_FALSE(ParseArticleNumber(bad)) << bad;
  }
}

TEST(IsoDay, ReadsDottedPlainAndDangiDays) {
  EXPECT_EQ(IsoDay("20250301"), "2025-03-01");
  EXPECT_EQ(IsoDay("2021.04.01"), "2021-04-01");
  EXPECT_EQ(IsoDay("42890525"), "1956-05-25");
  EXPECT_EQ(IsoDay("0"), "");
}

TEST(Delegations, KeepTheOrderOfSeveralLawsInOneBlock) {
  const auto answer = ReadAnswer(
      "<lsDelegated><법령><위임조문정보><조정보><조문번호>2</조문번호></"
      "조정보><위임정보><위임구분>시행규칙</위임구분>"
      "<위임법령제목>규칙A</위임법령제목><위임법령조문정보><위임법령조문번호>3</위임법령조문번호></"
      "위임법령조문정보>"
      "<위임구분>시행규칙</위임구분><위임법령제목>규칙B</"
      "위임법령제목><위임법령조문정보><위임법령조문번호>5</위임법령조문번호>"
      "</위임법령조문정보></위임정보><위임정보><위임법령조문정보><위임법령조문번호>9</"
      "위임법령조문번호></위임법령조문정보></위임정보>"
      "</위임조문정보></법령></lsDelegated>",
      absl::Now());
  ASSERT_TRUE(answer.ok());
  const auto rows = ReadDelegations(answer->root().child("법령"), ArticleNumber{2, 0});
  ASSERT_EQ(rows.size(), 2u);  // a row without the law it goes to is dropped
  EXPECT_EQ(rows[0].title, "규칙A");
  EXPECT_EQ(rows[1].title, "규칙B");
  EXPECT_EQ(rows[1].article->text(), "5");
}

TEST(ReadAnswer, DoesNotTakeAResultCodeForData) {
  const auto answer = ReadAnswer(
      "<LawSearch><totalCnt>0</totalCnt><resultCode>99</resultCode></LawSearch>", absl::Now());
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, "malformed_upstream");
}

TEST(ReadAnswer, DoesNotReadAnotherEncodingAsUtf8) {
  const auto read = [](const std::string& name) {
    return ReadAnswer("<LawSearch><totalCnt>0</totalCnt><name>" + name + "</name></LawSearch>",
                      absl::Now());
  };
  EXPECT_TRUE(read("의료법").ok());
  const auto korean = read("\xC0\xC7\xB7\xE1\xB9\xFD");  // the same in EUC-KR
  ASSERT_FALSE(korean.ok());
  EXPECT_EQ(korean.error().code, "malformed_upstream");
}

// A list of 150 laws; `pages`: whether the service heeds which page is asked for.
class LongList : public HttpClient {
 public:
  explicit LongList(bool pages) : pages_(pages) {}
  absl::StatusOr<HttpResponse> Do(const HttpRequest& request, const tools::CallContext&) override {
    const bool second = pages_ && request.url.ends_with("&page=2");
    HttpResponse response;
    response.status = 200;
    response.body = "<LawSearch><totalCnt>150</totalCnt>";
    for (int i = second ? 100 : 0; i < (second ? 150 : 100); ++i)
      response.body += base::StrCat("<law><ID>7</ID><MST>", i, "</MST></law>");
    response.body += "</LawSearch>";
    return response;
  }

 private:
  const bool pages_;
};

TEST(DrfList, ThatGivesOnePageTwiceIsNone) {
  for (const bool pages : {true, false}) {
    LongList service(pages);
    const Drf drf({"http://law.example/DRF", "key", ""}, service, base::SystemClock());
    const auto list = drf.List("eflaw", {}, "ID", 0, {absl::Now() + absl::Seconds(20), nullptr});
    EXPECT_EQ(list.ok() ? base::StrCat(list->rows.size()) : list.error().code,
              pages ? "150" : "malformed_upstream");
  }
}

TEST(LawKind, KnowsEveryKindOfStatute) {
  EXPECT_EQ(LawKind("법률"), "act");
  EXPECT_EQ(LawKind("대통령령"), "decree");
  EXPECT_EQ(LawKind("행정안전부령"), "rule");
  EXPECT_EQ(LawKind("위임행정규칙"), "admin_rule");
  EXPECT_EQ(LawKind("인용법령"), "");
}

TEST(ReadHeading, TellsAnArticleFromALineThatNamesOne) {
  const auto heading = ReadHeading("제2조의2(점검(정기)) ① 담당자는", false);
  ASSERT_TRUE(heading);
  EXPECT_EQ(heading->number.text(), "2-2");
  EXPECT_EQ(heading->title, "점검(정기)");
  EXPECT_EQ(heading->rest, "① 담당자는");
  EXPECT_EQ(ReadHeading("제 4 조 (범위) 이 규정은", false)->number.text(), "4");
  EXPECT_TRUE(ReadHeading("제3조 삭제 <2026. 2. 1.>", false)->title.empty());
  EXPECT_TRUE(ReadHeading("제4조 국장은 정한다.", true));
  for (const char* line :
       {"제4조 및 제5조에 따라", "제3조에 따른", "제1장 총칙", "조문", "제조(x)"}) {
    EXPECT_FALSE(ReadHeading(line, false)) << line;
  }
}

TEST(LineMarks, ReadItemsAndNotDates) {
  EXPECT_EQ(ItemMark("2의2. 수유실"), "2의2.");
  EXPECT_EQ(ItemMark("12.끝"), "12.");
  for (const char* line : {"2026. 1. 1.부터", "1.5배", "가. 나", "1)"}) {
    EXPECT_EQ(ItemMark(line), "") << line;
  }
  EXPECT_EQ(ParagraphMark("③ 셋째"), "③");
  EXPECT_EQ(ParagraphMark("셋째 ③"), "");
  EXPECT_EQ(SubitemMark("나. 둘"), "나.");
}

TEST(ReadRule, OrdersVersionsOfOneDayByTheirNumbers) {
  const auto version = [](const char* number) {
    const std::string row = base::StrCat(
        "<admrul><행정규칙일련번호>", number, "</행정규칙일련번호><발령번호>2026-", number,
        "</발령번호><발령일자>20260101</발령일자><시행일자>20260101</시행일자></admrul>");
    const auto answer = ReadAnswer(row, absl::Now());
    return ReadRule(*FamilyOfKind("admin_rule"), answer->root());
  };
  const std::vector<LawVersion> versions{version("9"), version("12"), version("7")};
  EXPECT_EQ(InForce(versions, "20260101")->mst, "12");
  EXPECT_EQ(versions[0].law_id, "admrul:9");
}

TEST(FamilyOfId, KnowsTheIdsOfRulesAlone) {
  EXPECT_EQ(FamilyOfId("admrul:2100000270772")->kind, "admin_rule");
  EXPECT_EQ(FamilyOfId("ordin:1302")->kind, "ordinance");
  for (const char* text : {"900001", "ordin:", "ordin:1&x=2", "admrul", "eflaw:1", "ordin:조례"}) {
    EXPECT_EQ(FamilyOfId(text), nullptr) << text;
  }
}

TEST(RuleArticles, AreToldApartInsideOneElement) {
  const auto answer = ReadAnswer(
      "<AdmRulService><조문내용>제1장 총칙\n제1조(목적) 이 규정은\n두 줄이다.\n"
      "제3조(인용) ① 다음을 따른다.\n제2조(다른 것)을 옮겨 적는다.\n제2장 보칙</조문내용>"
      "</AdmRulService>",
      absl::Now());
  ASSERT_TRUE(answer.ok());
  pugi::xml_document units;
  const auto articles = ReadRuleArticles(*FamilyOfKind("admin_rule"), answer->root(), units);
  ASSERT_EQ(articles.size(), 2u);
  EXPECT_EQ(articles[0].text(), "제1조(목적) 이 규정은 두 줄이다.");
  EXPECT_EQ(articles[1].text(), "제3조(인용)\n① 다음을 따른다. 제2조(다른 것)을 옮겨 적는다.");
}

}  // namespace
}  // namespace connectors::legal
