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

using LawSearch = LegalFixture;

TEST_F(LawSearch, MoreLawsThanAreReadAreNoWholeList) {
  const auto part = tools::PartOf(Value("law.search", {{"query", "예시"}}));
  ASSERT_TRUE(part) << "more than five laws hold the word";
  EXPECT_FALSE(part->total);
  EXPECT_FALSE(tools::PartOf(Value("law.search", {{"query", "영상정보처리기기 설치 제한"}})));
}

}  // namespace
}  // namespace connectors
