#include "tools/tool_executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model_core/base/log.h"
#include "policies/permit_office.h"
#include "tests/fakes/fake_tools.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/tool_call.h"

namespace tools {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

ToolError Error(const char* code) { return MakeToolError(code, "it broke", "고장"); }

class ToolExecutorTest : public testing::Test {
 protected:
  ToolExecutorTest() {
    auto given = std::make_unique<fakes::FakeTools>();
    tools_ = given.get();
    std::vector<std::unique_ptr<Connector>> connectors;
    connectors.push_back(std::move(given));
    registry_ = std::make_unique<ToolRegistry>(Catalogue::BuiltIn(), std::move(connectors));
    executor_ = std::make_unique<ToolExecutor>(
        *registry_, clock_, base::SystemRandom(),
        ExecutorOptions{absl::Seconds(20), 3, absl::Milliseconds(1)});
  }

  ToolOutcome Execute(const ToolCall& call, const std::function<bool()>& cancelled = {}) {
    return executor_->Execute(
        call,
        [&]() -> absl::StatusOr<policies::Permit> {
          return policies::PermitOffice::Issue(call.binding);
        },
        cancelled);
  }
  void Answer(const char* tool, ToolOutcome outcome) {
    tools_->On(tool, [outcome](const ToolCall&, const CallContext&) { return outcome; });
  }

  fakes::ManualClock clock_{absl::FromUnixSeconds(1'790'000'000)};
  fakes::FakeTools* tools_;
  std::unique_ptr<ToolRegistry> registry_;
  std::unique_ptr<ToolExecutor> executor_;
};

TEST_F(ToolExecutorTest, RepeatsAReadWhileItMayPass) {
  Answer("law.article", Error("timeout"));
  EXPECT_EQ(Execute(fakes::MakeCall("law.article", {})).error().code, "timeout");
  EXPECT_EQ(tools_->calls("law.article"), 3);
}

TEST_F(ToolExecutorTest, DoesNotRepeatWhatRepeatingCannotCure) {
  Answer("law.article", Error("auth"));
  EXPECT_EQ(Execute(fakes::MakeCall("law.article", {})).error().code, "auth");
  EXPECT_EQ(tools_->calls("law.article"), 1);
}

TEST_F(ToolExecutorTest, TriesAWriteOnceThoughNothingHappened) {
  Answer("ticket.create", Error("unreachable"));
  const ToolOutcome outcome = Execute(fakes::MakeCall("ticket.create", {}));
  EXPECT_FALSE(outcome.error().in_doubt);
  EXPECT_EQ(tools_->calls("ticket.create"), 1);
}

TEST_F(ToolExecutorTest, ALateOrUnreadableAnswerLeavesAWriteInDoubt) {
  Answer("ticket.create", Error("timeout"));
  EXPECT_TRUE(Execute(fakes::MakeCall("ticket.create", {})).error().in_doubt);
  Answer("ticket.create", fakes::ResultOf("ticket.create", {{"stranger", 1}}));
  EXPECT_TRUE(Execute(fakes::MakeCall("ticket.create", {})).error().in_doubt);
  Answer("law.article", fakes::ResultOf("law.article", {{"stranger", 1}}));
  EXPECT_FALSE(Execute(fakes::MakeCall("law.article", {})).error().in_doubt);
}

TEST_F(ToolExecutorTest, RepeatsAnIdempotentEffectThatIsInDoubt) {
  Answer("alarm.ack", Error("in_doubt"));
  EXPECT_TRUE(Execute(fakes::MakeCall("alarm.ack", {})).error().in_doubt);
  EXPECT_EQ(tools_->calls("alarm.ack"), 3);
}

TEST_F(ToolExecutorTest, ARepeatThatFailsDoesNotUndoADoubt) {
  int attempts = 0;
  tools_->On("order.propose", [&](const ToolCall&, const CallContext&) {
    return Error(++attempts == 1 ? "in_doubt" : "unreachable");
  });
  const ToolOutcome lost = Execute(fakes::MakeCall("order.propose", {}));
  EXPECT_EQ(attempts, 3);
  EXPECT_EQ(lost.error().code, "in_doubt");
  EXPECT_TRUE(lost.error().in_doubt) << "the first attempt may have made the draft";
}

TEST_F(ToolExecutorTest, StopsRepeatingWhenCancelled) {
  Answer("law.article", Error("timeout"));
  Execute(fakes::MakeCall("law.article", {}), [] { return true; });
  EXPECT_EQ(tools_->calls("law.article"), 1);
}

TEST_F(ToolExecutorTest, CallsNothingWithoutAPermit) {
  const ToolCall call = fakes::MakeCall("law.article", {});
  const ToolOutcome outcome = executor_->Execute(
      call, []() -> absl::StatusOr<policies::Permit> { return absl::PermissionDeniedError("no"); },
      {});
  EXPECT_EQ(outcome.error().code, "forbidden");
  EXPECT_EQ(tools_->calls("law.article"), 0);
}

TEST_F(ToolExecutorTest, AResultIsNeverLabelledBelowItsTool) {
  ToolResult low = fakes::LeastResult("patient.summary");
  low.label = policies::UserLabel();
  Answer("patient.summary", low);
  const ToolOutcome outcome = Execute(fakes::MakeCall("patient.summary", {{"patient", "P-1027"}}));
  EXPECT_EQ(outcome.result().label.n2sf, policies::N2sf::kS);
  EXPECT_EQ(outcome.result().label.privacy, policies::Privacy::kSensitive);
}

TEST_F(ToolExecutorTest, AMilitaryGradeInTheRecordImpliesC) {
  ToolResult marked = fakes::LeastResult("supply.stock");
  marked.label.mil = policies::Mil::kRestricted;
  Answer("supply.stock", marked);
  EXPECT_EQ(Execute(fakes::MakeCall("supply.stock", {})).result().label.n2sf, policies::N2sf::kC);
}

TEST_F(ToolExecutorTest, RecordsAreAskedForAgainWhileTheErrorMayPass) {
  int asked = 0;
  const auto ask = [&](const char* code) {
    tools_->OnRecords("mail.send", [&asked, code](const base::Json&) -> RecordsFound {
      if (++asked < 3) return Error(code);
      return policies::NamedRecords{{"documents", "DOC-1", "", policies::UserLabel()}};
    });
    asked = 0;
    return executor_->Records("mail.send", {}, clock_.Now() + absl::Seconds(20));
  };
  EXPECT_EQ(std::get<policies::NamedRecords>(ask("timeout")).size(), 1u);
  EXPECT_EQ(std::get<ToolError>(ask("not_found")).code, "not_found");
  EXPECT_EQ(asked, 1) << "a repeat finds it no more";
  const auto none = executor_->Records("law.article", {}, clock_.Now() + absl::Seconds(20));
  EXPECT_TRUE(std::get<policies::NamedRecords>(none).empty());
}

TEST_F(ToolExecutorTest, ALookUpThatFailsLeavesTheEffectInDoubt) {
  tools_->OnLookUp("ticket.create",
                   [](const ToolCall&) -> std::optional<ToolOutcome> { return Error("auth"); });
  EXPECT_TRUE(executor_->Reconcile(fakes::MakeCall("ticket.create", {}), {})->error().in_doubt);
  tools_->OnLookUp("ticket.create", [](const ToolCall&) { return std::nullopt; });
  EXPECT_FALSE(executor_->Reconcile(fakes::MakeCall("ticket.create", {}), {}));
}

TEST_F(ToolExecutorTest, AToolThatNoConnectorGivesCannotBeReached) {
  ToolRegistry empty(Catalogue::BuiltIn(), {});
  ToolExecutor executor(empty, clock_, base::SystemRandom(), {});
  const ToolCall call = fakes::MakeCall("law.article", {});
  EXPECT_EQ(executor
                .Execute(call,
                         [&]() -> absl::StatusOr<policies::Permit> {
                           return policies::PermitOffice::Issue(call.binding);
                         },
                         {})
                .error()
                .code,
            "unreachable");
  EXPECT_TRUE(executor.Reconcile(call, {})->error().in_doubt);
}

TEST_F(ToolExecutorTest, TellsTheLogHowACallWentAndNothingOfItsArguments) {
  Answer("law.article", Error("timeout"));
  testing::internal::CaptureStderr();
  Execute(fakes::MakeCall("law.article", {{"law", "비밀 낱말"}}));
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, HasSubstr("info tool_call.started run_id="));
  EXPECT_THAT(log,
              ContainsRegex("info tool_call.finished run_id=[^ ]+ step=[^ ]+ tool=law.article "
                            "outcome=timeout attempts=3 milliseconds=[0-9.e-]+ in_doubt=false"));
  EXPECT_THAT(log, Not(HasSubstr("비밀")));
  EXPECT_THAT(log, Not(HasSubstr("tool_call.repeated"))) << "that is for level debug";
}

TEST_F(ToolExecutorTest, TellsTheLogOfACallThatIsForbiddenAndOfALookUp) {
  tools_->OnLookUp("ticket.create", [](const ToolCall&) { return std::nullopt; });
  testing::internal::CaptureStderr();
  executor_->Execute(
      fakes::MakeCall("law.article", {}),
      []() -> absl::StatusOr<policies::Permit> { return absl::PermissionDeniedError("no"); }, {});
  executor_->Reconcile(fakes::MakeCall("ticket.create", {}), {});
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, ContainsRegex("warning tool_call.forbidden run_id=[^ ]+ step=[^ ]+ "
                                 "tool=law.article outcome=forbidden"));
  EXPECT_THAT(log, Not(HasSubstr("tool_call.finished")));
  EXPECT_THAT(log, ContainsRegex("info tool_call.looked_up .* tool=ticket.create outcome=not_done "
                                 "attempts=1"));
}

TEST_F(ToolExecutorTest, TellsOfEachRepeatAtLevelDebug) {
  Answer("law.article", Error("timeout"));
  base::StartLog(base::LogFormat::kText, base::LogLevel::kDebug);
  testing::internal::CaptureStderr();
  Execute(fakes::MakeCall("law.article", {}));
  const std::string log = testing::internal::GetCapturedStderr();
  base::StartLog(base::LogFormat::kText, base::LogLevel::kInfo);
  EXPECT_THAT(log, HasSubstr("tool=law.article outcome=timeout attempt=1 again_in_milliseconds="));
  EXPECT_THAT(log, HasSubstr("attempt=2 again_in_milliseconds="));
}

TEST(SpendDeathTest, APermitForAnotherCallIsABug) {
  const ToolCall call = fakes::MakeCall("law.article", {{"jo", "1"}}),
                 other = fakes::MakeCall("law.article", {{"jo", "2"}});
  EXPECT_DEATH(Spend(policies::PermitOffice::Issue(other.binding), call),
               "the permit is for another call");
}

TEST(ToolError, IsReadableWhateverThePeerSaid) {
  const ToolError error = MakeToolError("unreachable", "got 'R\xFF'", "응답 'R\xFF\xB0'");
  EXPECT_EQ(error.message_en, "got 'R\uFFFD'");
  EXPECT_EQ(error.message_ko, "응답 'R\uFFFD\uFFFD'");
}

// Its health is no UTF-8.
class NoisyConnector : public fakes::FakeTools {
 public:
  Health Check(absl::Time) override { return {State::kDown, "got \xFF", "응답 \xFF"}; }
};

TEST(ToolRegistry, GivesHealthThatIsReadable) {
  std::vector<std::unique_ptr<Connector>> connectors;
  connectors.push_back(std::make_unique<NoisyConnector>());
  ToolRegistry registry(Catalogue::BuiltIn(), std::move(connectors));
  registry.Refresh(absl::Now() + absl::Seconds(1));
  EXPECT_EQ(registry.Status().at(0).health.detail_en, "got \uFFFD");
  EXPECT_EQ(registry.Status().at(0).health.detail_ko, "응답 \uFFFD");
}

class DownConnector : public fakes::FakeTools {
 public:
  Health Check(absl::Time) override { return {State::kDown, "no route", "연결 없음"}; }
};

TEST(ToolRegistry, OffersOnlyWhatIsUp) {
  std::vector<std::unique_ptr<Connector>> connectors;
  connectors.push_back(std::make_unique<DownConnector>());
  ToolRegistry down(Catalogue::BuiltIn(), std::move(connectors));
  EXPECT_TRUE(down.Offered().empty());
  down.Refresh(absl::Now() + absl::Seconds(1));
  EXPECT_TRUE(down.Offered().empty());
  EXPECT_EQ(down.Status().at(0).health.detail_en, "no route");
  EXPECT_NE(down.Find("law.article"), nullptr);
  connectors.clear();
  connectors.push_back(std::make_unique<fakes::FakeTools>());
  ToolRegistry up(Catalogue::BuiltIn(), std::move(connectors));
  EXPECT_TRUE(up.Offered().empty());  // nobody has asked yet
  up.Refresh(absl::Now() + absl::Seconds(1));
  EXPECT_EQ(up.Offered().size(), Catalogue::BuiltIn().tools().size());
}

}  // namespace
}  // namespace tools
