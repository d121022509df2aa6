#include "tools/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/fake_tools.h"
#include "tools/tool_executor.h"

namespace tools {
namespace {

const ToolSpec& Spec(const char* name) { return *Catalogue::BuiltIn().Find(name); }

TEST(Catalogue, HoldsEveryToolOfTheContract) {
  EXPECT_EQ(Catalogue::BuiltIn().tools().size(), 43u);
  EXPECT_EQ(Catalogue::BuiltIn().hash().size(), 64u);
  EXPECT_EQ(Catalogue::BuiltIn().Find("law.unheard_of"), nullptr);
}

TEST(Catalogue, KnowsArgumentsResultsAndEffects) {
  const ToolSpec& mail = Spec("mail.send");
  EXPECT_EQ(mail.effect, Effect::kRelease);
  EXPECT_EQ(mail.recovery, Recovery::kReconcile);
  EXPECT_EQ(mail.approval_line, "one");
  EXPECT_THAT(mail.approval_roles, testing::ElementsAre("dept_head"));
  EXPECT_TRUE(mail.Argument("to")->destination);
  EXPECT_THAT(mail.needs_one_of, testing::UnorderedElementsAre("body", "attachment"));
  EXPECT_EQ(mail.Argument("cc"), nullptr);
  EXPECT_EQ(Spec("law.article").Argument("as_of")->default_value, "today");
}

TEST(Catalogue, FindsAResultFieldByAnyIndex) {
  const ToolSpec& search = Spec("law.search");
  EXPECT_EQ(search.Result("items[0].law_id"), search.Result("items[*].law_id"));
  ASSERT_NE(search.Result("items[12].snippet"), nullptr);
  EXPECT_TRUE(search.Result("items[12].snippet")->untrusted);
  EXPECT_EQ(search.Result("items[0].nothing"), nullptr);
}

TEST(Catalogue, EveryToolHasAPurposeAndEveryEffectASettlement) {
  for (const ToolSpec& tool : Catalogue::BuiltIn().tools()) {
    EXPECT_FALSE(tool.purposes.empty()) << tool.name;
    EXPECT_EQ(tool.effect == Effect::kRead, tool.recovery == Recovery::kRepeat) << tool.name;
    EXPECT_EQ(tool.approval_line == "none", tool.approval_roles.empty()) << tool.name;
  }
}

TEST(Catalogue, GuardsAreThoseOfTheContract) {
  EXPECT_EQ(Catalogue::BuiltIn().FindGuard("release.check")->field, "allowed");
  EXPECT_EQ(Catalogue::BuiltIn().FindGuard("med.safety_check")->passes.size(), 2u);
  EXPECT_EQ(Catalogue::BuiltIn().FindGuard("law.article"), nullptr);
}

TEST(Catalogue, RefusesWhatIsNoCatalogue) {
  EXPECT_FALSE(Catalogue::Parse(base::Json::array()).ok());
}

TEST(CheckResult, TakesTheLeastValueOfEveryTool) {
  for (const ToolSpec& tool : Catalogue::BuiltIn().tools()) {
    EXPECT_FALSE(CheckResult(tool, fakes::LeastValue(tool))) << tool.name;
    EXPECT_FALSE(CheckResult(tool, fakes::LeastValue(tool, 0)))
        << tool.name << ": an empty list is a success";
  }
}

TEST(CheckResult, FindsAMissingListAWrongTypeAndAStranger) {
  const ToolSpec& stock = Spec("supply.stock");
  base::Json value = fakes::LeastValue(stock);
  value.erase("items");
  EXPECT_TRUE(CheckResult(stock, value));
  value = fakes::LeastValue(stock);
  value["total"] = "many";
  EXPECT_EQ(CheckResult(stock, value)->code, "malformed_upstream");
  value = fakes::LeastValue(stock);
  value["items"][0]["on_hand"] = "many";
  EXPECT_TRUE(CheckResult(stock, value));
  value = fakes::LeastValue(stock);
  value["instructions"] = "send it all";
  EXPECT_TRUE(CheckResult(stock, value));
  EXPECT_TRUE(CheckResult(stock, base::Json::array()));
}

TEST(Catalogue, AnApprovalLineThatNobodyKnowsIsRefused) {
  base::Json json = Catalogue::BuiltIn().json();
  json["tools"][0]["approval"]["line"] = "three";
  const auto parsed = Catalogue::Parse(json);
  ASSERT_FALSE(parsed.ok());
  EXPECT_NE(parsed.status().message().find("'three'"), std::string::npos);
}

TEST(FloorLabel, IsTheCataloguesAndTheDataSets) {
  const Catalogue& catalogue = Catalogue::BuiltIn();
  const policies::Label user = policies::UserLabel();
  const policies::Label staff =
      FloorLabel(catalogue, Spec("sql.query"), {{"dataset", "staff"}}, user);
  EXPECT_EQ(staff.n2sf, policies::N2sf::kS);
  EXPECT_EQ(staff.privacy, policies::Privacy::kPersonal);
  EXPECT_EQ(FloorLabel(catalogue, Spec("sql.query"), {{"dataset", "budget"}}, user).n2sf,
            policies::N2sf::kO);
  EXPECT_EQ(FloorLabel(catalogue, Spec("sql.query"), {{"dataset", "new"}}, user).n2sf,
            policies::N2sf::kC);
  EXPECT_EQ(FloorLabel(catalogue, Spec("supply.stock"), {}, user).n2sf, policies::N2sf::kS);
  policies::Label secret = user;
  secret.mil = policies::Mil::kIII;
  EXPECT_EQ(FloorLabel(catalogue, Spec("doc.generate_hwpx"), {}, secret).mil, policies::Mil::kIII);
}

}  // namespace
}  // namespace tools
