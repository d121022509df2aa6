// Plans: parsed, written, and held to the contract.
#include "agents/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agents/planner.h"
#include "tests/fakes/whole_korean.h"
#include "tests/unit/agents/planning/examples.h"

namespace agents {
namespace {

using testing::HasSubstr;

const tools::Catalogue& Tools() { return tools::Catalogue::BuiltIn(); }

std::string Fault(const base::Json& steps) {
  return std::string(Validate(MakePlan(steps), Tools()).message());
}

TEST(Plan, EveryExampleParsesValidatesAndIsWrittenBack) {
  ASSERT_EQ(Examples().size(), 26u);
  for (const base::Json& example : Examples()) {
    SCOPED_TRACE(example["request"]);
    auto plan = ParsePlan(example["expected"]);
    ASSERT_TRUE(plan.ok()) << plan.status();
    EXPECT_TRUE(Validate(*plan, Tools()).ok()) << Validate(*plan, Tools());
    EXPECT_EQ(ToJson(*plan, /*derived=*/true), example["expected"]);
  }
}

TEST(Plan, DerivesTheOrderThatTheExamplesStateAndAsksForNoConfirmation) {
  for (const base::Json& example : Examples()) {
    SCOPED_TRACE(example["request"]);
    auto plan = ParsePlan(example["expected"]);
    ASSERT_TRUE(plan.ok());
    const base::Json stated = ToJson(*plan, true);
    for (Step& step : plan->steps) step.after.clear();
    Derive(*plan, Tools(), example["request"].get<std::string>());
    EXPECT_EQ(ToJson(*plan, true), stated);
  }
}

TEST(Plan, RefusesMalformedPlansNamingWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {R"([])", "not an object"},
      {R"({"verdict":"maybe"})", "none of plan, ask, refuse"},
      {R"({"verdict":"plan","steps":[]})", "0 steps"},
      {R"({"verdict":"plan","steps":[{"id":"s2","tool":"law.search","arguments":{}}]})",
       "not 's1'"},
      {R"({"verdict":"plan","steps":[{"id":"s1","arguments":{}}]})", "no 'tool'"},
      {R"({"verdict":"plan","steps":[{"id":"s1","tool":"law.search"}]})", "no object 'arguments'"},
      {R"({"verdict":"plan","steps":[{"id":"s1","tool":"x","arguments":{},"note":1}]})",
       "unknown key 'note'"},
      {R"({"verdict":"plan","steps":[{"id":"s1","tool":"x","arguments":{},"after":[1]}]})",
       "'after'"},
      {R"({"verdict":"plan","steps":[{"id":"s1","tool":"x","arguments":{},"confirm":1}]})",
       "'confirm'"},
      {R"({"verdict":"ask","missing":[]})", "'missing' is empty"},
      {R"({"verdict":"refuse","reason":"tired"})", "'reason'"},
      {R"({"verdict":"refuse","reason":"harmful","steps":[]})", "unknown key 'steps'"},
  };
  for (const auto& [text, fault] : cases) {
    const auto plan = ParsePlan(Json(text));
    ASSERT_FALSE(plan.ok()) << text;
    EXPECT_EQ(plan.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(plan.status().message()), HasSubstr(fault)) << text;
    EXPECT_EQ(fakes::EnglishWordsIn(plan.status()), "") << text;
  }
}

TEST(Plan, RefusesArgumentsThatTheContractDoesNotHaveNamingStepAndArgument) {
  const std::pair<const char*, const char*> cases[] = {
      {R"([["law.find",{}]])", "step s1: there is no tool 'law.find'"},
      {R"([["law.article",{"law":"의료법"}]])",
       "step s1 (law.article): argument 'jo': it is required"},
      {R"([["law.article",{"law":"의료법","jo":"21","page":1}]])",
       "argument 'page': the tool has no such"},
      {R"([["law.article",{"law":"의료법","jo":21}]])", "argument 'jo': 21 is not jo"},
      {R"([["law.article",{"law":"의료법","jo":"021"}]])", "argument 'jo'"},
      {R"([["law.article",{"law":" 의료법","jo":"21"}]])", "argument 'law'"},
      {R"([["law.article",{"law":"의료법","jo":"21","hang":1.5}]])", "argument 'hang'"},
      {R"([["law.article",{"law":"의료법","jo":"21","as_of":"2026-02-30"}]])", "argument 'as_of'"},
      {R"([["law.search",{"query":"x","kind":"constitution"}]])", "argument 'kind'"},
      {R"([["law.diff",{"law":"의료법","period":{"from":"2026-02-01","to":"2026-01-01"}}]])",
       "argument 'period'"},
      {R"([["law.diff",{"law":"의료법","period":{"from":"2026-02-01"}}]])", "argument 'period'"},
      {R"([["med.active_list",{"patient":"김환자"}]])", "argument 'patient'"},
      {R"([["med.active_list",{"patient":"ORD-5512"}]])", "argument 'patient'"},
      {R"([["tag.read",{"tags":"TI-101"}]])", "argument 'tags'"},
      {R"([["tag.read",{"tags":[]}]])", "argument 'tags'"},
      {R"([["case.search",{"kind":"court"}]])", "needs one of the arguments query, law"},
      {R"([["setpoint.write",{"tag":"TIC-205","value":"75"}]])", "argument 'value'"},
  };
  for (const auto& [steps, fault] : cases)
    EXPECT_THAT(Fault(Json(steps)), HasSubstr(fault)) << steps;
}

TEST(Plan, RefusesReferencesThatPointNowhereOrToTheWrongKind) {
  const std::pair<const char*, const char*> cases[] = {
      {R"([["order.sign",{"order":{"$ref":"s1.order_id"}}]])", "does not point to an earlier step"},
      {R"([["order.sign",{"order":{"$ref":"s2.order_id"}}],["med.active_list",{"patient":"P-1"}]])",
       "does not point to an earlier step"},
      {R"([["med.active_list",{"patient":"P-1"}],["order.sign",{"order":{"$ref":"s1.order_id"}}]])",
       "names no field of 'med.active_list'"},
      {R"([["med.active_list",{"patient":"P-1"}],)"
       R"(["order.sign",{"order":{"$ref":"s1.items[x].order_id"}}]])",
       "names no field"},
      {R"([["med.active_list",{"patient":"P-1"}],)"
       R"(["order.sign",{"order":{"$ref":"s1.items[0].drug"}}]])",
       "is not id:order"},
      {R"([["med.active_list",{"patient":"P-1"}],)"
       R"(["order.sign",{"order":{"$ref":"s1.items[*].order_id"}}]])",
       "is not id:order"},
      {R"([["med.active_list",{"patient":"P-1"}],["order.sign",{"order":{"$ref":"s1"}}]])",
       "is not id:order"},
      {R"([["law.article",{"law":"의료법","jo":"1"}],["case.search",{"query":{"$ref":"s1.text"}}]])",
       "text from outside"},
      {R"([["law.article",{"law":"의료법","jo":"1"}],)"
       R"(["law.article",{"law":{"$ref":"s1.law_name"},"jo":"2"}]])",
       "is not text or id:law"},
      {R"([["law.article",{"law":"의료법","jo":"1"}],)"
       R"(["doc.generate_hwpx",{"kind":"memo","subject":"x","sources":[{"$ref":"s1.jo"}]}]])",
       "is not a list of result"},
      {R"([["law.article",{"law":"의료법","jo":"1"}],)"
       R"(["doc.generate_hwpx",{"kind":"memo","subject":"x","sources":{"$ref":"s1"}}]])",
       "is not a list of result"},
  };
  for (const auto& [steps, fault] : cases)
    EXPECT_THAT(Fault(Json(steps)), HasSubstr(fault)) << steps;
}

TEST(Plan, RefusesMoreThanSixSteps) {
  base::Json steps = base::Json::array();
  for (int i = 0; i < 7; ++i) steps.push_back({"med.active_list", {{"patient", "P-1"}}});
  EXPECT_THAT(Fault(steps), HasSubstr("7 steps; there must be 1 to 6"));
}

TEST(Plan, TellsFaultsInKoreanToo) {
  const absl::Status status =
      Validate(MakePlan(Json(R"([["law.article",{"law":"의료법"}]])")), Tools());
  EXPECT_THAT(base::Message(status, base::Language::kKorean), HasSubstr("꼭 있어야"));
}

TEST(CheckRequestText, RefusesWhatIsNoTextInBothLanguages) {
  EXPECT_TRUE(CheckRequestText("제38조 보여줘").ok());
  EXPECT_THAT(std::string(CheckRequestText(" \n").message()), HasSubstr("empty"));
  const std::string most(kRequestBytesMax, 'a');
  EXPECT_TRUE(CheckRequestText(most).ok());
  EXPECT_THAT(std::string(CheckRequestText(most + "a").message()),
              HasSubstr("32769 bytes, limit 32768"));
  EXPECT_THAT(std::string(CheckRequestText("조\xEC\xA1").message()), HasSubstr("UTF-8 at byte 3"));
  const absl::Status nul = CheckRequestText(std::string_view("ab\0c", 4));
  EXPECT_THAT(std::string(nul.message()), HasSubstr("byte 2"));
  EXPECT_THAT(base::Message(nul, base::Language::kKorean), HasSubstr("NUL"));
}

}  // namespace
}  // namespace agents
