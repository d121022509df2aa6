// How a run goes: plan, policy, people, steps, answer, over the real store and policies.
#include <thread>

#include "tests/contract/run_world.h"

namespace agents {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using W = RunWorld;

constexpr char kFound[] = "개인정보 보호법";

Json Article(const char* id = "s1") {
  return W::Step(id, "law.article", {{"law", kFound}, {"jo", "26"}});
}
Json Ticket(const char* id = "s1") {
  return W::Step(id, "ticket.create", {{"title", "서식 갱신"}, {"queue", "it"}});
}
tools::ToolOutcome Failure(const char* code) {
  return tools::MakeToolError(code, "it broke", "고장입니다");
}

class RunLoopTest : public testing::Test {
 protected:
  void TearDown() override {
    if (decided_by_policy_) world_.DecideAllAgain();
  }

  RunWorld world_;
  bool decided_by_policy_ = true;
};

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
  EXPECT_EQ(run.reason_ko, "조문 조회에 필요한 법령 이름을 알려 주세요.");
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

// Permits each call once, and denies it when it is asked again.
class ChangingAuthorizer : public policies::Authorizer {
 public:
  explicit ChangingAuthorizer(policies::Authorizer& real) : real_(real) {}

  absl::StatusOr<policies::PlanDecision> CheckPlan(
      const policies::PlanFacts& plan, const std::vector<policies::Principal>& people) override {
    return real_.CheckPlan(plan, people);
  }
  absl::StatusOr<std::variant<policies::Permit, policies::StepDecision>> AuthorizeCall(
      const policies::PlanFacts& plan, const policies::StepFacts& step,
      const policies::CallBinding& binding, const std::vector<policies::ApprovalFact>& approvals,
      bool confirmed) override {
    if (++asked_ == 1) return real_.AuthorizeCall(plan, step, binding, approvals, confirmed);
    policies::StepDecision denial{step.step_id, step.tool, false, {}, {}, {}, {}};
    denial.rules = {{"test.rule", "바뀌었습니다", "it has changed", "기다리세요", "wait"}};
    return denial;
  }
  const std::string& policy_version() const override { return real_.policy_version(); }

 private:
  policies::Authorizer& real_;
  std::atomic<int> asked_{0};
};

TEST_F(RunLoopTest, ADenialAtTheLastMomentNamesItsRuleInBothLanguagesAndWhatLiftsIt) {
  ChangingAuthorizer authorizer(world_.authorizer());
  decided_by_policy_ = false;
  const auto loop = world_.Loop(world_.store(), authorizer);
  const std::string id = world_.Start("kim.legal", "26조", W::Plan({Article()}));
  ASSERT_TRUE(loop->Advance("worker", [] { return false; }).ok());
  const auto run = world_.Get(id);
  EXPECT_EQ(run.state, RunState::kRejected);
  EXPECT_EQ(world_.tools().calls("law.article"), 0);
  EXPECT_THAT(run.reason_en, HasSubstr("it has changed [test.rule] (wait)"));
  EXPECT_THAT(run.reason_ko, HasSubstr("바뀌었습니다 [test.rule] (기다리세요)"));
  const Json& error = run.steps.at("s1").error;
  EXPECT_EQ(error["code"], "forbidden");
  EXPECT_EQ(error["rules"][0]["id"], "test.rule");
}

TEST_F(RunLoopTest, ADeniedPlanNamesTheRuleAndCallsNothing) {
  const std::string id = world_.Start(
      "han.clerk", "명세", W::Plan({Article(), W::Step("s2", "supply.stock", {{"item", "필터"}})}));
  world_.Work();
  const auto run = world_.Get(id);
  EXPECT_EQ(run.state, RunState::kRejected);
  EXPECT_THAT(run.reason_en, HasSubstr("[access."));
  EXPECT_EQ(world_.tools().calls("law.article"), 0);
}

TEST_F(RunLoopTest, OneApprovalIsAwaitedAndThenTheCallIsMade) {
  const std::string id = world_.Start("han.clerk", "요청 등록", W::Plan({Ticket()}));
  world_.Work();
  EXPECT_EQ(world_.Get(id).state, RunState::kApprovalRequired);
  EXPECT_EQ(world_.tools().calls("ticket.create"), 0);
  EXPECT_TRUE(absl::IsPermissionDenied(world_.Decide(id, "han.clerk", true)));
  EXPECT_TRUE(absl::IsPermissionDenied(world_.Decide(id, "kim.legal", true)));
  const Approval approval = world_.Pending(id);
  EXPECT_EQ(approval.shown["arguments"]["title"], "서식 갱신");
  EXPECT_TRUE(absl::IsFailedPrecondition(
      world_.loop().Decide(approval.id, "seo.head", true, "", "another hash")));
  ASSERT_TRUE(world_.Decide(id, "seo.head", true).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(
      world_.loop().Decide(approval.id, "seo.head", true, "", approval.call_hash)));
  world_.Work();
  const auto run = world_.Get(id);
  EXPECT_EQ(run.state, RunState::kCompleted) << run.reason_en;
  EXPECT_EQ(world_.tools().calls("ticket.create"), 1);
  EXPECT_THAT(run.answer, HasSubstr("업무 요청을 등록했습니다."));
  EXPECT_THAT(run.answer, HasSubstr("승인: seo.head"));
}

TEST_F(RunLoopTest, ARejectionNeedsAReasonAndStopsOnlyWhatItRejects) {
  const std::string id =
      world_.Start("han.clerk", "요청과 조문", W::Plan({Article(), Ticket("s2")}));
  world_.Work();
  EXPECT_TRUE(absl::IsInvalidArgument(world_.Decide(id, "seo.head", false, " ")));
  ASSERT_TRUE(world_.Decide(id, "seo.head", false, "중복 요청").ok());
  world_.Work();
  const auto run = world_.Get(id);
  EXPECT_EQ(run.state, RunState::kRejected);
  EXPECT_THAT(run.reason_ko, HasSubstr("반려했습니다. 사유: 중복 요청"));
  EXPECT_EQ(world_.tools().calls("ticket.create"), 0);
  EXPECT_EQ(world_.tools().calls("law.article"), 1);
  EXPECT_THAT(run.answer, HasSubstr("승인되지 않아 하지 않았습니다."));
  EXPECT_THAT(run.answer, HasSubstr("[1]"));
}

TEST_F(RunLoopTest, TwoApprovalsComeFromTwoPeopleOfTwoUnits) {
  const std::string id = world_.Start(
      "kang.supply", "상신",
      W::Plan({W::Step("s1", "supply.requisition.submit", {{"requisition", "REQ-310"}})}));
  world_.Work();
  ASSERT_EQ(world_.Get(id).state, RunState::kApprovalRequired) << world_.Get(id).reason_en;
  ASSERT_TRUE(world_.Decide(id, "yoon.depot", true).ok());
  world_.Work();
  EXPECT_EQ(world_.Get(id).state, RunState::kApprovalRequired);
  EXPECT_TRUE(absl::IsPermissionDenied(world_.Decide(id, "yoon.depot", true)));
  EXPECT_EQ(world_.tools().calls("supply.requisition.submit"), 0);
  ASSERT_TRUE(world_.Decide(id, "seo.head", true).ok());
  world_.Work();
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted) << world_.Get(id).reason_en;
  EXPECT_EQ(world_.tools().calls("supply.requisition.submit"), 1);
}

TEST_F(RunLoopTest, ALicenceHolderSignsEvenForHerself) {
  const std::string id = world_.Start(
      "lee.doctor", "서명",
      W::Plan(
          {W::Step("s1", "patient.summary", {{"patient", "P-1027"}, {"section", "allergies"}}),
           W::Step("s2", "order.sign", {{"order", "ORD-5512"}, {"override", "no_alternative"}})}));
  world_.Work();
  ASSERT_EQ(world_.Get(id).state, RunState::kApprovalRequired) << world_.Get(id).reason_en;
  EXPECT_EQ(world_.tools().calls("patient.summary"), 1);  // the signer sees what comes before
  EXPECT_TRUE(absl::IsPermissionDenied(world_.Decide(id, "park.nurse", true)));
  std::string signer;
  world_.tools().On("order.sign", [&](const tools::ToolCall& call, const tools::CallContext&) {
    signer = call.signer;
    return fakes::LeastResult("order.sign");
  });
  ASSERT_TRUE(world_.Decide(id, "lee.doctor", true).ok());
  world_.Work();
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted);
  EXPECT_EQ(signer, "lee.doctor");
}

TEST_F(RunLoopTest, AnApprovalThatNeedsAReasonIsNotTakenWithoutOne) {
  const std::string id = world_.Start(
      "choi.operator", "설정값",
      W::Plan(
          {W::Step("s1", "setpoint.write", {{"tag", "TIC-205"}, {"value", 75}, {"unit", "도"}})}));
  world_.Work();
  ASSERT_EQ(world_.Get(id).state, RunState::kApprovalRequired) << world_.Get(id).reason_en;
  EXPECT_TRUE(absl::IsInvalidArgument(world_.Decide(id, "jung.shift", true, "")));
  ASSERT_TRUE(world_.Decide(id, "jung.shift", true, "승온 필요").ok());
  ASSERT_TRUE(world_.Decide(id, "bae.process", true, "공정 조건 확인").ok());
  world_.Work();
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted) << world_.Get(id).reason_en;
  EXPECT_THAT(world_.Get(id).answer, HasSubstr("(사유: 승온 필요)"));
}

TEST_F(RunLoopTest, AConditionWaitsForTheRequestersOwnWord) {
  const auto start = [&] {
    const std::string text = "재고를 보고 이상 없으면 청구서 초안을 만들어줘";
    const std::string id = world_.Start(
        "kang.supply", text,
        W::Plan({W::Step("s1", "supply.stock", {{"item", "필터"}}),
                 W::Step("s2", "supply.requisition.draft",
                         {{"items", {"필터"}}, {"quantities", {3}}, {"unit", "제3보급대"}})}));
    world_.Work();
    return id;
  };
  std::string id = start();
  ASSERT_EQ(world_.Get(id).state, RunState::kInputRequired) << world_.Get(id).reason_en;
  EXPECT_EQ(world_.tools().calls("supply.stock"), 1);
  EXPECT_TRUE(absl::IsInvalidArgument(world_.loop().Reply(id, "kang.supply", "글쎄요", "")));
  ASSERT_TRUE(world_.loop().Reply(id, "kang.supply", "네, 진행해 주세요.", "").ok());
  world_.Work();
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted) << world_.Get(id).reason_en;
  EXPECT_EQ(world_.tools().calls("supply.requisition.draft"), 1);
  id = start();
  ASSERT_TRUE(world_.loop().Confirm(id, "kang.supply", world_.Pending(id).id, false).ok());
  world_.Work();
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted);
  EXPECT_EQ(world_.tools().calls("supply.requisition.draft"), 1);
  EXPECT_THAT(world_.Get(id).answer, HasSubstr("확인하지 않으셔서"));
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

TEST_F(RunLoopTest, ACanceledRunThatWaitsEndsAndItsApprovalIsVoid) {
  const std::string id = world_.Start("han.clerk", "요청 등록", W::Plan({Ticket()}));
  world_.Work();
  const Approval approval = world_.Pending(id);
  const absl::Status others = world_.loop().Cancel(id, "kim.legal");
  EXPECT_EQ(others, NoRun(id)) << "as one that does not exist";
  EXPECT_EQ(world_.loop().Cancel("none", "kim.legal"), NoRun("none"));
  EXPECT_EQ(world_.loop().Reply("none", "kim.legal", "예", ""), NoRun("none"));
  EXPECT_NE(base::Message(others, base::Language::kKorean).find("없습니다"), std::string::npos);
  ASSERT_TRUE(world_.loop().Cancel(id, "han.clerk").ok());
  world_.Work();
  EXPECT_EQ(world_.Get(id).state, RunState::kCanceled);
  EXPECT_EQ(world_.store().GetApproval(approval.id)->state, "void");
  EXPECT_TRUE(absl::IsFailedPrecondition(
      world_.loop().Decide(approval.id, "seo.head", true, "", approval.call_hash)));
  EXPECT_TRUE(absl::IsFailedPrecondition(world_.loop().Cancel(id, "han.clerk")));
}

TEST_F(RunLoopTest, ACancellationReachesAReadThatIsOnItsWay) {
  std::atomic<bool> begun{false}, told{false};
  world_.tools().On("law.article", [&](const tools::ToolCall&, const tools::CallContext& context) {
    begun = true;
    for (int i = 0; i < 1500 && !told; ++i) {
      told = context.cancelled();
      absl::SleepFor(absl::Milliseconds(10));
    }
    return Failure("timeout");
  });
  const std::string id = world_.Start("kim.legal", "26조", W::Plan({Article()}));
  std::thread worker([&] { world_.Work(); });
  while (!begun) absl::SleepFor(absl::Milliseconds(5));
  EXPECT_TRUE(world_.loop().Cancel(id, "kim.legal").ok());
  worker.join();
  EXPECT_TRUE(told);
  EXPECT_EQ(world_.Get(id).state, RunState::kCanceled);
}

TEST_F(RunLoopTest, AnEffectThatWasBegunIsFinishedAndJournalledThoughTheRunIsCanceled) {
  std::atomic<bool> begun{false}, go{false};
  world_.tools().On("ticket.create",
                    [&](const tools::ToolCall&, const tools::CallContext& context) {
                      begun = true;
                      while (!go) absl::SleepFor(absl::Milliseconds(5));
                      EXPECT_FALSE(context.cancelled && context.cancelled());
                      return fakes::LeastResult("ticket.create");
                    });
  const std::string id = world_.Start("han.clerk", "요청 등록", W::Plan({Ticket()}));
  world_.Work();
  ASSERT_TRUE(world_.Decide(id, "seo.head", true).ok());
  std::thread worker([&] { world_.Work(); });
  while (!begun) absl::SleepFor(absl::Milliseconds(5));
  EXPECT_TRUE(world_.loop().Cancel(id, "han.clerk").ok());
  absl::SleepFor(
      absl::Milliseconds(450));  // the cancellation is noticed while the call is on its way
  go = true;
  worker.join();
  const auto run = world_.Get(id);
  EXPECT_EQ(run.state, RunState::kCanceled);
  EXPECT_EQ(run.steps.at("s1").state, StepState::kSucceeded);
  EXPECT_THAT(run.answer, HasSubstr("업무 요청을 등록했습니다."));
}

TEST_F(RunLoopTest, AStoppingWorkerFinishesWhatIsOnItsWayAndLeavesTheRest) {
  std::atomic<bool> stopping{false};
  world_.tools().On("law.search", [&](const tools::ToolCall&, const tools::CallContext&) {
    stopping = true;
    return fakes::LeastResult("law.search");
  });
  const std::string id = world_.Start(
      "kim.legal", "위임",
      W::Plan({W::Step("s1", "law.search", {{"query", "제한"}}),
               W::Step("s2", "law.delegation", {{"law", W::Ref("s1.items[0].law_id")}})}));
  ASSERT_TRUE(world_.loop().Advance("worker", [&] { return stopping.load(); }).ok());
  EXPECT_EQ(world_.Get(id).steps.at("s1").state, StepState::kSucceeded);
  EXPECT_EQ(world_.Get(id).steps.at("s2").state, StepState::kPending);
  world_.Work();
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted);
  EXPECT_EQ(world_.tools().calls("law.search"), 1);
}

TEST_F(RunLoopTest, ACancellationReachesThePlanner) {
  world_.planner().HoldNext(absl::CancelledError("cancelled"));
  const std::string id = world_.Start("kim.legal", "26조", W::Plan({Article()}));
  const absl::Time began = absl::Now();
  std::thread worker([&] { world_.Work(); });
  while (!world_.planner().holding()) absl::SleepFor(absl::Milliseconds(5));
  EXPECT_TRUE(world_.loop().Cancel(id, "kim.legal").ok());
  worker.join();
  EXPECT_LT(absl::Now() - began, absl::Seconds(4));  // the planner was told
  EXPECT_EQ(world_.Get(id).state, RunState::kCanceled);
}

// Whose requests are planned one at a time, so that one worker is left for others.
class PlanTurnsTest : public testing::Test {
 protected:
  static RunLoopOptions OnePlanEach() {
    RunLoopOptions options = QuickOptions();
    options.plans_each_max = 1;
    return options;
  }

  // A request of kim.legal's that is being planned until LetGo.
  void Hold() {
    world_.planner().HoldNext(absl::OkStatus());
    held_ = world_.Start("kim.legal", "26조", W::Plan({Article()}));
    worker_ = std::thread([&] { EXPECT_TRUE(Advance()); });
    while (!world_.planner().holding()) absl::SleepFor(absl::Milliseconds(5));
  }
  void LetGo() {
    EXPECT_TRUE(world_.loop().Cancel(held_, "kim.legal").ok());
    worker_.join();
    absl::SleepFor(absl::Milliseconds(150));  // a run that had no turn is looked at again
    world_.Work();
  }
  bool Advance() {
    return *world_.loop().Advance("other", [] { return false; });
  }

  RunWorld world_{OnePlanEach()};
  std::string held_;
  std::thread worker_;
};

TEST_F(PlanTurnsTest, AnothersRequestIsPlannedBeforeTheSamePersonsNext) {
  Hold();
  const std::string next = world_.Start("kim.legal", "27조", W::Plan({Article()}));
  const std::string other = world_.Start("han.clerk", "티켓", W::Plan({Ticket()}));
  EXPECT_TRUE(Advance());
  EXPECT_FALSE(Advance());
  EXPECT_THAT(world_.EventTypes(other), testing::Contains("plan.made"));
  EXPECT_THAT(world_.EventTypes(next), ElementsAre("run.created"));
  LetGo();
  EXPECT_EQ(world_.Get(next).state, RunState::kCompleted) << world_.Get(next).reason_en;
}

TEST_F(PlanTurnsTest, AReplyIsPlannedWhenThePersonsOtherPlanIsMade) {
  const std::string id =
      world_.Start("kim.legal", "제38조", {{"verdict", "ask"}, {"missing", {"law.article.law"}}});
  world_.planner().Teach("제38조\n의료법", W::Plan({Article()}));
  world_.Work();
  Hold();
  ASSERT_TRUE(world_.loop().Reply(id, "kim.legal", "의료법", "").ok());
  EXPECT_TRUE(Advance());  // claimed, and left for later
  EXPECT_EQ(world_.EventTypes(id).back(), "run.replied");
  LetGo();
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted) << world_.Get(id).reason_en;
}

// A store whose journal does not answer as long as it is told so.
class HangingStore : public fakes::FaultyStore {
 public:
  using FaultyStore::FaultyStore;
  absl::StatusOr<std::vector<Event>> Journal(const std::string& id, uint64_t from) override {
    while (hang) {
      asked = true;
      absl::SleepFor(absl::Milliseconds(5));
    }
    return FaultyStore::Journal(id, from);
  }
  std::atomic<bool> hang{false}, asked{false};
};

// The planner shares its model with all others: its thread must not wait for the store.
TEST_F(RunLoopTest, AStoreThatHangsDoesNotHoldThePlannerUp) {
  HangingStore store(world_.store());
  const auto loop = world_.Loop(store);
  world_.planner().HoldNext(absl::OkStatus());
  const std::string id = world_.Start("kim.legal", "26조", W::Plan({Article()}));
  std::atomic<bool> stopping{false};
  std::thread worker(
      [&] { EXPECT_TRUE(loop->Advance("worker", [&] { return stopping.load(); }).ok()); });
  while (!world_.planner().holding()) absl::SleepFor(absl::Milliseconds(5));
  store.hang = true;
  for (int i = 0; i < 400 && !store.asked; ++i) absl::SleepFor(absl::Milliseconds(5));
  EXPECT_TRUE(store.asked);
  stopping = true;
  absl::SleepFor(absl::Milliseconds(500));
  EXPECT_FALSE(world_.planner().holding());  // it was told, though the store still hangs
  store.hang = false;
  worker.join();
  EXPECT_THAT(world_.EventTypes(id), ElementsAre("run.created", "plan.made"));
}

// Advances one run with a worker that is told to stop as soon as `begun`.
void AdvanceAndStop(RunLoop& loop, const std::function<bool()>& begun) {
  std::atomic<bool> stopping{false};
  std::thread worker(
      [&] { EXPECT_TRUE(loop.Advance("worker", [&] { return stopping.load(); }).ok()); });
  for (int i = 0; i < 1000 && !begun(); ++i) absl::SleepFor(absl::Milliseconds(5));
  stopping = true;
  worker.join();
}

TEST_F(RunLoopTest, ARunThatIsBeingPlannedAtAStopIsPlannedAfterTheNextStart) {
  for (const auto& answer : {absl::CancelledError("cancelled"), absl::DeadlineExceededError("late"),
                             absl::InternalError("torn down")}) {
    world_.planner().HoldNext(answer);
    const std::string id = world_.Start("kim.legal", "26조", W::Plan({Article()}));
    const absl::Time began = absl::Now();
    AdvanceAndStop(world_.loop(), [&] { return world_.planner().holding(); });
    EXPECT_LT(absl::Now() - began, absl::Seconds(4)) << answer;  // the planner was told
    EXPECT_THAT(world_.EventTypes(id), ElementsAre("run.created")) << answer;
    world_.Work();
    EXPECT_EQ(world_.Get(id).state, RunState::kCompleted) << world_.Get(id).reason_en;
  }
}

TEST_F(RunLoopTest, APlanThatIsMadeAtAStopIsKept) {
  world_.planner().HoldNext(absl::OkStatus());
  const std::string id = world_.Start("kim.legal", "26조", W::Plan({Article()}));
  AdvanceAndStop(world_.loop(), [&] { return world_.planner().holding(); });
  EXPECT_THAT(world_.EventTypes(id), ElementsAre("run.created", "plan.made"));
  world_.Work();
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted) << world_.Get(id).reason_en;
}

TEST_F(RunLoopTest, AReadOnItsWayAtAStopIsGivenUpAndMadeAgainAfterTheNextStart) {
  std::atomic<bool> begun{false};
  world_.tools().On("law.article", [&](const tools::ToolCall&, const tools::CallContext& context) {
    if (begun.exchange(true)) return tools::ToolOutcome(fakes::LeastResult("law.article"));
    for (int i = 0; i < 1000 && !context.cancelled(); ++i) absl::SleepFor(absl::Milliseconds(10));
    return Failure("timeout");
  });
  const std::string id = world_.Start("kim.legal", "26조", W::Plan({Article()}));
  const absl::Time began = absl::Now();
  AdvanceAndStop(world_.loop(), [&] { return begun.load(); });
  EXPECT_LT(absl::Now() - began, absl::Seconds(8));  // the read was told
  EXPECT_EQ(world_.EventTypes(id).back(), "effect.intent");
  world_.Work();
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted) << world_.Get(id).reason_en;
  EXPECT_EQ(world_.Get(id).steps.at("s1").settled_by, "repeat");
  EXPECT_EQ(world_.tools().calls("law.article"), 2);
}

TEST_F(RunLoopTest, AnEffectOnItsWayAtAStopIsFinishedAndJournalled) {
  std::atomic<bool> begun{false};
  world_.tools().On("ticket.create",
                    [&](const tools::ToolCall&, const tools::CallContext& context) {
                      begun = true;
                      absl::SleepFor(absl::Milliseconds(300));
                      EXPECT_FALSE(context.cancelled && context.cancelled());
                      return fakes::LeastResult("ticket.create");
                    });
  const std::string id = world_.Start("han.clerk", "요청 등록", W::Plan({Ticket()}));
  world_.Work();
  ASSERT_TRUE(world_.Decide(id, "seo.head", true).ok());
  AdvanceAndStop(world_.loop(), [&] { return begun.load(); });
  EXPECT_EQ(world_.Get(id).steps.at("s1").state, StepState::kSucceeded);
  world_.Work();
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted) << world_.Get(id).reason_en;
  EXPECT_EQ(world_.tools().calls("ticket.create"), 1);
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
