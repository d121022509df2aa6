// case.search where there are more decisions than it shows.
#include <gtest/gtest.h>

#include "tests/unit/connectors/legal_service.h"
#include "tools/part.h"

namespace connectors {
namespace {

using base::Json;
using fakes::CallTool;

TEST(LegalCases, ThoseOfAPeriodAreFoundBehindAnyNumberOfOthers) {
  Law law(Environment{{"LAW_COPIES", "130"}});
  for (const auto& [kind, year] : {std::pair{"court", "2021"},
                                   {"constitutional", "2022"},
                                   {"interpretation", "2024"},
                                   {"appeal", "2023"}}) {
    const Json period = {{"from", base::StrCat(year, "-01-01")},
                         {"to", base::StrCat(year, "-12-31")}};
    const auto found = CallTool(*law.connector, "case.search",
                                {{"query", "예시"}, {"kind", kind}, {"period", period}});
    ASSERT_TRUE(found.ok()) << found.error().message_en;
    EXPECT_EQ(found.result().value["items"].size(), 1u) << kind;
    EXPECT_FALSE(tools::PartOf(found.result().value)) << kind;
  }
}

TEST(LegalCases, AListThatIsCutSaysHowMuchOfIt) {
  Law law(Environment{{"LAW_COPIES", "130"}});
  const auto found =
      CallTool(*law.connector, "case.search", {{"query", "예시"}, {"kind", "appeal"}});
  ASSERT_TRUE(found.ok()) << found.error().message_en;
  const auto part = tools::PartOf(found.result().value);
  ASSERT_TRUE(part);
  EXPECT_EQ(part->shown, 5);
  EXPECT_EQ(part->total, 131);
}

// Lists two decisions, and has the text of the second alone.
class HalfTold : public HttpClient {
 public:
  absl::StatusOr<HttpResponse> Do(const HttpRequest& request, const tools::CallContext&) override {
    HttpResponse response;
    response.status = 200;
    if (request.url.find("lawSearch.do") != std::string::npos) {
      response.body = "<PrecSearch><totalCnt>2</totalCnt>";
      for (const char* serial : {"1", "2"})
        response.body +=
            base::StrCat("<prec><판례일련번호>", serial, "</판례일련번호><사건번호>2019도", serial,
                         "</사건번호></prec>");
      response.body += "</PrecSearch>";
    } else if (request.url.ends_with("&ID=1")) {
      response.body = "<Law>일치하는 판례가 없습니다.</Law>";
    } else {
      response.body = "<PrecService><판결요지>요지</판결요지></PrecService>";
    }
    return response;
  }
};

TEST(LegalCases, ADecisionWithoutATextIsLeftOutAndCostsNoOther) {
  HalfTold service;
  const auto connector =
      MakeLegalConnector({"http://law.example/DRF", "key", ""}, service, base::SystemClock());
  const auto found = CallTool(*connector, "case.search", {{"query", "예시"}, {"kind", "court"}});
  ASSERT_TRUE(found.ok()) << found.error().message_en;
  const Json& value = found.result().value;
  ASSERT_EQ(value["items"].size(), 1u);
  EXPECT_EQ(value["items"][0]["case_no"], "2019도2");
  EXPECT_EQ(tools::LeftOutOf(value), 1);
  EXPECT_FALSE(tools::PartOf(value));
}

using LawSearch = LegalFixture;

TEST_F(LawSearch, MoreLawsThanAreReadAreNoWholeList) {
  const auto part = tools::PartOf(Value("law.search", {{"query", "예시"}}));
  ASSERT_TRUE(part) << "more than five laws hold the word";
  EXPECT_FALSE(part->total);
  EXPECT_FALSE(tools::PartOf(Value("law.search", {{"query", "영상정보처리기기 설치 제한"}})));
}

}  // namespace
}  // namespace connectors
