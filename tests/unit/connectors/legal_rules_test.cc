// Administrative rules and ordinances, over the law service of the sample organisation.
#include <gmock/gmock.h>

#include "tests/unit/connectors/legal_service.h"

namespace connectors {
namespace {

using base::Json;
using fakes::CallTool;
using testing::HasSubstr;
using testing::Not;

class LegalRules : public LegalFixture {
 public:
  static std::string Text(Json arguments) {
    return base::StringOr(Value("law.article", std::move(arguments)), "text", "");
  }
};

TEST_F(LegalRules, FindsArticlesOfAnAdministrativeRuleThatLawArticleThenReads) {
  const auto outcome =
      Call("law.search", {{"query", "영상정보처리기기 제한 구역"}, {"kind", "admin_rule"}});
  ASSERT_TRUE(outcome.ok());
  const Json items = outcome.result().value["items"];
  ASSERT_FALSE(items.empty());
  EXPECT_EQ(items[0]["law_id"], "admrul:9900000000011");
  EXPECT_EQ(items[0]["law_name"], "영상정보처리기기 예시 제한 구역 고시");
  EXPECT_EQ(items[0]["jo"], "2");
  EXPECT_EQ(items[0]["title"], "제한 구역");
  EXPECT_EQ(items[0]["effective_from"], "2026-03-01");
  const Json article = Value("law.article", {{"law", items[0]["law_id"]}, {"jo", items[0]["jo"]}});
  EXPECT_EQ(article["law_id"], "admrul:9900000000011");
  EXPECT_THAT(article["text"].get<std::string>(), HasSubstr("예시 수유실"));
}

TEST_F(LegalRules, FindsArticlesOfAnOrdinanceThatLawArticleThenReads) {
  const Json items =
      Value("law.search", {{"query", "주차장 요금"}, {"kind", "ordinance"}})["items"];
  ASSERT_FALSE(items.empty());
  EXPECT_EQ(items[0]["law_id"], "ordin:9810011");
  EXPECT_EQ(items[0]["jo"], "5");
  EXPECT_THAT(Text({{"law", items[0]["law_id"]}, {"jo", items[0]["jo"]}}), HasSubstr("800원"));
}

TEST_F(LegalRules, CitesTheIssuerTheKindAndTheDayOfARule) {
  const auto rule = Call("law.article", {{"law", "admrul:9900000000011"}, {"jo", "2-2"}});
  ASSERT_TRUE(rule.ok());
  EXPECT_EQ(rule.result().origins[0].record, "admrul:9900000000011/2-2");
  EXPECT_EQ(rule.result().origins[0].version,
            "9900000000011@20260301 가온예시부 고시 제2026-3호, 2026-02-01");
  EXPECT_EQ(policies::ToJson(rule.result().label)["n2sf"], "O");
  EXPECT_EQ(rule.result().label.privacy, policies::Privacy::kNone);
  EXPECT_EQ(Value("law.article", {{"law", "ordin:9810011"}, {"jo", "1"}})["version"],
            "9810011@20250701 가온시 조례 제1302호, 2025-06-10");
}

TEST_F(LegalRules, GivesTheTextOfTheDayWhicheverVersionTheIdNames) {
  for (const char* id : {"ordin:9810001", "ordin:9810011", "가온시 예시 주차장 조례"}) {
    EXPECT_THAT(Text({{"law", id}, {"jo", "5"}, {"as_of", "2025-06-30"}}), HasSubstr("500원"));
    EXPECT_THAT(Text({{"law", id}, {"jo", "5"}, {"as_of", "2025-07-01"}}), HasSubstr("800원"));
    EXPECT_EQ(Error("law.article", {{"law", id}, {"jo", "5"}, {"as_of", "2021-03-31"}}),
              "not_in_force");
  }
  EXPECT_EQ(
      Error("law.article", {{"law", "ordin:9810001"}, {"jo", "5-2"}, {"as_of", "2025-06-30"}}),
      "not_in_force");
  const auto none = Call("law.article", {{"law", "ordin:9810001"}, {"jo", "77"}});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, "not_found");
  EXPECT_THAT(none.error().message_ko, HasSubstr("가온시 예시 주차장 조례 제77조"));
}

TEST_F(LegalRules, DoesNotTakeTheCurrentVersionForTheOneInForce) {
  EXPECT_THAT(Text({{"law", "가온시 예시 생활소음 조례"}, {"jo", "3"}}), HasSubstr("밤 10시"));
  const Json items =
      Value("law.search", {{"query", "조용한 시간"}, {"kind", "ordinance"}})["items"];
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0]["law_id"], "ordin:9810002");
  EXPECT_THAT(items[0]["snippet"].get<std::string>(), HasSubstr("밤 10시"));
}

TEST_F(LegalRules, SearchesTheRulesOfAnEarlierDay) {
  const Json items =
      Value("law.search",
            {{"query", "주차장 요금"}, {"kind", "ordinance"}, {"as_of", "2022-01-01"}})["items"];
  ASSERT_FALSE(items.empty());
  EXPECT_EQ(items[0]["law_id"], "ordin:9810001");
  EXPECT_THAT(items[0]["snippet"].get<std::string>(), HasSubstr("500원"));
}

TEST_F(LegalRules, FindsNothingAsASuccess) {
  for (const char* kind : {"admin_rule", "ordinance"}) {
    const auto outcome = Call("law.search", {{"query", "존재하지않는낱말"}, {"kind", kind}});
    ASSERT_TRUE(outcome.ok());
    EXPECT_TRUE(outcome.result().value["items"].empty());
  }
}

TEST_F(LegalRules, FollowsARuleThroughANewName) {
  const Json then = {{"law", "가온 예시 서류 관리 규정"}, {"jo", "2"}, {"as_of", "2021-01-01"}};
  EXPECT_THAT(Text(then), HasSubstr("3년"));
  const Json now = Value("law.article", {{"law", "가온 예시 서류 관리 규정"}, {"jo", "2"}});
  EXPECT_EQ(now["law_name"], "가온 예시 문서 관리 규정");
  EXPECT_THAT(now["text"].get<std::string>(), HasSubstr("5년"));
}

TEST_F(LegalRules, SaysThatTheServiceHasNoTextForADayRatherThanGivingAnother) {
  // Its version of that day has no body.
  const auto gap = Call(
      "law.article", {{"law", "가온 예시 서류 관리 규정"}, {"jo", "2"}, {"as_of", "2022-06-01"}});
  ASSERT_FALSE(gap.ok());
  EXPECT_EQ(gap.error().code, "not_found");
  EXPECT_THAT(gap.error().message_en, HasSubstr("gives no text"));
  EXPECT_THAT(gap.error().message_ko, HasSubstr("본문이 없습니다"));
  // Under its new name the versions before are not listed.
  EXPECT_EQ(
      Error("law.article", {{"law", "admrul:9900000000022"}, {"jo", "2"}, {"as_of", "2021-01-01"}}),
      "not_found");
  EXPECT_EQ(Error("law.search",
                  {{"query", "서류 관리 규정"}, {"kind", "admin_rule"}, {"as_of", "2022-06-01"}}),
            "not_found");
  EXPECT_EQ(Error("law.article", {{"law", "admrul:1234567"}, {"jo", "2"}}), "not_found");
}

// The version of 2021 had another name, so that neither list shows it; the supplements do.
TEST_F(LegalRules, SeesThatAVersionIsMissingBetweenTwo) {
  const auto on = [](const char* day) {
    return Call("law.article", {{"law", "admrul:9900000000026"}, {"jo", "1"}, {"as_of", day}});
  };
  EXPECT_THAT(on("2021-06-06").result().value["text"].get<std::string>(), HasSubstr("9시"));
  EXPECT_THAT(on("2024-01-08").result().value["text"].get<std::string>(), HasSubstr("11시"));
  const auto between = on("2021-06-07");
  ASSERT_FALSE(between.ok());
  EXPECT_EQ(between.error().code, "not_found");
  EXPECT_THAT(between.error().message_en, HasSubstr("gives no text"));
}

TEST_F(LegalRules, AsksWhichOfTwoRulesOfOneNameIsMeant) {
  const Json arguments = {{"law", "가온 예시 문서 관리 규정"}, {"jo", "2"}};
  const auto outcome = Call("law.article", arguments);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, "ambiguous_law");
  EXPECT_THAT(outcome.error().message_ko, HasSubstr("(가온예시부, admrul:9900000000022)"));
  EXPECT_THAT(outcome.error().message_ko, HasSubstr("(나온예시청, admrul:9900000000003)"));
  const Json items =
      Value("law.search", {{"query", "문서 보관 기간"}, {"kind", "admin_rule"}})["items"];
  ASSERT_EQ(items.size(), 2u);
  EXPECT_THAT(Text({{"law", "admrul:9900000000003"}, {"jo", "2"}}), HasSubstr("10년"));
  // Before the second one was issued only one can be meant.
  EXPECT_THAT(Text({{"law", "가온 예시 문서 관리 규정"}, {"jo", "2"}, {"as_of", "2024-08-01"}}),
              HasSubstr("5년"));
}

TEST_F(LegalRules, SaysWhenARuleOrAnArticleIsGone) {
  EXPECT_EQ(Error("law.article", {{"law", "가온 예시 옛 서식 예규"}, {"jo", "1"}}), "repealed");
  EXPECT_EQ(Error("law.article", {{"law", "admrul:9900000000005"}, {"jo", "1"}}), "repealed");
  EXPECT_THAT(Text({{"law", "admrul:9900000000005"}, {"jo", "1"}, {"as_of", "2020-01-01"}}),
              HasSubstr("옛 서식"));
  EXPECT_EQ(Error("law.article", {{"law", "admrul:9900000000011"}, {"jo", "3"}}), "repealed");
}

TEST_F(LegalRules, GivesAParagraphOrAnItemOfAnArticleThatHasNoTags) {
  const auto part = [](int hang, int ho) {
    return Text({{"law", "admrul:9900000000011"}, {"jo", "2"}, {"hang", hang}, {"ho", ho}});
  };
  EXPECT_EQ(part(2, 0), "② 제1항의 구역에는 안내판을 붙이고 붙인 날을 적는다.");
  EXPECT_EQ(part(1, 2), "2. 예시 상담실\n가. 전화로 상담하는 곳\n나. 마주 보고 상담하는 곳");
  EXPECT_EQ(part(0, 1), "1. 예시 탈의실");
}

TEST_F(LegalRules, ShowsANoticeThatIsNotWrittenInArticlesAsAWhole) {
  const Json items =
      Value("law.search", {{"query", "소음 재는 지점"}, {"kind", "admin_rule"}})["items"];
  ASSERT_EQ(items.size(), 1u);
  EXPECT_TRUE(items[0]["jo"].is_null());
  EXPECT_THAT(items[0]["snippet"].get<std::string>(), HasSubstr("지점을 다음과 같이"));
  const auto article = Call("law.article", {{"law", items[0]["law_id"]}, {"jo", "1"}});
  ASSERT_FALSE(article.ok());
  EXPECT_EQ(article.error().code, "not_found");
  EXPECT_THAT(article.error().message_en, HasSubstr("not written in articles"));
}

TEST_F(LegalRules, ReadsTheNoticeThatALawDelegatesTo) {
  const Json items = Value("law.delegation", {{"law", "개인정보 보호법"}, {"jo", "25"}})["items"];
  const Json notice = items.back();
  ASSERT_EQ(notice["kind"], "admin_rule");
  EXPECT_THAT(Text({{"law", notice["law_id"]}, {"jo", "2"}}), HasSubstr("예시 탈의실"));
}

TEST_F(LegalRules, SaysInBothLanguagesThatARuleHasNoDelegations) {
  for (const char* id : {"ordin:9810011", "admrul:9900000000011"}) {
    const auto outcome = Call("law.delegation", {{"law", id}});
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code, "invalid_argument");
    EXPECT_FALSE(outcome.error().message_ko.empty());
    EXPECT_THAT(outcome.error().message_en, HasSubstr("acts, decrees and rules alone"));
  }
}

TEST(LegalRuleFaults, AreErrorsAndNeverAnEmptyList) {
  for (const char* fault : {"html", "empty", "garbage", "failed", "short"}) {
    Law law(Environment{{"LAW_FAULT", fault}});
    for (const char* kind : {"admin_rule", "ordinance"}) {
      const auto search =
          CallTool(*law.connector, "law.search", {{"query", "안내판"}, {"kind", kind}});
      ASSERT_FALSE(search.ok()) << fault;
      EXPECT_EQ(search.error().code, "malformed_upstream") << fault;
    }
    const auto article =
        CallTool(*law.connector, "law.article", {{"law", "ordin:9810011"}, {"jo", "5"}});
    ASSERT_FALSE(article.ok()) << fault;
    EXPECT_EQ(article.error().code, "malformed_upstream") << fault;
  }
}

}  // namespace
}  // namespace connectors
