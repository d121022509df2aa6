// What the log has of a run: each plan, call and refusal by its figures, and nothing of what was
// asked, said or found.
#include "model_core/base/log.h"
#include "tests/contract/run_world.h"

namespace agents {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using W = RunWorld;

// Forbids every call.
class ForbiddingAuthorizer : public policies::Authorizer {
 public:
  explicit ForbiddingAuthorizer(policies::Authorizer& real) : real_(real) {}

  absl::StatusOr<policies::PlanDecision> CheckPlan(
      const policies::PlanFacts& plan, const std::vector<policies::Principal>& people) override {
    return real_.CheckPlan(plan, people);
  }
  absl::StatusOr<std::variant<policies::Permit, policies::StepDecision>> AuthorizeCall(
      const policies::PlanFacts&, const policies::StepFacts& step, const policies::CallBinding&,
      const std::vector<policies::ApprovalFact>&, bool) override {
    policies::StepDecision denial;
    denial.step_id = step.step_id;
    denial.tool = step.tool;
    denial.rules = {{"test.rule", "안 됩니다", "no", "", ""}};
    return denial;
  }
  const std::string& policy_version() const override { return real_.policy_version(); }

 private:
  policies::Authorizer& real_;
};

class RunLogTest : public testing::Test {
 protected:
  std::string Start() {
    return world_.Start(
        "kim.legal", "비밀 낱말 보여줘",
        W::Plan({W::Step("s1", "law.article", {{"law", "비밀 낱말"}, {"jo", "26"}})}));
  }
  // What is logged while `loop` advances the one run.
  static std::string LogOf(RunLoop& loop, base::LogLevel level) {
    base::StartLog(base::LogFormat::kText, level);
    testing::internal::CaptureStderr();
    EXPECT_TRUE(loop.Advance("worker-7", [] { return false; }).ok());
    base::StartLog(base::LogFormat::kText, base::LogLevel::kInfo);
    return testing::internal::GetCapturedStderr();
  }

  RunWorld world_;
};

TEST_F(RunLogTest, HasEachPlanAndCallByItsFigures) {
  const std::string id = Start();
  const std::string log = LogOf(world_.loop(), base::LogLevel::kInfo);
  EXPECT_THAT(log, ContainsRegex(StrCat("info plan.decided run_id=", id,
                                        " verdict=plan steps=1 milliseconds=[0-9.e-]+ "
                                        "prompt_tokens=0 tokens=0 forced_tokens=0")));
  EXPECT_THAT(log, HasSubstr(StrCat("info tool_call.started run_id=", id, " step=s1")));
  EXPECT_THAT(log, HasSubstr(StrCat("info tool_call.finished run_id=", id,
                                    " step=s1 tool=law.article outcome=ok attempts=1")));
  EXPECT_THAT(log, HasSubstr(StrCat("info run.ended run_id=", id, " state=completed")));
  EXPECT_THAT(log, Not(HasSubstr("비밀")));
  EXPECT_THAT(log, Not(HasSubstr("run.lease_taken"))) << "that is for level debug";
}

TEST_F(RunLogTest, HasACallThatIsForbiddenBeforeItIsMade) {
  const std::string id = Start();
  ForbiddingAuthorizer authorizer(world_.authorizer());
  const auto loop = world_.Loop(world_.store(), authorizer);
  const std::string log = LogOf(*loop, base::LogLevel::kInfo);
  EXPECT_THAT(log, HasSubstr(StrCat("warning tool_call.forbidden run_id=", id,
                                    " step=s1 tool=law.article rules=[\"test.rule\"]")));
  EXPECT_THAT(log, Not(HasSubstr("tool_call.started")));
  EXPECT_THAT(log, Not(HasSubstr("비밀")));
}

TEST_F(RunLogTest, HasAtLevelDebugWhoTookTheRun) {
  const std::string id = Start();
  EXPECT_THAT(LogOf(world_.loop(), base::LogLevel::kDebug),
              HasSubstr(StrCat("debug run.lease_taken run_id=", id, " worker=worker-7")));
}

}  // namespace
}  // namespace agents
