// law.diff over the law service of the sample organisation.
#include <gmock/gmock.h>

#include "tests/unit/connectors/legal_service.h"

namespace connectors {
namespace {

using base::Json;
using fakes::CallTool;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class LegalDiff : public LegalFixture {
 public:
  static Json Arguments(const std::string& law, const std::string& from, const std::string& to,
                        const std::string& jo) {
    Json arguments = {{"law", law}, {"period", {{"from", from}, {"to", to}}}};
    if (!jo.empty()) arguments["jo"] = jo;
    return arguments;
  }
  static tools::ToolOutcome Call(const std::string& law, const std::string& from,
                                 const std::string& to, const std::string& jo = "") {
    return LegalFixture::Call("law.diff", Arguments(law, from, to, jo));
  }
  static Json Items(const std::string& law, const std::string& from, const std::string& to,
                    const std::string& jo = "") {
    return Value("law.diff", Arguments(law, from, to, jo))["items"];
  }
  static std::string Error(const std::string& law, const std::string& from, const std::string& to,
                           const std::string& jo = "") {
    return LegalFixture::Error("law.diff", Arguments(law, from, to, jo));
  }
  // "26 changed 2025-10-02"
  static std::vector<std::string> Summary(const Json& items) {
    std::vector<std::string> out;
    for (const Json& item : items) {
      out.push_back(base::StrCat(base::StringOr(item, "jo", "-"), " ",
                                 base::StringOr(item, "change", ""), " ",
                                 base::StringOr(item, "effective_from", "")));
    }
    return out;
  }
};

constexpr char kFerry[] = "가온 예시 나루법";

TEST_F(LegalDiff, GivesBothTextsOfAChangedArticle) {
  const auto outcome = Call("산업안전보건법", "2026-01-01", "2026-12-31");
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.result().value["law_id"], "900007");
  const Json& items = outcome.result().value["items"];
  EXPECT_THAT(Summary(items), ElementsAre("38 changed 2026-07-01"));
  const std::string before = items[0]["before"], after = items[0]["after"];
  EXPECT_THAT(before, HasSubstr("덮개를 단다"));
  EXPECT_THAT(before, testing::EndsWith("2. 뜨거운 부분"));
  EXPECT_THAT(after, HasSubstr("덮개를 달고 매달 살핀다"));
  EXPECT_THAT(after, testing::EndsWith("3. 끼이는 부분"));
}

TEST_F(LegalDiff, CitesTheTextBeforeAndThePromulgationOfEachAmendment) {
  const auto outcome = Call("산업안전보건법", "2026-01-01", "2026-12-31", "38");
  ASSERT_TRUE(outcome.ok());
  ASSERT_THAT(outcome.result().origins, SizeIs(1));
  const policies::Origin& origin = outcome.result().origins[0];
  EXPECT_EQ(origin.record, "900007/38");
  EXPECT_EQ(origin.version,
            "970101@20250101 법률 제17001호, 2024-01-01 → 970102@20260701 법률 제21500호, "
            "2025-12-30");
  EXPECT_THAT(origin.sha256, SizeIs(64));
  EXPECT_EQ(policies::ToJson(outcome.result().label)["n2sf"], "O");
}

TEST_F(LegalDiff, CountsAnAmendmentOfTheFirstAndOfTheLastDay) {
  EXPECT_THAT(Items("의료법", "2025-12-01", "2025-12-01"), SizeIs(1));
  EXPECT_THAT(Items("의료법", "2025-11-01", "2025-11-30"), SizeIs(0));
  EXPECT_THAT(Items("의료법", "2025-12-02", "2026-11-24"), SizeIs(0));
  EXPECT_THAT(Items("의료법", "2025-12-01T09:00:00+09:00", "2025-12-01T18:00:00+09:00"), SizeIs(1));
}

TEST_F(LegalDiff, GivesTheNetChangeOverSeveralAmendments) {
  const Json items = Items(kFerry, "2022-06-01", "2024-12-31");
  EXPECT_THAT(Summary(items),
              ElementsAre("3 changed 2024-01-01", "4 added 2024-01-01", "5 moved 2024-01-01",
                          "6 deleted 2024-01-01", "6 moved 2024-01-01", "7 added 2023-01-01",
                          "9 deleted 2024-01-01"));
  EXPECT_THAT(items[0]["before"].get<std::string>(), HasSubstr("백 원"));
  EXPECT_THAT(items[0]["after"].get<std::string>(), HasSubstr("삼백 원"));
  EXPECT_TRUE(items[5]["before"].is_null());
  EXPECT_THAT(items[6]["after"].get<std::string>(), HasSubstr("제9조 삭제 <2023. 9. 1.>"));
}

TEST_F(LegalDiff, NamesTheVersionsThatMadeTheNetChange) {
  const auto outcome = Call(kFerry, "2022-06-01", "2024-12-31");
  ASSERT_TRUE(outcome.ok());
  std::vector<std::string> versions;
  for (const policies::Origin& origin : outcome.result().origins)
    versions.push_back(origin.version);
  const std::string first = "993101@20220101 법률 제24001호, 2021-06-01";
  const std::string second = " → 993102@20230101 법률 제24102호, 2022-09-01";
  const std::string third = " → 993103@20240101 법률 제24203호, 2023-09-01";
  EXPECT_THAT(versions, ElementsAre(first + second + third, first + third, first + second));
}

TEST_F(LegalDiff, FollowsAnArticleToItsNewNumber) {
  const Json items = Items(kFerry, "2024-01-01", "2024-12-31", "4");
  ASSERT_THAT(Summary(items), ElementsAre("4 added 2024-01-01", "5 moved 2024-01-01"));
  EXPECT_TRUE(items[0]["before"].is_null());
  EXPECT_THAT(items[0]["after"].get<std::string>(), HasSubstr("안전 조끼"));
  EXPECT_THAT(items[1]["before"].get<std::string>(), HasSubstr("제4조(운항 시간)"));
  EXPECT_THAT(items[1]["after"].get<std::string>(), HasSubstr("제5조(운항 시간)"));
}

TEST_F(LegalDiff, GivesTheArticleAskedForAlone) {
  EXPECT_THAT(Summary(Items(kFerry, "2022-06-01", "2024-12-31", "3")),
              ElementsAre("3 changed 2024-01-01"));
  EXPECT_THAT(Items(kFerry, "2022-06-01", "2024-12-31", "1"), SizeIs(0));  // changed and back
  EXPECT_THAT(Items(kFerry, "2022-06-01", "2024-12-31", "8"), SizeIs(0));  // came and went
  EXPECT_EQ(Error(kFerry, "2022-06-01", "2024-12-31", "999"), "not_found");
  EXPECT_EQ(Error(kFerry, "2022-06-01", "2024-12-31", "제3조"), "invalid_argument");
}

TEST_F(LegalDiff, NoAmendmentIsASuccessThatNamesWhatWasRead) {
  const auto outcome = Call(kFerry, "2023-02-01", "2023-12-31");
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.result().value["law_id"], "900012");
  EXPECT_THAT(outcome.result().value["items"], SizeIs(0));
  ASSERT_THAT(outcome.result().origins, SizeIs(1));
  EXPECT_EQ(outcome.result().origins[0].version, "993102@20230101 법률 제24102호, 2022-09-01");
}

TEST_F(LegalDiff, AddsEveryArticleOfALawThatBeginsInThePeriod) {
  const Json items = Items(kFerry, "2021-01-01", "2022-12-31");
  ASSERT_THAT(items, SizeIs(6));
  for (const Json& item : items) {
    EXPECT_EQ(item["change"], "added");
    EXPECT_EQ(item["effective_from"], "2022-01-01");
    EXPECT_TRUE(item["before"].is_null());
  }
}

TEST_F(LegalDiff, DeletesEveryArticleOfALawRepealedInThePeriod) {
  const Json items = Items("가온 옛 정보화 예시법", "2014-01-01", "2016-12-31");
  ASSERT_THAT(Summary(items), ElementsAre("1 deleted 2015-07-01"));
  EXPECT_THAT(items[0]["before"].get<std::string>(), HasSubstr("옛 예시 자료"));
  EXPECT_TRUE(items[0]["after"].is_null());
  EXPECT_THAT(Summary(Items("가온 예시 옛 서식 예규", "2020-01-01", "2022-12-31")),
              ElementsAre("1 deleted 2021-01-04"));
}

TEST_F(LegalDiff, WaitsForTheDayOnWhichAnArticleTakesEffect) {
  EXPECT_THAT(Summary(Items("개인정보 보호법", "2025-01-01", "2025-12-31")),
              ElementsAre("26 changed 2025-10-02", "39 deleted 2025-10-02"));
  EXPECT_THAT(Summary(Items("개인정보 보호법", "2031-01-01", "2031-12-31")),
              ElementsAre("28-2 changed 2031-07-01"));
  EXPECT_THAT(
      Summary(Items("개인정보 보호법", "2023-01-01", "2031-12-31")),
      ElementsAre("25 changed 2023-09-15", "26 changed 2025-10-02", "28-2 added 2031-07-01"));
}

TEST_F(LegalDiff, SaysWhyThereIsNothingToCompare) {
  EXPECT_EQ(Error("없는법", "2025-01-01", "2025-12-31"), "not_found");
  EXPECT_EQ(Error("정보 보호법", "2025-01-01", "2025-12-31"), "ambiguous_law");
  EXPECT_EQ(Error("가온 동명 예시법", "2025-01-01", "2025-12-31"), "ambiguous_law");
  EXPECT_EQ(Error("가온 미래 예시법", "2025-01-01", "2025-12-31"), "not_in_force");
  EXPECT_EQ(Error("가온 옛 정보화 예시법", "2016-01-01", "2016-12-31"), "not_in_force");
  EXPECT_EQ(Error(kFerry, "2025-12-31", "2025-01-01"), "invalid_argument");
  EXPECT_EQ(Error(kFerry, "2025-02-30", "2025-03-31"), "invalid_argument");
  EXPECT_EQ(Error("가온 예시 수시 개정법", "2024-01-01", "2024-12-31"), "partial");
}

TEST_F(LegalDiff, NeverComparesWithATextThatTheServiceDoesNotHave) {
  EXPECT_EQ(Error(kFerry, "2098-01-01", "2099-12-31"), "not_found");  // a version without articles
  // The law is known from an amendment on: what it said before is not.
  EXPECT_EQ(Error("산업안전보건법", "2024-06-01", "2025-12-31"), "not_found");
  EXPECT_EQ(Error("가온 예시 서류 관리 규정", "2021-01-01", "2022-12-31"), "not_found");
  EXPECT_EQ(Error("가온 예시 서류 관리 규정", "2021-01-01", "2024-12-31"), "not_found");
  // A rule that had another name in between, under which it is not listed.
  EXPECT_EQ(Error("가온 예시 민원 안내 예규", "2020-01-01", "2024-12-31"), "not_found");
  EXPECT_THAT(Items("가온 예시 민원 안내 예규", "2025-01-01", "2025-12-31"), SizeIs(0));
}

TEST_F(LegalDiff, ComparesAdministrativeRulesAndOrdinances) {
  EXPECT_THAT(Summary(Items("영상정보처리기기 예시 제한 구역 고시", "2026-01-01", "2026-12-31")),
              ElementsAre("2 changed 2026-03-01", "2-2 added 2026-03-01"));
  const auto outcome = Call("ordin:9810001", "2025-01-01", "2025-12-31", "5");
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.result().value["law_id"], "ordin:9810011");
  EXPECT_THAT(outcome.result().value["items"][0]["before"].get<std::string>(), HasSubstr("500원"));
  EXPECT_THAT(outcome.result().origins[0].version, HasSubstr("가온시 조례 제1302호, 2025-06-10"));
}

TEST_F(LegalDiff, ComparesARuleThatIsNotWrittenInArticlesAsAWhole) {
  const Json items = Items("가온 예시 측정 지점 공고", "2024-01-01", "2024-12-31");
  ASSERT_THAT(items, SizeIs(1));
  EXPECT_TRUE(items[0]["jo"].is_null());
  EXPECT_EQ(items[0]["change"], "added");
  EXPECT_EQ(Error("가온 예시 측정 지점 공고", "2024-01-01", "2024-12-31", "1"), "not_found");
}

TEST(LegalDiffFault, IsATypedErrorAndNeverAnEmptyList) {
  for (const auto& [fault, code] :
       std::map<std::string, std::string>{{"html", "malformed_upstream"},
                                          {"bot", "unreachable"},
                                          {"short", "malformed_upstream"}}) {
    Law law(Environment{{"LAW_FAULT", fault}});
    const auto outcome =
        CallTool(*law.connector, "law.diff",
                 {{"law", kFerry}, {"period", {{"from", "2022-06-01"}, {"to", "2024-12-31"}}}});
    ASSERT_FALSE(outcome.ok()) << fault;
    EXPECT_EQ(outcome.error().code, code) << fault;
  }
}

}  // namespace
}  // namespace connectors
