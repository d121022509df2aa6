// What policy and people say of a run: denials, approvals, rejections, conditions.
#include "tests/contract/run_loop_fixture.h"

namespace agents {
namespace {

using testing::HasSubstr;

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
  const absl::Status other = world_.Decide(id, "kim.legal", true);
  EXPECT_TRUE(absl::IsPermissionDenied(other));
  const Approval approval = world_.Pending(id);
  EXPECT_THAT(base::Message(other, base::Language::kKorean),
              HasSubstr(base::StrCat("kim.legal은 승인 ", approval.id, "에 답할 수 없습니다")));
  EXPECT_EQ(approval.shown["arguments"]["title"], "서식 갱신");
  const absl::Status unseen =
      world_.loop().Decide(approval.id, "seo.head", true, "", "another hash");
  EXPECT_TRUE(absl::IsFailedPrecondition(unseen));
  for (const std::string& part : {approval.id, approval.call_hash, std::string("another hash")})
    EXPECT_THAT(base::Message(unseen, base::Language::kKorean), HasSubstr(part));
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

}  // namespace
}  // namespace agents
