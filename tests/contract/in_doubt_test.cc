// Effects whose answer was lost: looked up, asked about, never sent again by machine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/contract/recovery_world.h"

namespace agents {
namespace {

using testing::HasSubstr;

TEST_F(RecoveryTest, ALostAnswerIsLookedUpAndTheEffectIsNotRepeated) {
  outside_.Serve(world_.tools(), "ticket.create");
  world_.tools().On("ticket.create", [&](const tools::ToolCall&, const tools::CallContext&) {
    return LostAnswer();
  });
  const std::string id = StartFound();
  Finish(id);
  const auto run = world_.Get(id);
  EXPECT_EQ(run.state, RunState::kCompleted) << run.reason_en;
  EXPECT_EQ(run.steps.at("s1").settled_by, "reconcile");
  EXPECT_EQ(world_.tools().calls("ticket.create"), 1);
  EXPECT_THAT(run.answer, HasSubstr("외부 시스템에서 처리된 것을 확인했습니다."));
}

TEST_F(RecoveryTest, AnAnswerThatIsLostAtAStopIsLookedUpByTheNextWorker) {
  std::atomic<bool> stopping{false};
  world_.tools().On("ticket.create", [&](const tools::ToolCall&, const tools::CallContext&) {
    stopping = true;
    return LostAnswer();
  });
  const std::string id = StartFound();
  world_.Work();
  ApproveAll(id);
  ASSERT_TRUE(world_.loop().Advance("stopped", [&] { return stopping.load(); }).ok());
  EXPECT_EQ(world_.EventTypes(id).back(), "effect.intent");
  EXPECT_EQ(world_.tools().look_ups("ticket.create"), 0);
  Finish(id);
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted) << world_.Get(id).reason_en;
  EXPECT_EQ(world_.Get(id).steps.at("s1").settled_by, "reconcile");
  EXPECT_EQ(world_.tools().calls("ticket.create"), 1);
}

TEST_F(RecoveryTest, ALostCallIsMadeAgainOnAPersonsWordOnly) {
  const std::string id = StartDoubtful();
  EXPECT_EQ(world_.tools().calls("ticket.create"), 1);
  EXPECT_GE(world_.tools().look_ups("ticket.create"), 1);
  EXPECT_THAT(world_.Get(id).reason_en, HasSubstr("was it done?"));
  EXPECT_THAT(world_.Get(id).reason_en, HasSubstr("and not found; asked of dept_head"));
  EXPECT_THAT(world_.Get(id).reason_ko, HasSubstr("조회했으나 찾지 못했습니다"));
  EXPECT_EQ(world_.Pending(id).shown["request"], "요청");
  EXPECT_EQ(world_.Pending(id).shown["arguments"]["title"], "하나");
  EXPECT_TRUE(absl::IsInvalidArgument(world_.OnceMore(id, "seo.head", " ")));
  EXPECT_TRUE(absl::IsInvalidArgument(world_.Decide(id, "seo.head", true, "")));
  EXPECT_TRUE(absl::IsPermissionDenied(world_.OnceMore(id, "han.clerk")));
  world_.tools().On("ticket.create", [](const tools::ToolCall&, const tools::CallContext&) {
    return fakes::LeastResult("ticket.create");
  });
  ASSERT_TRUE(world_.OnceMore(id, "seo.head").ok());
  world_.Work();
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted) << world_.Get(id).reason_en;
  EXPECT_EQ(world_.tools().calls("ticket.create"), 2);
  EXPECT_EQ(world_.Get(id).steps.at("s1").settled_by, "call once more");
  EXPECT_THAT(world_.EventTypes(id), testing::Contains("effect.repeated").Times(1));
}

// Each word makes one call.
TEST_F(RecoveryTest, ACallThatIsLostOnceMoreIsAskedAboutAnew) {
  const std::string id = StartDoubtful();
  const std::string first = world_.Pending(id).id;
  ASSERT_TRUE(world_.OnceMore(id, "seo.head").ok());
  world_.Work();
  ASSERT_EQ(world_.Get(id).state, RunState::kInDoubt);
  EXPECT_NE(world_.Pending(id).id, first);
  EXPECT_EQ(world_.tools().calls("ticket.create"), 2);
  ASSERT_TRUE(world_.Decide(id, "seo.head", false, "대장에 없음").ok());
  world_.Work();
  EXPECT_EQ(world_.Get(id).state, RunState::kFailed);
  EXPECT_EQ(world_.tools().calls("ticket.create"), 2);
}

TEST_F(RecoveryTest, ACanceledRunDoesNothingOnceMore) {
  const std::string id = StartDoubtful();
  ASSERT_TRUE(world_.loop().Cancel(id, "han.clerk").ok());
  world_.Work();
  ASSERT_EQ(world_.Get(id).state, RunState::kInDoubt) << "it may have been done all the same";
  ASSERT_TRUE(world_.OnceMore(id, "seo.head").ok());
  world_.Work();
  EXPECT_EQ(world_.Get(id).state, RunState::kCanceled);
  EXPECT_EQ(world_.tools().calls("ticket.create"), 1);
}

TEST_F(RecoveryTest, OnlyAQuestionWhetherItHappenedIsAnsweredByOnceMore) {
  const std::string id = world_.Start(
      "han.clerk", "요청", W::Plan({W::Step("s1", "ticket.create", {{"title", "하나"}})}));
  world_.Work();
  EXPECT_TRUE(absl::IsInvalidArgument(world_.OnceMore(id, "seo.head")));
  EXPECT_EQ(world_.Pending(id).state, "pending");
}

// The outside system, or the way to it, is slower than the caller's patience.
class LateTest : public RecoveryTest {
 protected:
  LateTest() : RecoveryTest(PatientLookUps()) {
    world_.tools().On("ticket.create", [](const tools::ToolCall&, const tools::CallContext&) {
      return LostAnswer();
    });
    id_ = world_.Start("han.clerk", "요청",
                       W::Plan({W::Step("s1", "ticket.create", {{"title", "하나"}})}));
    world_.Work();
    ApproveAll(id_);
  }
  // Nothing is found but by the `times`th look-up and those after it.
  void FindAtLookUp(
      int times, const std::function<void()>& before = [] {}) {
    world_.tools().OnLookUp(
        "ticket.create",
        [this, times, before](const tools::ToolCall&) -> std::optional<tools::ToolOutcome> {
          before();
          if (world_.tools().look_ups("ticket.create") < times) return std::nullopt;
          return fakes::LeastResult("ticket.create");
        });
  }
  void ExpectDoneOnce() {
    EXPECT_EQ(world_.Get(id_).state, RunState::kCompleted) << world_.Get(id_).reason_en;
    EXPECT_EQ(world_.Get(id_).steps.at("s1").settled_by, "reconcile");
    EXPECT_EQ(world_.tools().calls("ticket.create"), 1);
  }

  std::string id_;

 private:
  static RunLoopOptions PatientLookUps() {
    RunLoopOptions options = ShortLeases();
    options.late_after = absl::Minutes(5);
    return options;
  }
};

TEST_F(LateTest, AnEffectThatComesLateIsFoundAndNotDoneTwice) {
  FindAtLookUp(4);
  world_.Work();
  ExpectDoneOnce();
  EXPECT_EQ(world_.tools().look_ups("ticket.create"), 4);
}

TEST_F(LateTest, ALookUpThatAStopCutsShortIsGoneOnWithByTheNextWorker) {
  std::atomic<bool> stopping{false};
  FindAtLookUp(2, [&] { stopping = true; });
  ASSERT_TRUE(world_.loop().Advance("stopped", [&] { return stopping.load(); }).ok());
  EXPECT_EQ(world_.EventTypes(id_).back(), "effect.intent");
  Finish(id_);
  ExpectDoneOnce();
}

TEST_F(LateTest, ACanceledRunLooksOnForWhatItBegan) {
  FindAtLookUp(3, [&] { world_.loop().Cancel(id_, "han.clerk").IgnoreError(); });
  Finish(id_);
  EXPECT_EQ(world_.Get(id_).state, RunState::kCanceled);
  EXPECT_EQ(world_.Get(id_).steps.at("s1").state, StepState::kSucceeded);
  EXPECT_EQ(world_.tools().calls("ticket.create"), 1);
}

TEST_F(RecoveryTest, WhenTheLookUpFailsPeopleAreAskedAndTheirWordSettlesIt) {
  world_.tools().On("ticket.create",
                    [](const tools::ToolCall&, const tools::CallContext&) { return LostAnswer(); });
  world_.tools().OnLookUp(
      "ticket.create",
      [](const tools::ToolCall&) -> std::optional<tools::ToolOutcome> { return LostAnswer(); });
  for (const bool happened : {true, false}) {
    const std::string id = world_.Start(
        "han.clerk", "요청", W::Plan({W::Step("s1", "ticket.create", {{"title", "하나"}})}));
    world_.Work();
    ApproveAll(id);
    world_.Work();
    const auto doubtful = world_.Get(id);
    ASSERT_EQ(doubtful.state, RunState::kInDoubt);
    EXPECT_TRUE(
        std::any_of(doubtful.approvals.begin(), doubtful.approvals.end(), [](const auto& entry) {
          return base::StringOr(entry.second.shown, "why_ko", "")
              .ends_with("응답을 받지 못했습니다");
        }));
    const int calls = world_.tools().calls("ticket.create");
    ASSERT_TRUE(world_.Decide(id, "seo.head", happened, "대장에서 확인").ok());
    world_.Work();
    const auto run = world_.Get(id);
    EXPECT_EQ(run.state, happened ? RunState::kCompleted : RunState::kFailed);
    EXPECT_EQ(world_.tools().calls("ticket.create"), calls);  // nobody's word makes a call
    EXPECT_THAT(run.answer + run.reason_ko,
                HasSubstr(happened ? "담당자(seo.head)가 확인" : "처리되지 않았음을 확인"));
  }
}

TEST_F(RecoveryTest, AnUnreadableAnswerOfAnEffectIsNoFailure) {
  world_.tools().On("ticket.create", [](const tools::ToolCall&, const tools::CallContext&) {
    return fakes::ResultOf("ticket.create", {{"unheard_of", 1}});
  });
  const std::string id = StartFound();
  Finish(id);
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted);
  EXPECT_EQ(world_.tools().calls("ticket.create"), 1);
}

TEST_F(RecoveryTest, AManualEffectIsNeverRepeatedByMachine) {
  const std::string id =
      world_.Start("choi.operator", "설정값",
                   W::Plan({W::Step("s1", "setpoint.write", {{"tag", "TIC-205"}, {"value", 75}})}));
  world_.Work();
  ASSERT_TRUE(world_.Decide(id, "jung.shift", true, "승온").ok());
  ASSERT_TRUE(world_.Decide(id, "bae.process", true, "승온").ok());
  bool died = false;
  fakes::FaultyStore mortal(world_.store());
  mortal.DieAfterAppends(1, false);
  world_.Loop(mortal)->Advance("mortal", [&] { return mortal.dead(); }).IgnoreError();
  died = mortal.dead();
  ASSERT_TRUE(died);
  for (int i = 0; i < 100 && world_.Get(id).state != RunState::kInDoubt; ++i) {
    world_.Work();
    absl::SleepFor(absl::Milliseconds(20));
  }
  ASSERT_EQ(world_.Get(id).state, RunState::kInDoubt);
  EXPECT_THAT(world_.Get(id).reason_ko, HasSubstr("처리되었는지 확인이 필요합니다"));
  EXPECT_TRUE(absl::IsPermissionDenied(world_.Decide(id, "choi.operator", true)));
  ASSERT_TRUE(world_.Decide(id, "jung.shift", true, "현장 확인").ok());
  world_.Work();
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted);
  EXPECT_EQ(world_.tools().calls("setpoint.write"), 1);
}

TEST_F(RecoveryTest, ADraftWhoseAnswerIsLostIsToldAsOneThatMayExist) {
  world_.tools().On("doc.generate_hwpx",
                    [](const tools::ToolCall&, const tools::CallContext&) { return LostAnswer(); });
  const std::string id = world_.Start(
      "han.clerk", "공문",
      W::Plan(
          {W::Step("s1", "law.article", {{"law", "민법"}, {"jo", "1"}}),
           W::Step("s2", "doc.generate_hwpx", {{"kind", "letter"}, {"subject", "서식 갱신"}})}));
  Finish(id);
  const auto run = world_.Get(id);
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_EQ(world_.tools().calls("doc.generate_hwpx"), 3) << "it is repeated with its key";
  EXPECT_EQ(run.steps.at("s2").error["code"], "in_doubt");
  EXPECT_THAT(run.reason_en, HasSubstr(StrCat("a draft may exist: look for key '", id, "/s2'")));
  EXPECT_THAT(run.reason_ko, HasSubstr("초안이 이미 만들어졌을 수 있습니다"));
  EXPECT_THAT(run.answer, HasSubstr("처리되었는지 알 수 없습니다."));
}

}  // namespace
}  // namespace agents
