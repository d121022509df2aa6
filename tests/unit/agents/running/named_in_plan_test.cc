// What policy is told of records that several steps of one plan name.
#include <gtest/gtest.h>

#include "agents/running/facts.h"
#include "tests/fakes/fake_tools.h"
#include "tests/unit/policies/facts.h"

namespace agents {
namespace {

using base::Json;
using policies::N2sf;
using policies::NamedRecords;

Json Step(const char* id, const char* tool, Json arguments) {
  return {{"id", id}, {"tool", tool}, {"arguments", std::move(arguments)}};
}

policies::Label Graded(N2sf grade) {
  policies::Label label = policies::UserLabel();
  label.n2sf = grade;
  return label;
}

class NamedInPlanTest : public testing::Test {
 protected:
  NamedInPlanTest() {
    std::vector<std::unique_ptr<tools::Connector>> connectors;
    connectors.push_back(std::make_unique<fakes::FakeTools>());
    registry_ =
        std::make_unique<tools::ToolRegistry>(tools::Catalogue::BuiltIn(), std::move(connectors));
  }

  // The grade of the second step's input, where the first gives DOC-1, graded C, another grade.
  N2sf SecondInput(N2sf becomes) {
    const Json steps = Json::array(
        {Step("s1", "label.assign", {{"document", "DOC-1"}, {"grade", policies::Name(becomes)}}),
         Step("s2", "mail.send", {{"to", "법무실"}, {"attachment", "DOC-1"}})});
    const Plan plan = *ParsePlan({{"verdict", "plan"}, {"steps", steps}});
    const policies::NamedRecord document{"documents", "DOC-1", "", Graded(N2sf::kC)};
    RecordsByStep records = {{"s1", {document}}, {"s2", {document}}};
    records["s1"][0].becomes = Graded(becomes);
    const auto facts = FactsOf(plan, {}, policies::Clerk(), *registry_, records);
    EXPECT_EQ(facts.steps[0].input.n2sf, N2sf::kC);
    EXPECT_EQ(policies::Lowers(facts.steps[0].records), becomes != N2sf::kC);
    EXPECT_FALSE(policies::Lowers(facts.steps[1].records));
    return facts.steps[1].input.n2sf;
  }

  std::unique_ptr<tools::ToolRegistry> registry_;
};

TEST_F(NamedInPlanTest, ARecordCountsAsLowAsAnEarlierStepMayMakeIt) {
  EXPECT_EQ(SecondInput(N2sf::kS), N2sf::kS);
  EXPECT_EQ(SecondInput(N2sf::kC), N2sf::kC);
}

RecordsOfPlan WhenTheSecondGives(const std::string& code) {
  const Plan plan =
      *ParsePlan({{"verdict", "plan"},
                  {"steps", Json::array({Step("s1", "law.search", {{"query", "소음"}}),
                                         Step("s2", "doc.extract", {{"document", "DOC-9"}})})}});
  return LookUpRecords(plan, [&](const std::string& tool, const Json&) {
    return tool == "doc.extract" ? tools::RecordsFound(tools::MakeToolError(code, "why", "이유"))
                                 : tools::RecordsFound(NamedRecords{});
  });
}

TEST_F(NamedInPlanTest, ALookUpThatFailsIsToldWithItsStep) {
  const auto found = WhenTheSecondGives("unreachable");
  ASSERT_TRUE(std::holds_alternative<LookUpFailure>(found));
  EXPECT_EQ(std::get<LookUpFailure>(found).step, "s2");
  EXPECT_EQ(std::get<LookUpFailure>(found).error.code, "unreachable");
}

TEST_F(NamedInPlanTest, WhatIsNotThereHasNoLabel) {
  const auto found = WhenTheSecondGives("not_found");
  ASSERT_TRUE(std::holds_alternative<RecordsByStep>(found));
  EXPECT_FALSE(std::get<RecordsByStep>(found).contains("s2"));
}

}  // namespace
}  // namespace agents
