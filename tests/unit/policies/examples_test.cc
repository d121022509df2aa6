// The catalogue's examples: what policy says of each plan for the person who asks, by the approvals
// of tools.md §2.7 and the sample organisation of §4.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "agents/run_store.h"
#include "agents/running/facts.h"
#include "model_core/base/strings.h"
#include "tests/fakes/fake_tools.h"

namespace policies {
namespace {

using base::Json;
using base::StrCat;

Json ReadJson(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(StrCat(MARU_SOURCE_DIR, "/", path)).rdbuf();
  return *base::ParseJson(text.str(), path);
}

// By example: the run's one purpose, and what people have to do before which step.
const std::map<int, std::string> kExpected = {
    {1, "legal_review"},
    {2, "legal_review"},
    {3, "legal_review"},
    {4, "legal_review"},
    {5, "care"},
    {6, "care"},
    {7, "care; s2 approve_licensed(prescriber)"},
    {8, "research; s2 approve_two(privacy_officer, dept_head); s2 reason()"},
    {9, "operations"},
    {10, "operations; s3 approve_one(shift_lead)"},
    {11, "operations"},
    {12, "operations; s1 approve_one(shift_lead)"},
    {13, "operations; s3 approve_one(shift_lead)"},
    {14, "operations; s2 approve_two(shift_lead, process_engineer); s2 reason()"},
    {15, "logistics; s3 approve_two(dept_head, depot_manager)"},
    {16, "logistics; s4 approve_one(classification_authority)"},
    {17, "logistics"},
    {18, "administration"},
    {19, "administration; s3 approve_one(dept_head)"},
    {20, "administration; s3 approve_one(dept_head)"}};

std::string InWords(const PlanDecision& decision) {
  if (!decision.permitted) {
    std::string words = "denied";
    for (const StepDecision& step : decision.steps) {
      for (const Rule& rule : step.rules)
        words += step.permitted ? "" : StrCat("; ", step.step_id, " ", rule.id);
    }
    return words;
  }
  std::string words = decision.purpose;
  for (const StepDecision& step : decision.steps) {
    for (const Obligation& o : step.obligations) {
      words +=
          StrCat("; ", step.step_id, " ", Name(o.kind), "(", base::StrJoin(o.roles, ", "), ")");
    }
  }
  return words;
}

class ExamplesTest : public testing::Test {
 protected:
  ExamplesTest() {
    const Json sample = ReadJson("deploy/sample/principals.json");
    for (const Json& item : sample["principals"]) {
      auto record = agents::ParsePrincipalRecord(item);
      EXPECT_TRUE(record.ok()) << record.status();
      people_.push_back(record->principal);
    }
    std::vector<std::unique_ptr<tools::Connector>> connectors;
    connectors.push_back(std::make_unique<fakes::FakeTools>());
    registry_ =
        std::make_unique<tools::ToolRegistry>(tools::Catalogue::BuiltIn(), std::move(connectors));
  }

  const Principal& Named(const std::string& id) const {
    return *std::find_if(people_.begin(), people_.end(),
                         [&](const Principal& person) { return person.id == id; });
  }

  PlanDecision Check(const Json& plan_json, const std::string& request, const Principal& person) {
    agents::Plan plan = *agents::ParsePlan(plan_json);
    agents::Derive(plan, registry_->catalogue(), request);
    const agents::RunRequest run{request, person.id, "", "", "", "ko", "2026-11-24T10:00:00+09:00"};
    return *authorizer_->CheckPlan(agents::FactsOf(plan, run, person, *registry_, {}), people_);
  }

  std::vector<Principal> people_;
  std::unique_ptr<tools::ToolRegistry> registry_;
  const std::unique_ptr<Authorizer> authorizer_ = *MakeCedarAuthorizer("");
  const Json examples_ = ReadJson("tests/data/examples.json")["examples"];
};

TEST_F(ExamplesTest, EveryPlanIsAllowedToWhoAsksWithTheApprovalsOfTheCatalogue) {
  size_t plans = 0;
  for (const Json& example : examples_) {
    const int n = example["n"].get<int>();
    if (example["expected"]["verdict"] != "plan") continue;
    ++plans;
    ASSERT_TRUE(kExpected.contains(n)) << n;
    const std::string principal = example["principal"];
    EXPECT_EQ(InWords(Check(example["expected"], example["request"], Named(principal))),
              kExpected.at(n))
        << n << " " << principal;
  }
  EXPECT_EQ(plans, kExpected.size());
  EXPECT_EQ(examples_.size(), 26u);
}

TEST_F(ExamplesTest, NoPlanIsAllowedToSomebodyWhoLacksOneOfItsTools) {
  size_t denied = 0;
  for (const Json& example : examples_) {
    if (example["expected"]["verdict"] != "plan") continue;
    for (const Principal& person : people_) {
      const auto& steps = example["expected"]["steps"];
      const bool lacks = std::any_of(steps.begin(), steps.end(), [&](const Json& step) {
        return std::find(person.tools.begin(), person.tools.end(),
                         step["tool"].get<std::string>()) == person.tools.end();
      });
      if (!lacks) continue;
      ++denied;
      EXPECT_FALSE(Check(example["expected"], example["request"], person).permitted)
          << example["n"] << " " << person.id;
    }
  }
  EXPECT_GE(denied, 100u);
}

TEST_F(ExamplesTest, ANurseSignsNoPrescription) {  // example 25
  const Json step = {{"id", "s1"}, {"tool", "order.sign"}, {"arguments", {{"order", "ORD-5512"}}}};
  const Json plan = {{"verdict", "plan"}, {"steps", Json::array({step})}};
  EXPECT_EQ(InWords(Check(plan, "ORD-5512 처방에 서명해줘.", Named("park.nurse"))),
            "denied; s1 access.tool");
  EXPECT_EQ(InWords(Check(plan, "ORD-5512 처방에 서명해줘.", Named("lee.doctor"))),
            "care; s1 approve_licensed(prescriber)");
}

TEST_F(ExamplesTest, ARequestWhoseStepsNeedTwoPurposesIsToBeSplit) {
  const Json care = {
      {"id", "s1"}, {"tool", "med.active_list"}, {"arguments", {{"patient", "P-1027"}}}};
  const Json research = {
      {"id", "s2"},
      {"tool", "deid.export"},
      {"arguments",
       {{"condition", "당뇨병"}, {"columns", {"lab"}}, {"recipient", "가온대 연구팀"}}}};
  const Json plan = {{"verdict", "plan"}, {"steps", Json::array({care, research})}};
  EXPECT_EQ(InWords(Check(plan, "요청", Named("lee.doctor"))),
            "denied; s1 access.one_purpose; s2 access.one_purpose");
}

TEST_F(ExamplesTest, StaffDataAreForTheHeadAlone) {
  const Json step = {{"id", "s1"},
                     {"tool", "sql.query"},
                     {"arguments", {{"dataset", "staff"}, {"measure", "count"}}}};
  const Json plan = {{"verdict", "plan"}, {"steps", Json::array({step})}};
  for (const Principal& person : people_) {
    EXPECT_EQ(Check(plan, "직원 수", person).permitted, person.id == "seo.head") << person.id;
  }
}

}  // namespace
}  // namespace policies
