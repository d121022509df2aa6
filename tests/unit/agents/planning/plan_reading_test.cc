// What remote models are bound by, and what is done with their answers.
#include "agents/plan_reading.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model_core/bridge/buffer.h"
#include "tests/unit/agents/planning/examples.h"

namespace agents {
namespace {

using testing::HasSubstr;

const tools::Catalogue& Tools() { return tools::Catalogue::BuiltIn(); }

PlanRequest Request(const std::string& text) {
  PlanRequest request;
  request.text = text;
  request.now = Tuesday();
  for (const tools::ToolSpec& tool : Tools().tools()) request.offered.insert(tool.name);
  request.allowed = request.offered;
  return request;
}

// What the schema finds wrong with `plan`; empty if nothing.
std::string SchemaFault(const PlanRequest& request, const base::Json& plan) {
  const std::string schema = base::DumpJson(PlanSchema(request, Tools()));
  const std::string value = base::DumpJson(plan);
  model_core::BridgeBuffer out;
  const int32_t code = maru_json_schema_check(model_core::Data(schema), schema.size(),
                                              model_core::Data(value), value.size(), out.out());
  return code == 0 ? std::string(out.text()) : "error: " + std::string(out.text());
}

PlanResult Answer(const base::Json& plan) {
  PlanResult result;
  result.text = base::DumpJson(plan);
  return result;
}

TEST(PlanSchema, AllowsEveryExample) {
  for (const base::Json& example : Examples()) {
    const auto plan = ParsePlan(example["expected"]);
    EXPECT_EQ(SchemaFault(Request(example["request"]), ToJson(*plan, false)), "")
        << example["request"];
  }
}

// "제1조, 제2조, …", so many.
std::string Articles(size_t count) {
  std::string text;
  for (size_t i = 1; i <= count; ++i) text += base::StrCat("제", i, "조, ");
  return text;
}

TEST(CheckValueCount, MoreValuesOfAKindThanAPlanCouldUseAreRefusedByNameAndNumber) {
  EXPECT_TRUE(CheckValueCount(Request(Articles(kValuesMax) + "보여줘")).ok());
  const absl::Status articles = CheckValueCount(Request(Articles(kValuesMax + 1) + "보여줘"));
  EXPECT_EQ(articles.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(base::Message(articles, base::Language::kEnglish),
            "the request names 49 different articles, limit 48; ask for fewer at once");
  EXPECT_EQ(base::Message(articles, base::Language::kKorean),
            "요청에 서로 다른 조문이 49개 있습니다 (한도 48개). 요청을 나누어 주십시오");
  std::string patients;
  for (int i = 0; i < 60; ++i) patients += base::StrCat("P-", 1000 + i, ", ");
  EXPECT_THAT(base::Message(CheckValueCount(Request(patients)), base::Language::kKorean),
              HasSubstr("환자 번호가 60개"));
}

TEST(CheckValueCount, WhatIsSaidAgainOrQuotedDoesNotCount) {
  std::string again;
  for (int i = 0; i < 100; ++i) again += "제26조, ";
  EXPECT_TRUE(CheckValueCount(Request(again)).ok());
  EXPECT_TRUE(CheckValueCount(Request(base::StrCat("'", Articles(100), "'라고 메일 보내줘"))).ok());
}

TEST(ReadPlan, WhatEndsNowEndsAtTheSecondThoughTheModelReadsMinutes) {
  PlanRequest request = Request("TIC-205의 최근 2시간 평균과 오늘 9시 이후 가람만 선박");
  const std::string shown = ShownValues(request);
  request.now += absl::Seconds(31);
  EXPECT_EQ(ShownValues(request), shown);
  PlanResult result = Answer(
      {{"verdict", "plan"},
       {"steps",
        {{{"id", "s1"},
          {"tool", "tag.history"},
          {"arguments",
           {{"tags", {"TIC-205"}},
            {"period",
             {{"from", "2026-11-24T08:00:00+09:00"}, {"to", "2026-11-24T10:00:00+09:00"}}}}}},
         {{"id", "s2"},
          {"tool", "sa.tracks"},
          {"arguments", {{"area", "가람만"}, {"since", "2026-11-24T09:00:00+09:00"}}}}}}});
  ASSERT_TRUE(ReadPlan(request, Tools(), result).ok());
  ASSERT_EQ(result.plan.steps.size(), 2u);
  EXPECT_EQ(base::DumpJson(result.plan.steps[0].arguments["period"]),
            R"({"from":"2026-11-24T08:00:31+09:00","to":"2026-11-24T10:00:31+09:00"})");
  EXPECT_EQ(result.plan.steps[1].arguments["since"], "2026-11-24T09:00:00+09:00");
  EXPECT_TRUE(CheckValues(result.plan, request, Tools()).ok());
}

TEST(ReadPlan, WordsBeforeAnIdentifierAreNoPartOfIt) {
  const auto read = [](const char* tool, const char* arguments, const char* text) {
    PlanResult result = Answer(
        ToJson(MakePlan(base::Json::array({base::Json::array({tool, Json(arguments)})})), false));
    EXPECT_TRUE(ReadPlan(Request(text), Tools(), result).ok());
    return base::DumpJson(result.plan.steps[0].arguments);
  };
  EXPECT_EQ(read("tag.read", R"({"tags":["loop TIC-205","boiler heat"]})",
                 "Read loop TIC-205 and boiler heat"),
            R"({"tags":["TIC-205","boiler heat"]})");
  EXPECT_EQ(read("workorder.create", R"({"asset":"컨베이어 CV-118","fault":"벨트 처짐"})",
                 "컨베이어 CV-118 작업지시 '벨트 처짐'"),
            R"({"asset":"CV-118","fault":"벨트 처짐"})");
  EXPECT_EQ(read("workorder.create", R"({"asset":"CV-118 앞 배관","fault":"누수"})",
                 "CV-118 앞 배관 작업지시 '누수'"),
            R"({"asset":"CV-118 앞 배관","fault":"누수"})");
  EXPECT_EQ(read("setpoint.write", R"({"tag":"high limit of TIC-205","value":5})",
                 "Set high limit of TIC-205 to 5"),
            R"({"tag":"high limit of TIC-205","value":5})");
}

TEST(PlanSchema, RefusesValuesFieldsAndToolsThatAreNotThere) {
  const PlanRequest request = Request("의료법 제21조 보여줘");
  const auto call = [](const char* tool, const char* arguments) {
    return ToJson(MakePlan(base::Json::array({base::Json::array({tool, Json(arguments)})})), false);
  };
  EXPECT_EQ(SchemaFault(request, call("law.article", R"({"law":"의료법","jo":"21"})")), "");
  EXPECT_NE(SchemaFault(request, call("law.article", R"({"law":"의료법","jo":"22"})")), "");
  EXPECT_NE(SchemaFault(request, call("law.article", R"({"law":"의료법"})")), "");
  EXPECT_NE(SchemaFault(request,
                        call("law.article", R"({"law":"의료법","jo":"21","as_of":"2026-01-01"})")),
            "");
  EXPECT_NE(SchemaFault(request,
                        call("law.article", R"({"law":{"$ref":"s1.items[0].title"},"jo":"21"})")),
            "");
  EXPECT_NE(SchemaFault(request, call("law.burn", "{}")), "");
}

TEST(PlanSchema, NamesWordsAsExamplesWhereAnyTextMayStand) {
  const PlanRequest request = Request("TI-101 값 알려줘");
  EXPECT_THAT(base::DumpJson(PlanSchema(request, Tools())),
              HasSubstr(R"({"type":"string","minLength":1,"examples":["TI-101"]})"));
  const auto read = [](const char* steps) { return ToJson(MakePlan(Json(steps)), false); };
  EXPECT_EQ(SchemaFault(request, read(R"([["tag.read",{"tags":["TI-101","TI-101 값"]}]])")), "");
  EXPECT_NE(SchemaFault(request, read(R"([["tag.read",{"tags":[""]}]])")), "");
}

TEST(ReadPlan, TakesEveryExample) {
  for (const base::Json& example : Examples()) {
    const auto plan = ParsePlan(example["expected"]);
    PlanResult result = Answer(ToJson(*plan, false));
    const absl::Status read = ReadPlan(Request(example["request"]), Tools(), result);
    EXPECT_TRUE(read.ok()) << read;
    EXPECT_TRUE(Equal(result.plan, *plan, Tools(), Tuesday()));
  }
}

TEST(ReadPlan, NamesTheStepAndArgumentOfAnInventedValue) {
  PlanResult result =
      Answer(ToJson(MakePlan(Json(R"([["tag.read",{"tags":["TI-101","TI-999"]}]])")), false));
  const absl::Status read = ReadPlan(Request("TI-101 값 알려줘"), Tools(), result);
  EXPECT_THAT(std::string(read.message()),
              HasSubstr("step s1 (tag.read): argument 'tags': \"TI-999\" is not in the request"));
  EXPECT_THAT(base::Message(read, base::Language::kKorean), HasSubstr("요청에 없는 값"));
}

TEST(ReadPlan, AQuestionAboutAToolThatMayNotBeUsedIsARefusal) {
  PlanRequest request = Request("제38조 보여줘");
  request.allowed.erase("law.article");
  PlanResult result = Answer({{"verdict", "ask"}, {"missing", {"law.article.law"}}});
  ASSERT_TRUE(ReadPlan(request, Tools(), result).ok());
  EXPECT_EQ(result.plan.reason, RefuseReason::kNotPermitted);
}

TEST(RefuseUnusable, NotPermittedComesBeforeAConnectorThatIsDown) {
  PlanRequest request = Request("x");
  request.offered.erase("tag.read");
  PlanResult result;
  result.plan = MakePlan(Json(R"([["tag.read",{"tags":["TI-101"]}],["alarm.active",{}]])"));
  PlanResult other = result;
  EXPECT_TRUE(RefuseUnusable(request, result));
  EXPECT_EQ(result.unusable_tool, "tag.read");
  request.allowed.erase("alarm.active");
  EXPECT_TRUE(RefuseUnusable(request, other));
  EXPECT_EQ(other.unusable_tool, "alarm.active");
  EXPECT_EQ(other.plan.reason, RefuseReason::kNotPermitted);
}

Plan Question(const std::string& text, const std::vector<std::string>& slots) {
  PlanResult result = Answer({{"verdict", "ask"}, {"missing", slots}});
  EXPECT_TRUE(ReadPlan(Request(text), Tools(), result).ok());
  return result.plan;
}

TEST(ReadPlan, DoesNotAskForTheOneIdentifierThatTheRequestHolds) {
  EXPECT_THAT(Question("Read TIC-215 and then change its set point",
                       {"setpoint.write.tag", "setpoint.write.value"})
                  .missing,
              testing::ElementsAre("setpoint.write.value"));
  EXPECT_THAT(Question("Read TIC-215 and TIC-216, then change the set point",
                       {"setpoint.write.tag", "setpoint.write.value"})
                  .missing,
              testing::SizeIs(2));
  EXPECT_THAT(Question("8318-57-979-6168과 텐트 청구서 초안",
                       {"supply.requisition.draft.items", "supply.requisition.draft.unit"})
                  .missing,
              testing::SizeIs(2));
}

}  // namespace
}  // namespace agents
