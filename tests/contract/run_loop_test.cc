// How a run goes: plan, steps, answer, over the real store and policies.
#include <thread>

#include "tests/contract/run_loop_fixture.h"

namespace agents {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(RunLoopTest, APlannedReadIsDoneAnsweredAndCited) {
  const std::string id = world_.Start("kim.legal", "26조", W::Plan({Article()}));
  world_.Work();
  const auto run = world_.Get(id);
  EXPECT_EQ(run.state, RunState::kCompleted);
  EXPECT_THAT(world_.EventTypes(id),
              ElementsAre("run.created", "plan.made", "plan.checked", "effect.intent",
                          "effect.outcome", "answer.released", "run.ended"));
  EXPECT_THAT(run.answer, HasSubstr("[1]"));
  EXPECT_EQ(run.citations.size(), 1u);
  EXPECT_EQ(world_.tools().calls("law.article"), 1);
}

TEST_F(RunLoopTest, DefaultsAreBoundBeforeTheCall) {
  Json seen;
  world_.tools().On("law.article", [&](const tools::ToolCall& call, const tools::CallContext&) {
    seen = call.arguments();
    return fakes::LeastResult("law.article");
  });
  world_.Start("kim.legal", "26조", W::Plan({Article()}));
  world_.Work();
  EXPECT_EQ(seen["as_of"], "2026-11-24");
}

TEST_F(RunLoopTest, IndependentStepsRunAtTheSameTime) {
  std::atomic<int> here{0};
  std::atomic<bool> met{false};
  const auto meet = [&](const tools::ToolCall& call, const tools::CallContext&) {
    ++here;
    for (int i = 0; i < 500 && !met; ++i) {
      if (here == 2) met = true;
      absl::SleepFor(absl::Milliseconds(10));
    }
    return fakes::LeastResult(call.binding.tool);
  };
  world_.tools().On("law.article", meet);
  const std::string id = world_.Start("kim.legal", "둘", W::Plan({Article("s1"), Article("s2")}));
  world_.Work();
  EXPECT_TRUE(met);
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted);
}

TEST_F(RunLoopTest, AReferenceCarriesTheEarlierResult) {
  Json seen;
  world_.tools().On("law.delegation", [&](const tools::ToolCall& call, const tools::CallContext&) {
    seen = call.arguments();
    return fakes::LeastResult("law.delegation");
  });
  const std::string id = world_.Start(
      "kim.legal", "위임",
      W::Plan(
          {W::Step("s1", "law.search", {{"query", "설치 제한"}}),
           W::Step("s2", "law.delegation",
                   {{"law", W::Ref("s1.items[0].law_id")}, {"jo", W::Ref("s1.items[0].jo")}})}));
  world_.Work();
  ASSERT_EQ(world_.Get(id).state, RunState::kCompleted) << world_.Get(id).reason_en;
  EXPECT_EQ(seen["law"], "값-items[].law_id");
  EXPECT_EQ(seen["jo"], "38-2");
}

TEST_F(RunLoopTest, AnEmptyListSkipsWhatDependsOnItWithoutAnError) {
  world_.tools().On("law.search", [](const tools::ToolCall&, const tools::CallContext&) {
    return fakes::ResultOf("law.search", {{"items", Json::array()}});
  });
  const std::string id = world_.Start(
      "kim.legal", "위임",
      W::Plan({W::Step("s1", "law.search", {{"query", "설치 제한"}}),
               W::Step("s2", "law.delegation", {{"law", W::Ref("s1.items[0].law_id")}})}));
  world_.Work();
  const auto run = world_.Get(id);
  EXPECT_EQ(run.state, RunState::kCompleted);
  EXPECT_EQ(run.steps.at("s2").state, StepState::kSkipped);
  EXPECT_EQ(world_.tools().calls("law.delegation"), 0);
  EXPECT_THAT(run.answer, HasSubstr("앞 단계에서 해당하는 자료를 찾지 못해"));
}

TEST_F(RunLoopTest, AGuardSkipsWhatDependsOnIt) {
  world_.tools().On("med.safety_check", [](const tools::ToolCall&, const tools::CallContext&) {
    return fakes::ResultOf(
        "med.safety_check",
        {{"check_id", "CHK-1"}, {"outcome", "contraindicated"}, {"items", Json::array()}});
  });
  const std::string id =
      world_.Start("lee.doctor", "처방안",
                   W::Plan({W::Step("s1", "med.safety_check",
                                    {{"patient", "P-1027"}, {"drugs", {"클래리스로마이신"}}}),
                            W::Step("s2", "order.propose",
                                    {{"patient", "P-1027"},
                                     {"drug", "클래리스로마이신"},
                                     {"dose", "500mg"},
                                     {"frequency", "bid"},
                                     {"check", W::Ref("s1.check_id")}})}));
  world_.Work();
  const auto run = world_.Get(id);
  EXPECT_EQ(run.state, RunState::kCompleted) << run.reason_en;
  EXPECT_EQ(world_.tools().calls("order.propose"), 0);
  EXPECT_THAT(run.answer, HasSubstr("1단계의 판정(점검 결과: 병용 금기)에 따라 하지 않았습니다."));
}

TEST_F(RunLoopTest, AMissingSlotIsAskedForAndTheReplyIsPlannedWithTheRequest) {
  const std::string id =
      world_.Start("kim.legal", "제38조", {{"verdict", "ask"}, {"missing", {"law.article.law"}}});
  world_.planner().Teach("제38조\n의료법", *std::make_shared<Json>(W::Plan({Article()})));
  world_.Work();
  auto run = world_.Get(id);
  EXPECT_EQ(run.state, RunState::kInputRequired);
  EXPECT_EQ(run.reason_ko, "조문 조회에 필요한 법령 이름을 알려 주십시오.");
  EXPECT_TRUE(absl::IsNotFound(world_.loop().Reply(id, "han.clerk", "의료법", "")));
  ASSERT_TRUE(world_.loop().Reply(id, "kim.legal", "의료법", "").ok());
  world_.Work();
  run = world_.Get(id);
  EXPECT_EQ(run.state, RunState::kCompleted) << run.reason_en;
  EXPECT_TRUE(absl::IsFailedPrecondition(world_.loop().Reply(id, "kim.legal", "더", "")));
}

TEST_F(RunLoopTest, ARefusalEndsTheRunWithItsReason) {
  const std::string id =
      world_.Start("han.clerk", "회식", {{"verdict", "refuse"}, {"reason", "out_of_scope"}});
  world_.Work();
  EXPECT_EQ(world_.Get(id).state, RunState::kRejected);
  EXPECT_THAT(world_.Get(id).reason_ko, HasSubstr("도구로는 할 수 없는"));
}

TEST_F(RunLoopTest, ARefusalForAToolNamesTheRuleAndWhatLiftsIt) {
  const std::string id =
      world_.Start("han.clerk", "처방", {{"verdict", "refuse"}, {"reason", "not_permitted"}});
  world_.Work();
  const auto run = world_.Get(id);
  EXPECT_EQ(run.state, RunState::kRejected);
  EXPECT_THAT(run.reason_en, HasSubstr("[access.tool"));
  EXPECT_THAT(run.reason_en, HasSubstr("ask someone who may"));
  EXPECT_THAT(run.reason_ko, HasSubstr("[access.tool"));
  EXPECT_THAT(run.reason_ko, HasSubstr("권한이 있는 분께"));
}

TEST_F(RunLoopTest, AFailedStepSkipsWhatDependsOnItAndTheRestGoesOn) {
  world_.tools().On("law.search", [](const tools::ToolCall&, const tools::CallContext&) {
    return Failure("auth");
  });
  const std::string id = world_.Start(
      "kim.legal", "셋",
      W::Plan({W::Step("s1", "law.search", {{"query", "제한"}}),
               W::Step("s2", "law.delegation", {{"law", W::Ref("s1.items[0].law_id")}}),
               Article("s3")}));
  world_.Work();
  const auto run = world_.Get(id);
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_EQ(run.steps.at("s2").state, StepState::kSkipped);
  EXPECT_EQ(run.steps.at("s3").state, StepState::kSucceeded);
  EXPECT_THAT(run.answer, HasSubstr("고장입니다"));
  EXPECT_THAT(run.answer, HasSubstr("1단계가 이루어지지 않아"));
}

TEST_F(RunLoopTest, AResultAboveTheReadersClearanceIsNotEvenKept) {
  world_.tools().On("law.article", [](const tools::ToolCall&, const tools::CallContext&) {
    tools::ToolResult result = fakes::LeastResult("law.article");
    result.label.n2sf = policies::N2sf::kC;
    return result;
  });
  const std::string id = world_.Start("han.clerk", "조문", W::Plan({Article()}));
  world_.Work();
  const auto run = world_.Get(id);
  EXPECT_EQ(run.state, RunState::kRejected);
  EXPECT_THAT(run.reason_ko, HasSubstr("등급"));
  EXPECT_THAT(run.reason_ko, HasSubstr("[access.clearance] (해당 등급의 취급 인가를"));
  EXPECT_THAT(run.reason_en, HasSubstr("[access.clearance] (someone cleared for that grade"));
  EXPECT_EQ(run.steps.at("s1").error["rules"][0]["id"], "access.clearance");
  const auto journal = *world_.store().Journal(id, 0);
  for (const Event& event : journal) {
    EXPECT_THAT(base::DumpJson(event.body), testing::Not(HasSubstr("글 text"))) << event.type;
  }
}

TEST_F(RunLoopTest, WhatHasToBeKnownOfAnEffectIsToldAndTheEffectStands) {
  world_.tools().On("ticket.create", [](const tools::ToolCall&, const tools::CallContext&) {
    tools::ToolResult result = fakes::LeastResult("ticket.create");
    result.remark = tools::MakeToolError("partial", "it bears no key.", "키가 남지 않았습니다.");
    return result;
  });
  const std::string id = world_.Start("han.clerk", "요청 등록", W::Plan({Ticket()}));
  world_.Work();
  ASSERT_TRUE(world_.Decide(id, "seo.head", true).ok());
  world_.Work();
  const auto run = world_.Get(id);
  EXPECT_EQ(run.state, RunState::kCompleted);
  EXPECT_EQ(run.steps.at("s1").state, StepState::kSucceeded);
  EXPECT_EQ(run.steps.at("s1").error["code"], "partial");
  EXPECT_THAT(run.answer, HasSubstr("업무 요청을 등록했습니다."));
  EXPECT_THAT(run.answer, HasSubstr("키가 남지 않았습니다.\n"));
  world_.DecideAllAgain();
}

TEST_F(RunLoopTest, ARequesterWhoseAccountIsClosedGoesNoFurther) {
  const std::string id = world_.Start("han.clerk", "요청 등록", W::Plan({Ticket()}));
  world_.Work();
  PrincipalRecord han = *world_.store().GetPrincipal("han.clerk");
  han.active = false;
  ASSERT_TRUE(world_.store().PutPrincipal(han).ok());
  ASSERT_TRUE(world_.Decide(id, "seo.head", true).ok());
  world_.Work();
  EXPECT_EQ(world_.Get(id).state, RunState::kRejected);
  EXPECT_EQ(world_.tools().calls("ticket.create"), 0);
}

TEST_F(RunLoopTest, WhatDecisionsWereMadeFromIsRecordedWithThem) {
  const std::string id = world_.Start("han.clerk", "요청 등록", W::Plan({Ticket()}));
  world_.Work();
  ASSERT_TRUE(world_.Decide(id, "seo.head", true).ok());
  world_.Work();
  std::map<std::string, Json> bodies;
  const auto journal = *world_.store().Journal(id, 0);
  for (const Event& event : journal) bodies[event.type] = event.body;
  const Json& checked = bodies["plan.checked"]["facts"];
  EXPECT_EQ(checked["principal"]["id"], "han.clerk");
  EXPECT_EQ(checked["steps"][0]["approval_line"], "one");
  const Json& standing = bodies["approval.decided"]["standing"];
  EXPECT_EQ(standing["id"], "seo.head");
  EXPECT_THAT(standing["roles"], testing::Contains(Json("dept_head")));
  const Json& begun = bodies["effect.intent"]["facts"];
  EXPECT_EQ(begun["principal"], checked["principal"]);
  EXPECT_EQ(begun["approvers"], Json::array({standing}));
  EXPECT_EQ(begun["step"]["input"], bodies["effect.intent"]["label"]);
}

TEST_F(RunLoopTest, AFinishedRunVerifiesOffline) {
  const std::string id = world_.Start("han.clerk", "요청 등록", W::Plan({Ticket()}));
  world_.Work();
  ASSERT_TRUE(world_.Decide(id, "seo.head", true).ok());
  world_.Work();
  const auto verdict = world_.Verified(id);
  EXPECT_TRUE(verdict.ok) << verdict.reason_en;
  EXPECT_EQ(verdict.records, world_.Get(id).event_count);
}

}  // namespace
}  // namespace agents
