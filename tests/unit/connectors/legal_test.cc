// The legal connector against the law service of the sample organisation.
#include "connectors/legal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/connectors/legal_service.h"

namespace connectors {
namespace {

using base::Json;
using fakes::CallTool;
using testing::HasSubstr;
using testing::Not;

using Legal = LegalFixture;

TEST_F(Legal, GivesTheArticleInForceOnTheDayAskedFor) {
  const Json before =
      Value("law.article", {{"law", "개인정보 보호법"}, {"jo", "26"}, {"as_of", "2021-01-01"}});
  const Json then =
      Value("law.article", {{"law", "개인정보 보호법"}, {"jo", "26"}, {"as_of", "2025-03-01"}});
  const Json now =
      Value("law.article", {{"law", "개인정보 보호법"}, {"jo", "26"}, {"as_of", "2026-11-24"}});
  EXPECT_EQ(before["version"], "910101@20200805");
  EXPECT_EQ(then["version"], "910102@20230915");
  EXPECT_EQ(now["version"], "910103@20251002");
  EXPECT_EQ(then["effective_from"], "2023-09-15");
  EXPECT_THAT(now["text"].get<std::string>(), HasSubstr("다시 맡길 때의 동의"));
  EXPECT_THAT(then["text"].get<std::string>(), Not(HasSubstr("다시 맡길 때의 동의")));
  EXPECT_THAT(then["text"].get<std::string>(), HasSubstr("실제 법령이 아님"));
}

TEST_F(Legal, TakesTheNewVersionFromItsFirstDay) {
  const auto version = [](const char* day) {
    return Value("law.article", {{"law", "의료법"}, {"jo", "21-2"}, {"as_of", day}})["version"];
  };
  EXPECT_EQ(version("2025-11-30"), "940101@20200101");
  EXPECT_EQ(version("2025-12-01"), "940102@20251201");
}

TEST_F(Legal, FindsALawByIdShortNameAndAnySpacing) {
  for (const char* law : {"900001", "개인정보법", "개인정보보호법", " 개인정보  보호법 "}) {
    EXPECT_EQ(Value("law.article", {{"law", law}, {"jo", "26"}, {"as_of", "2025-03-01"}})["law_id"],
              "900001")
        << law;
  }
  EXPECT_EQ(Value("law.article", {{"law", "소음ㆍ진동관리법"}, {"jo", "21"}})["law_name"],
            "소음·진동관리법");
}

TEST_F(Legal, GivesOneParagraphOrItemOfAnArticle) {
  const Json hang =
      Value("law.article",
            {{"law", "개인정보 보호법"}, {"jo", "26"}, {"hang", 2}, {"as_of", "2025-03-01"}});
  EXPECT_EQ(hang["text"], "② 맡긴 일과 맡은 자를 누리집에 알린다.");
  const Json ho = Value(
      "law.article",
      {{"law", "개인정보 보호법"}, {"jo", "26"}, {"hang", 1}, {"ho", 2}, {"as_of", "2025-03-01"}});
  EXPECT_EQ(ho["text"], "2. 안전 조치의 내용\n가. 보관 장소\n나. 접근 권한");
  const auto none =
      Call("law.article",
           {{"law", "개인정보 보호법"}, {"jo", "26"}, {"hang", 9}, {"as_of", "2025-03-01"}});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, "not_found");
  EXPECT_THAT(none.error().message_ko, HasSubstr("제26조제9항이 없습니다"));
  EXPECT_THAT(
      Value("law.article", {{"law", "개인정보 보호법 시행령"}, {"jo", "28"}, {"ho", 2}})["text"]
          .get<std::string>(),
      HasSubstr("점검 방법"));
}

TEST_F(Legal, KeepsTheOldTextOfAnArticleWhoseAmendmentTakesEffectLater) {
  const Json article =
      Value("law.article", {{"law", "개인정보 보호법"}, {"jo", "28-2"}, {"as_of", "2026-11-24"}});
  EXPECT_EQ(article["version"], "910102@20230915");
  EXPECT_THAT(article["text"].get<std::string>(), Not(HasSubstr("기록 보존")));
}

TEST_F(Legal, SaysWhyAnArticleIsNotInForce) {
  EXPECT_EQ(Error("law.article", {{"law", "가온 미래 예시법"}, {"jo", "1"}}), "not_in_force");
  EXPECT_EQ(
      Error("law.article", {{"law", "개인정보 보호법"}, {"jo", "26"}, {"as_of", "2011-01-01"}}),
      "not_in_force");
  EXPECT_EQ(
      Error("law.article", {{"law", "개인정보 보호법"}, {"jo", "28-2"}, {"as_of", "2022-01-01"}}),
      "not_in_force");
  EXPECT_EQ(Error("law.article", {{"law", "가온 옛 정보화 예시법"}, {"jo", "1"}}), "repealed");
  EXPECT_EQ(
      Error("law.article", {{"law", "개인정보 보호법"}, {"jo", "39"}, {"as_of", "2026-01-01"}}),
      "repealed");
  EXPECT_EQ(Value("law.article",
                  {{"law", "가온 옛 정보화 예시법"}, {"jo", "1"}, {"as_of", "2012-01-01"}})["jo"],
            "1");
}

TEST_F(Legal, AsksRatherThanGuessesWhichLawIsMeant) {
  EXPECT_EQ(Error("law.article", {{"law", "가온 동명 예시법"}, {"jo", "1"}}), "ambiguous_law");
  EXPECT_EQ(Value("law.article",
                  {{"law", "가온 동명 예시법"}, {"jo", "1"}, {"as_of", "2021-01-01"}})["law_id"],
            "900010");
  const auto near = Call("law.article", {{"law", "정보 보호법"}, {"jo", "1"}});
  ASSERT_FALSE(near.ok());
  EXPECT_EQ(near.error().code, "ambiguous_law");
  EXPECT_THAT(near.error().message_ko, HasSubstr("개인정보 보호법"));
  EXPECT_EQ(Error("law.article", {{"law", "없는법"}, {"jo", "1"}}), "not_found");
  EXPECT_EQ(Error("law.article", {{"law", "의료법"}, {"jo", "999"}}), "not_found");
  EXPECT_EQ(Error("law.article", {{"law", "의료법"}, {"jo", "제21조"}}), "invalid_argument");
}

TEST_F(Legal, LabelsLawAsOpenAndTrustedAndSaysWhereItIsFrom) {
  const auto outcome =
      Call("law.article", {{"law", "의료법"}, {"jo", "21"}, {"as_of", "2025-03-01"}});
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(policies::ToJson(outcome.result().label)["n2sf"], "O");
  EXPECT_EQ(outcome.result().label.privacy, policies::Privacy::kNone);
  EXPECT_EQ(outcome.result().origins[0].record, "900004/21");
  EXPECT_EQ(outcome.result().origins[0].version, "940101@20200101");
}

TEST_F(Legal, FindsArticlesOnATopicAndTheirDelegatedLaw) {
  const Json found = Value("law.search", {{"query", "영상정보처리기기 설치 제한"}});
  ASSERT_FALSE(found["items"].empty());
  const Json& first = found["items"][0];
  EXPECT_EQ(first["law_name"], "개인정보 보호법");
  EXPECT_EQ(first["jo"], "25");
  const Json delegated = Value("law.delegation", {{"law", first["law_id"]}, {"jo", first["jo"]}});
  const Json expected = Json::parse(R"([
    {"law_id": "900002", "law_name": "개인정보 보호법 시행령", "jo": "22", "kind": "decree"},
    {"law_id": "900002", "law_name": "개인정보 보호법 시행령", "jo": "24", "kind": "decree"},
    {"law_id": "900003", "law_name": "개인정보 보호법 시행규칙", "jo": "3", "kind": "rule"},
    {"law_id": "admrul:9900000000001", "law_name": "영상정보처리기기 예시 제한 구역 고시",
     "jo": null, "kind": "admin_rule"}])");
  EXPECT_EQ(delegated["items"], expected);
}

TEST_F(Legal, LeavesOutDelegatedLawThatIsNotInForce) {
  const Json items = Value("law.delegation", {{"law", "개인정보 보호법"}, {"jo", "28-2"}})["items"];
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0]["jo"], "29-2");
  EXPECT_EQ(Value("law.delegation", {{"law", "의료법"}})["items"].size(), 1u);
  EXPECT_EQ(Value("law.delegation", {{"law", "소음·진동관리법"}})["items"].size(), 0u);
}

TEST_F(Legal, SearchesTheLawOfAnEarlierDay) {
  const Json then =
      Value("law.search", {{"query", "영상정보처리기기 설치 제한"}, {"as_of", "2021-06-01"}});
  ASSERT_EQ(then["items"].size(), 1u);
  EXPECT_EQ(then["items"][0]["effective_from"], "2020-08-05");
  EXPECT_EQ(then["items"][0]["title"], "영상정보처리기기의 설치 제한");
}

TEST_F(Legal, NarrowsASearchByLawAndKind) {
  const Json decree = Value("law.search", {{"query", "안내판"}, {"kind", "decree"}});
  ASSERT_FALSE(decree["items"].empty());
  for (const Json& item : decree["items"]) EXPECT_EQ(item["law_id"], "900002");
  const Json inside = Value("law.search", {{"query", "소음"}, {"law", "소음·진동관리법"}});
  EXPECT_EQ(inside["items"].size(), 2u);
}

TEST_F(Legal, NothingFoundIsASuccess) {
  EXPECT_EQ(Value("law.search", {{"query", "존재하지않는낱말"}})["items"].size(), 0u);
  EXPECT_EQ(Value("law.search", {{"query", "존재하지않는낱말"}, {"law", "의료법"}})["items"].size(),
            0u);
  EXPECT_EQ(Value("case.search", {{"query", "존재하지않는낱말"}})["items"].size(), 0u);
}

TEST_F(Legal, FindsDecisionsByTopicNumberAndCitedArticle) {
  const auto outcome = Call("case.search", {{"query", "수탁자 손해배상 책임"}, {"kind", "court"}});
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.result().value["items"].size(), 2u);
  EXPECT_EQ(outcome.result().origins.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {  // a decision does not change: its day stands for its version
    EXPECT_EQ(outcome.result().origins[i].version, outcome.result().value["items"][i]["decided"]);
  }
  EXPECT_EQ(outcome.result().label.privacy, policies::Privacy::kPersonal);
  EXPECT_EQ(
      Value("case.search", {{"query", "2019다99001"}, {"kind", "court"}})["items"][0]["decided"],
      "2021-04-01");
  EXPECT_EQ(Value("case.search",
                  {{"law", "의료법"}, {"jo", "21-2"}, {"kind", "court"}})["items"][0]["decided"],
            "1956-05-25");
  EXPECT_EQ(
      Value("case.search", {{"law", "의료법"}, {"jo", "21"}, {"kind", "court"}})["items"].size(),
      0u);
  const Json period = {{"from", "2023-01-01"}, {"to", "2023-12-31"}};
  EXPECT_EQ(
      Value("case.search", {{"query", "수탁자"}, {"kind", "court"}, {"period", period}})["items"]
          .size(),
      1u);
  EXPECT_EQ(Value("case.search", {{"query", "수탁자 손해배상 책임"}})["items"].size(), 3u);
}

TEST_F(Legal, IsConnectedWhenTheServiceAnswers) {
  EXPECT_EQ(law_->connector->Check(absl::Now() + absl::Seconds(5)).state,
            tools::Connector::State::kConnected);
}

struct Fault {
  const char* name;
  const char* article;  // the error of law.article
  const char* search;   // and of law.search
};

class LegalFault : public testing::TestWithParam<Fault> {};

TEST_P(LegalFault, IsATypedErrorAndNeverAnEmptyList) {
  Law law(Environment{{"LAW_FAULT", GetParam().name}});
  fakes::CallOptions brief;
  brief.timeout = absl::Seconds(1);
  const auto search = CallTool(*law.connector, "law.search", {{"query", "안내판"}}, brief);
  const auto article =
      CallTool(*law.connector, "law.article", {{"law", "의료법"}, {"jo", "21"}}, brief);
  const auto cases = CallTool(*law.connector, "case.search", {{"query", "수탁자"}}, brief);
  ASSERT_FALSE(search.ok() || article.ok() || cases.ok());
  EXPECT_EQ(search.error().code, GetParam().search);
  EXPECT_EQ(article.error().code, GetParam().article);
  EXPECT_EQ(cases.error().code, GetParam().search);
  EXPECT_EQ(article.error().retryable, std::string_view(GetParam().name) == "slow");
  const auto health = law.connector->Check(absl::Now() + absl::Seconds(1));
  EXPECT_EQ(health.state, tools::Connector::State::kDown);
  EXPECT_FALSE(health.detail_ko.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Every, LegalFault,
    testing::Values(Fault{"html", "malformed_upstream", "malformed_upstream"},
                    Fault{"bot", "unreachable", "blocked"}, Fault{"auth", "auth", "auth"},
                    Fault{"failed", "malformed_upstream", "malformed_upstream"},
                    Fault{"empty", "malformed_upstream", "malformed_upstream"},
                    Fault{"garbage", "malformed_upstream", "malformed_upstream"},
                    Fault{"short", "malformed_upstream", "malformed_upstream"},
                    Fault{"slow", "timeout", "timeout"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(LegalConnector, IsUnreachableWhenTheServiceIsDown) {
  Law law;
  law.peer->Stop();
  const auto outcome = CallTool(*law.connector, "law.article", {{"law", "의료법"}, {"jo", "21"}});
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, "unreachable");
  EXPECT_TRUE(outcome.error().retryable);
  ASSERT_TRUE(law.peer->Restart().ok());
  EXPECT_TRUE(CallTool(*law.connector, "law.article", {{"law", "의료법"}, {"jo", "21"}}).ok());
}

TEST(LegalConnector, ReportsAWrongKeyOrRefererAsAuthAndKeepsTheKeyToItself) {
  for (auto& law : {Law({}, "secret-key"), Law({}, "sample", "")}) {
    const auto outcome = CallTool(*law.connector, "law.article", {{"law", "의료법"}, {"jo", "21"}});
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code, "auth");
    EXPECT_FALSE(outcome.error().retryable);
    EXPECT_THAT(outcome.error().message_en, Not(HasSubstr("secret-key")));
    law.peer->Stop();
    const auto down = CallTool(*law.connector, "law.article", {{"law", "의료법"}, {"jo", "21"}});
    EXPECT_THAT(down.error().message_en, Not(HasSubstr("secret-key")));
  }
}

TEST(LegalConnector, ReadsItemsInsideAndBesideTheirParent) {
  Law law(Environment{{"LAW_SHAPE", "old"}});
  const auto outcome = CallTool(
      *law.connector, "law.article",
      {{"law", "개인정보 보호법"}, {"jo", "25"}, {"hang", 1}, {"ho", 2}, {"as_of", "2025-03-01"}});
  ASSERT_TRUE(outcome.ok());
  EXPECT_THAT(outcome.result().value["text"].get<std::string>(),
              HasSubstr("나. 기록을 하루 안에 지우는 경우"));
}

TEST(LegalConnector, StopsWhenTheCallIsCancelled) {
  Law law(Environment{{"LAW_FAULT", "slow"}});
  fakes::CallOptions options;
  options.cancelled = [] { return true; };
  const auto outcome =
      CallTool(*law.connector, "law.article", {{"law", "의료법"}, {"jo", "21"}}, options);
  ASSERT_FALSE(outcome.ok());
}

TEST(LegalConnector, GivesNoToolsWhenItIsNotConfigured) {
  auto http = MakeHttpClient({});
  auto connector = MakeLegalConnector({}, *http, base::SystemClock());
  EXPECT_TRUE(connector->tools().empty());
  EXPECT_EQ(connector->Check(absl::Now()).state, tools::Connector::State::kNotConfigured);
}

}  // namespace
}  // namespace connectors
