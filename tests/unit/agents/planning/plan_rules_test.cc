// What a plan implies: order, confirmation, defaults, comparison, resolved references.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agents/plan.h"
#include "agents/planning/conditions.h"
#include "model_core/base/strings.h"
#include "tests/unit/agents/planning/examples.h"

namespace agents {
namespace {

using testing::ElementsAre;

const tools::Catalogue& Tools() { return tools::Catalogue::BuiltIn(); }

bool SamePlans(const char* a, const char* b) {
  return Equal(MakePlan(Json(a)), MakePlan(Json(b)), Tools(), Tuesday());
}

Plan Derived(const char* steps, const char* request) {
  Plan plan = MakePlan(Json(steps));
  Derive(plan, Tools(), request);
  return plan;
}

constexpr char kDraftAndSubmit[] =
    R"([["supply.shortfall",{"unit":"제3보급대"}],)"
    R"(["supply.requisition.draft",{"items":{"$ref":"s1.items[*].item"},)"
    R"("quantities":{"$ref":"s1.items[*].shortfall"},"unit":"제3보급대"}],)"
    R"(["supply.requisition.submit",{"requisition":{"$ref":"s2.req_id"}}]])";

TEST(Derive, AfterNamesOnlyStepsNotReachedOtherwise) {
  const Plan plan = Derived(R"([["tag.read",{"tags":["TI-101"]}],["tag.read",{"tags":["TI-102"]}],)"
                            R"(["setpoint.write",{"tag":"TI-101","value":5}],)"
                            R"(["setpoint.write",{"tag":"TI-102","value":5}]])",
                            "");
  EXPECT_THAT(plan.steps[2].after, ElementsAre("s1", "s2"));
  EXPECT_THAT(plan.steps[3].after, ElementsAre("s3"));
  EXPECT_TRUE(plan.steps[0].after.empty());
}

TEST(DropRepeats, AStepStandsForThoseThatSayTheSame) {
  Plan plan = MakePlan(Json(R"([["law.search",{"query":"감시"}],["law.search",{"query":"감시"}],)"
                            R"(["law.delegation",{"law":{"$ref":"s2.items[0].law_id"}}],)"
                            R"(["law.delegation",{"law":{"$ref":"s1.items[0].law_id"}}],)"
                            R"(["mail.send",{"to":"법무실","body":"끝났다"}]])"));
  DropRepeats(plan, tools::Catalogue::BuiltIn());
  const Plan expected = MakePlan(Json(R"([["law.search",{"query":"감시"}],)"
                                      R"(["law.delegation",{"law":{"$ref":"s1.items[0].law_id"}}],)"
                                      R"(["mail.send",{"to":"법무실","body":"끝났다"}]])"));
  EXPECT_EQ(ToJson(plan, false), ToJson(expected, false));
}

TEST(DropRepeats, NamesStandOnceInAListUnlessTheyPairWithAmounts) {
  constexpr char kPaired[] =
      R"(["supply.requisition.draft",{"items":["타이어","타이어"],"quantities":[5,8],"unit":"제1보급대"}])";
  const std::string before =
      base::StrCat(R"([["tag.read",{"tags":["TI-1","PT-2","TI-1"]}],)", kPaired, "]");
  const std::string after =
      base::StrCat(R"([["tag.read",{"tags":["TI-1","PT-2"]}],)", kPaired, "]");
  Plan plan = MakePlan(Json(before.c_str()));
  DropRepeats(plan, tools::Catalogue::BuiltIn());
  EXPECT_EQ(ToJson(plan, false), ToJson(MakePlan(Json(after.c_str())), false));
}

TEST(DropRepeats, AnActThatSaysAPartOfAnotherIsThatOne) {
  Plan plan = MakePlan(Json(R"([["order.sign",{"order":"ORD-6602","override":"tolerated"}],
                                ["order.sign",{"order":"ORD-6602"}],
                                ["law.article",{"law":"의료법","jo":"21","as_of":"2024-01-01"}],
                                ["law.article",{"law":"의료법","jo":"21"}]])"));
  DropRepeats(plan, tools::Catalogue::BuiltIn());
  ASSERT_EQ(plan.steps.size(), 3U);
  EXPECT_EQ(plan.steps[0].arguments["override"], "tolerated");
  EXPECT_EQ(plan.steps[1].tool, "law.article");
  EXPECT_EQ(plan.steps[2].id, "s3");
}

TEST(DropRepeats, OtherArgumentsAreAnotherStep) {
  Plan plan = MakePlan(Json(
      R"([["law.article",{"law":"의료법","jo":"21"}],["law.article",{"law":"의료법","jo":"22"}]])"));
  DropRepeats(plan, tools::Catalogue::BuiltIn());
  EXPECT_EQ(plan.steps.size(), 2U);
}

std::vector<std::string> Asked(const char* steps, const char* request) {
  Plan plan = MakePlan(Json(steps));
  AskForBorrowed(plan, Tools(), request, Tuesday());
  return plan.missing;
}

TEST(AskForBorrowed, WordsOfAnotherArgumentFillNoneOfAnAct) {
  EXPECT_THAT(Asked(R"([["workorder.create",{"asset":"TXE-21","fault":"TXE-21"}]])",
                    "Acknowledge AL-6128 and open a work order for TXE-21"),
              ElementsAre("workorder.create.fault"));
  EXPECT_THAT(Asked(R"([["deid.export",{"condition":"2형 당뇨병","columns":["diagnosis"],)"
                    R"("recipient":"작년 2형 당뇨병"}]])",
                    "작년 2형 당뇨병 환자의 진단을 가명으로 반출해줘"),
              ElementsAre("deid.export.recipient"));
}

TEST(AskForBorrowed, WhatBeginsTheClauseOfAFaultIsNoAsset) {
  EXPECT_THAT(Asked(R"([["workorder.create",{"asset":"베어링","fault":"쇳소리가 난다"}]])",
                    "베어링에서 쇳소리가 난다고 작업지시 하나 내려줘"),
              ElementsAre("workorder.create.asset"));
  EXPECT_THAT(Asked(R"([["workorder.create",{"asset":"PMP-31","fault":"쇳소리가 난다"}]])",
                    "PMP-31에서 쇳소리가 난다고 작업지시 하나 내려줘"),
              ElementsAre());
}

TEST(AskForBorrowed, AHeadingIsNoLetter) {
  EXPECT_THAT(
      Asked(R"([["mail.send",{"to":"누리소프트","subject":"사용 실적","body":"사용 실적"}]])",
            "누리소프트에 '사용 실적' 제목으로 메일을 띄워 주십시오"),
      ElementsAre("mail.send.body"));
}

TEST(AskForBorrowed, ATopicIsNoAddressee) {
  EXPECT_THAT(
      Asked(
          R"([["doc.search",{"query":"투약 오류 예방"}],)"
          R"(["mail.send",{"to":"투약 오류 예방 보고","attachment":{"$ref":"s1.items[0].doc_id"}}]])",
          "투약 오류 예방 보고서를 찾아 메일 발송해 주십시오"),
      ElementsAre("mail.send.to"));
}

TEST(AskForBorrowed, WordsSaidTwiceAndSharedAddresseesArePlain) {
  EXPECT_THAT(Asked(R"([["mail.send",{"to":"점검팀","body":"점검팀 회의는 두 시에 합니다"}]])",
                    "점검팀에 '점검팀 회의는 두 시에 합니다'라고 메일 보내줘"),
              ElementsAre());
  EXPECT_THAT(Asked(R"([["release.check",{"document":"DOC-2041","recipient":"다온구청"}],)"
                    R"(["mail.send",{"to":"다온구청","attachment":"DOC-2041"}]])",
                    "DOC-2041을 다온구청에 보내도 되는지 확인하고 메일로 보내줘"),
              ElementsAre());
  EXPECT_THAT(Asked(R"([["tag.history",{"tags":["TIC-310"]}],)"
                    R"(["setpoint.write",{"tag":"TIC-310","value":5}]])",
                    "TIC-310 이력 보고 5로 맞춰줘"),
              ElementsAre());
}

TEST(AskForBorrowed, ADateIsNoTextUnlessItIsQuoted) {
  constexpr char kPlan[] = R"([["workorder.create",{"asset":"PRS-03","fault":"June 9th"}]])";
  EXPECT_THAT(Asked(kPlan, "PRS-03: work order → June 9th"), ElementsAre("workorder.create.fault"));
  EXPECT_THAT(Asked(kPlan, "PRS-03: work order 'June 9th'"), ElementsAre());
  EXPECT_THAT(Asked(R"([["ticket.create",{"title":"6월 9일 정전 대비"}]])",
                    "6월 9일 정전 대비 요청 등록해줘"),
              ElementsAre());
}

TEST(AskForBorrowed, ReadingMayUseWordsTwice) {
  EXPECT_THAT(Asked(R"([["law.search",{"query":"감시"}],)"
                    R"(["doc.generate_hwpx",{"kind":"report","subject":"감시",)"
                    R"("sources":[{"$ref":"s1"}]}]])",
                    "감시 조문 찾아 보고서로 써줘"),
              ElementsAre());
}

TEST(Derive, AnActBehindAConditionWaitsForTheRequester) {
  const Plan plan =
      Derived(kDraftAndSubmit, "제3보급대 부족 품목으로 청구서 초안을 만들고 이상 없으면 상신해줘");
  EXPECT_FALSE(plan.steps[1].confirm);
  EXPECT_TRUE(plan.steps[2].confirm);
}

TEST(Derive, EveryActBehindTheConditionWaits) {
  const Plan plan =
      Derived(kDraftAndSubmit, "제3보급대에 부족한 게 있으면 청구서 초안을 만들어 상신해줘");
  EXPECT_TRUE(plan.steps[1].confirm);
  EXPECT_TRUE(plan.steps[2].confirm);
}

TEST(Derive, AGuardCoversTheCondition) {
  const Plan plan =
      Derived(R"([["med.safety_check",{"patient":"P-1027","drugs":["x"]}],)"
              R"(["order.propose",{"patient":"P-1027","drug":"x","dose":"5mg","frequency":"qd",)"
              R"("check":{"$ref":"s1.check_id"}}]])",
              "P-1027 DUR 확인하고 괜찮으면 x 5mg 처방안 올려줘");
  EXPECT_FALSE(plan.steps[1].confirm);
}

TEST(Derive, AConditionAfterTheActCountsToo) {
  EXPECT_TRUE(
      Derived(R"([["order.sign",{"order":"ORD-5512"}]])", "ORD-5512에 서명해줘, 별문제 없으면.")
          .steps[0]
          .confirm);
  EXPECT_TRUE(
      Derived(R"([["order.sign",{"order":"ORD-5512"}]])", "Sign ORD-5512 if the labs are normal.")
          .steps[0]
          .confirm);
}

TEST(Derive, ReadsNeverWait) {
  EXPECT_FALSE(Derived(R"([["tag.read",{"tags":["TI-101"]}]])", "괜찮으면 TI-101 값 알려줘")
                   .steps[0]
                   .confirm);
}

TEST(FirstCondition, KnowsConditionsFromNounsPolitenessAndQuotedWords) {
  for (const char* yes :
       {"이상 없으면 상신해줘", "재고가 있는 경우에만 등록", "기준을 넘으면 알람 확인",
        "이상이 아니면 서명해줘", "압력이 떨어지면 75로 낮춰줘", "한도를 넘어서면 보내줘",
        "펌프가 고장나면 요청 등록해줘", "unless it is late", "submit it if all is well"}) {
    EXPECT_TRUE(FirstCondition(yes)) << yes;
  }
  for (const char* no :
       {"화면 캡처를 보내줘", "도면 찾아줘", "가능하면 오늘 보내줘", "전화 아니면 메일",
        "모레 해온면 날씨를 메일로 보내줘", "'압력이 떨어지면 정지'라고 적어줘",
        "확인하면서 등록해줘", "check if DOC-2041 may be released", "send it today if possible",
        "점검이 끝나면 보내줘", "마찰면 점검 요청 등록해줘", "서면 답변을 보내줘",
        "상신하려면 초안을 만들어줘"}) {
    EXPECT_FALSE(FirstCondition(no)) << no;
  }
}

TEST(Equal, RenamingAndReorderingStepsChangesNothing) {
  EXPECT_TRUE(SamePlans(R"([["law.search",{"query":"a"}],["case.search",{"query":"b"}],)"
                        R"(["law.delegation",{"law":{"$ref":"s1.items[0].law_id"}}]])",
                        R"([["case.search",{"query":"b"}],["law.search",{"query":"a"}],)"
                        R"(["law.delegation",{"law":{"$ref":"s2.items[0].law_id"}}]])"));
  EXPECT_TRUE(SamePlans(R"([["law.article",{"jo":"1","law":"a"}]])",
                        R"([["law.article",{"law":"a","jo":"1"}]])"));
}

TEST(Equal, DefaultsSpelledOutChangeNothing) {
  EXPECT_TRUE(SamePlans(R"([["law.search",{"query":"a","as_of":"2026-11-24"}]])",
                        R"([["law.search",{"query":"a"}]])"));
  EXPECT_FALSE(SamePlans(R"([["law.search",{"query":"a","as_of":"2026-11-23"}]])",
                         R"([["law.search",{"query":"a"}]])"));
}

TEST(Equal, StepsThatLookAlikeAreStillToldApartByWhoRefersToThem) {
  const char* both = R"([["alarm.active",{"area":"a"}],["alarm.active",{"area":"a"}],)"
                     R"(["rootcause.explain",{"alarm":{"$ref":"s1.items[0].alarm_id"}}],)"
                     R"(["rootcause.explain",{"alarm":{"$ref":"s2.items[0].alarm_id"}}]])";
  const char* swapped = R"([["alarm.active",{"area":"a"}],["alarm.active",{"area":"a"}],)"
                        R"(["rootcause.explain",{"alarm":{"$ref":"s2.items[0].alarm_id"}}],)"
                        R"(["rootcause.explain",{"alarm":{"$ref":"s1.items[0].alarm_id"}}]])";
  const char* one = R"([["alarm.active",{"area":"a"}],["alarm.active",{"area":"a"}],)"
                    R"(["rootcause.explain",{"alarm":{"$ref":"s1.items[0].alarm_id"}}],)"
                    R"(["rootcause.explain",{"alarm":{"$ref":"s1.items[0].alarm_id"}}]])";
  EXPECT_TRUE(SamePlans(both, swapped));
  EXPECT_FALSE(SamePlans(both, one));
}

TEST(Equal, DifferentValuesToolsAndVerdictsDiffer) {
  EXPECT_FALSE(SamePlans(R"([["law.search",{"query":"a"}]])", R"([["law.search",{"query":"b"}]])"));
  EXPECT_FALSE(
      SamePlans(R"([["law.search",{"query":"a"}]])", R"([["case.search",{"query":"a"}]])"));
  EXPECT_FALSE(
      SamePlans(R"([["tag.read",{"tags":["a","b"]}]])", R"([["tag.read",{"tags":["b","a"]}]])"));
  Plan ask;
  ask.verdict = Verdict::kAsk;
  ask.missing = {"law.article.law"};
  EXPECT_FALSE(Equal(ask, Plan(), Tools(), Tuesday()));
  EXPECT_TRUE(Equal(ask, ask, Tools(), Tuesday()));
}

TEST(Normalise, EveryExampleIsEqualToItselfAndToNoOther) {
  for (const base::Json& a : Examples()) {
    for (const base::Json& b : Examples()) {
      EXPECT_EQ(Equal(*ParsePlan(a["expected"]), *ParsePlan(b["expected"]), Tools(), Tuesday()),
                a["expected"] == b["expected"]);
    }
  }
}

base::Json Default(const char* tool, const char* argument) {
  return BindDefault(*Tools().Find(tool)->Argument(argument), Tuesday());
}

TEST(BindDefault, BindsEachDefaultOfTheCatalogueAtNow) {
  EXPECT_EQ(Default("law.search", "as_of"), "2026-11-24");
  EXPECT_EQ(Default("lab.trend", "period"), Json(R"({"from":"2025-11-25","to":"2026-11-24"})"));
  EXPECT_EQ(Default("alarm.history", "period"), Json(R"({"from":"2026-11-18","to":"2026-11-24"})"));
  EXPECT_EQ(Default("spc.evaluate", "period"), Json(R"({"from":"2026-10-26","to":"2026-11-24"})"));
  EXPECT_EQ(Default("opendata.get", "period"), Json(R"({"from":"2026-11-24","to":"2026-11-24"})"));
  EXPECT_EQ(Default("tag.history", "period"),
            Json(R"({"from":"2026-11-23T10:00:00+09:00","to":"2026-11-24T10:00:00+09:00"})"));
}

TEST(BindDefault, TheDayIsSeoulsDay) {
  const auto* as_of = Tools().Find("law.search")->Argument("as_of");
  EXPECT_EQ(BindDefault(*as_of, At("2026-11-24T15:30:00+00:00")), "2026-11-25");
}

std::optional<base::Json> Resolve(const char* arguments, const char* result) {
  const base::Json value = Json(result);
  const auto find = [&](std::string_view step) { return step == "s1" ? &value : nullptr; };
  return ResolveArguments(Json(arguments), find, [](std::string_view step) {
    return base::Json{{"step", std::string(step)}};
  });
}

TEST(ResolveArguments, FillsFieldsListsAndWholeResults) {
  const char* result = R"({"id":"R","items":[{"item":"A","n":3},{"item":"B","n":4}]})";
  EXPECT_EQ(*Resolve(R"({"a":{"$ref":"s1.id"},"b":"x"})", result), Json(R"({"a":"R","b":"x"})"));
  EXPECT_EQ(*Resolve(R"({"a":{"$ref":"s1.items[1].n"}})", result), Json(R"({"a":4})"));
  EXPECT_EQ(*Resolve(R"({"a":{"$ref":"s1.items[*].item"}})", result), Json(R"({"a":["A","B"]})"));
  EXPECT_EQ(*Resolve(R"({"a":["x",{"$ref":"s1.items[0].item"}]})", result),
            Json(R"({"a":["x","A"]})"));
  EXPECT_EQ(*Resolve(R"({"a":[{"$ref":"s1"}]})", result), Json(R"({"a":[{"step":"s1"}]})"));
  EXPECT_EQ(*Resolve(R"({"p":{"from":"2026-01-01","to":"2026-01-02"}})", result),
            Json(R"({"p":{"from":"2026-01-01","to":"2026-01-02"}})"));
}

TEST(ResolveArguments, IsEmptyWhereAListIsEmptyOrAValueIsNotThere) {
  EXPECT_FALSE(Resolve(R"({"a":{"$ref":"s1.items[0].n"}})", R"({"items":[]})"));
  EXPECT_FALSE(Resolve(R"({"a":{"$ref":"s1.items[*].n"}})", R"({"items":[]})"));
  EXPECT_FALSE(Resolve(R"({"a":{"$ref":"s1.items[*].n"}})", R"({"items":[{"n":1},{}]})"));
  EXPECT_FALSE(Resolve(R"({"a":{"$ref":"s1.id"}})", R"({"id":null})"));
  EXPECT_FALSE(Resolve(R"({"a":{"$ref":"s2.id"}})", R"({"id":"x"})"));
}

}  // namespace
}  // namespace agents
