// What a run survives: its worker dying between any two events, lost answers, lost leases, a
// database that is killed or full. No effect happens twice, none is lost.
#include <signal.h>

#include <algorithm>
#include <map>
#include <thread>

#include "agents/redecide.h"
#include "agents/running/hindrance.h"
#include "tests/contract/run_world.h"

namespace agents {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::Pair;
using W = RunWorld;

tools::ToolError LostAnswer() {
  tools::ToolError error =
      tools::MakeToolError("in_doubt", "the answer was lost", "응답을 받지 못했습니다");
  error.in_doubt = true;
  return error;
}

// Effects that an outside system keeps, by key.
class Outside {
 public:
  // Makes the effect of `tool` happen once a call, whatever the key: a second call would show.
  void Serve(fakes::FakeTools& tools, const std::string& tool) {
    tools.On(tool, [this](const tools::ToolCall& call, const tools::CallContext&) {
      const std::lock_guard lock(mutex_);
      ++happened_[call.idempotency_key];
      return fakes::LeastResult(call.binding.tool);
    });
    tools.OnLookUp(tool, [this](const tools::ToolCall& call) -> std::optional<tools::ToolOutcome> {
      const std::lock_guard lock(mutex_);
      if (!happened_.contains(call.idempotency_key)) return std::nullopt;
      return fakes::LeastResult(call.binding.tool);
    });
  }
  std::map<std::string, int> happened() {
    const std::lock_guard lock(mutex_);
    return happened_;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, int> happened_;  // guarded by mutex_
};

RunLoopOptions ShortLeases() {
  RunLoopOptions options = QuickOptions();
  options.lease = absl::Milliseconds(400);
  return options;
}

Json TwoTickets() {
  return W::Plan({W::Step("s1", "law.article", {{"law", "민원 처리에 관한 법률"}, {"jo", "8"}}),
                  W::Step("s2", "ticket.create", {{"title", "하나"}}),
                  W::Step("s3", "ticket.create", {{"title", "둘"}})});
}

class RecoveryTest : public testing::Test {
 protected:
  explicit RecoveryTest(RunLoopOptions options = ShortLeases()) : world_(options) {}

  // A run whose one call was lost, and is not found.
  std::string StartDoubtful() {
    world_.tools().On("ticket.create", [](const tools::ToolCall&, const tools::CallContext&) {
      return LostAnswer();
    });
    world_.tools().OnLookUp("ticket.create", [](const tools::ToolCall&) { return std::nullopt; });
    const std::string id = world_.Start(
        "han.clerk", "요청", W::Plan({W::Step("s1", "ticket.create", {{"title", "하나"}})}));
    world_.Work();
    ApproveAll(id);
    world_.Work();
    EXPECT_EQ(world_.Get(id).state, RunState::kInDoubt);
    return id;
  }

  // Advances `id` with new workers, approving what is asked, until it ends.
  void Finish(const std::string& id) {
    for (int i = 0; i < 400 && !Terminal(world_.Get(id).state); ++i) {
      const auto advanced = world_.loop().Advance("successor", [] { return false; });
      ASSERT_TRUE(advanced.ok()) << advanced.status();
      if (!*advanced) absl::SleepFor(absl::Milliseconds(20));
      ApproveAll(id);
    }
  }
  // Whoever is asked whether something happened looks in the outside system.
  void ApproveAll(const std::string& id) {
    const auto run = world_.Get(id);
    for (const auto& [approval_id, approval] : run.approvals) {
      if (approval.state != "pending") continue;
      const bool doubt = base::StringOr(approval.shown, "question", "") == "in_doubt";
      const bool absent = doubt && !outside_.happened().contains(StrCat(id, "/", approval.step_id));
      const std::string& hash = approval.call_hash;
      const absl::Status told =
          absent ? world_.loop().OnceMore(approval_id, "seo.head", "대장에 없음", hash)
                 : world_.loop().Decide(approval_id, "seo.head", true, "확인함", hash);
      ASSERT_TRUE(told.ok()) << told;
    }
  }
  // A worker whose process dies at its append number `appends`.
  void WorkAndDie(const std::string& id, int appends, bool answer_lost, bool& died) {
    fakes::FaultyStore mortal(world_.store());
    mortal.DieAfterAppends(appends, answer_lost);
    const auto loop = world_.Loop(mortal);
    for (int i = 0; i < 20 && !mortal.dead() && !Terminal(world_.Get(id).state); ++i) {
      loop->Advance("mortal", [&] { return mortal.dead(); }).IgnoreError();
      if (!mortal.dead()) ApproveAll(id);
    }
    died = mortal.dead();
  }

  Json LastOf(const std::string& id, const std::string& type) {
    Json body;
    const auto journal = *world_.store().Journal(id, 0);
    for (const Event& event : journal) {
      if (event.type == type) body = event.body;
    }
    EXPECT_TRUE(body.is_object()) << type;
    return body;
  }
  // As an auditor does: from the recorded facts alone.
  void ExpectDecidedAgain(const std::string& id) {
    agents::Run run;
    run.id = id;
    const auto journal = *world_.store().Journal(id, 0);
    for (const Event& event : journal) {
      const absl::Status status = Redecide(world_.authorizer(), run, event.type, event.body);
      EXPECT_TRUE(status.ok()) << event.type << ": " << status;
      ASSERT_TRUE(Apply(event, run).ok());
    }
  }

  RunWorld world_;
  Outside outside_;
};

TEST_F(RecoveryTest, AWorkerMayDieBetweenAnyTwoAppends) {
  outside_.Serve(world_.tools(), "ticket.create");
  size_t runs = 0;
  for (const bool answer_lost : {false, true}) {
    bool died = true;
    for (int appends = 0; died; ++appends, ++runs) {
      const std::string id = world_.Start("han.clerk", "요청 두 건", TwoTickets());
      WorkAndDie(id, appends, answer_lost, died);
      Finish(id);
      const auto run = world_.Get(id);
      EXPECT_EQ(run.state, RunState::kCompleted)
          << "after " << appends << " appends: " << run.reason_en;
      for (const auto& [step, record] : run.steps)
        EXPECT_EQ(record.state, StepState::kSucceeded) << step;
      EXPECT_GE(appends, died ? 0 : 4);  // the run is not one single append
    }
  }
  EXPECT_THAT(outside_.happened(), Each(Pair(testing::_, 1)));
  EXPECT_EQ(outside_.happened().size(), 2 * runs);
}

TEST_F(RecoveryTest, ARepeatableReadIsMadeAgainAfterACrash) {
  const std::string id = world_.Start(
      "kim.legal", "26조", W::Plan({W::Step("s1", "law.article", {{"law", "민법"}, {"jo", "1"}})}));
  bool died = false;
  WorkAndDie(id, 1, /*answer_lost=*/false, died);  // the intent is there, the outcome is not
  ASSERT_TRUE(died);
  ASSERT_EQ(world_.Get(id).steps.at("s1").state, StepState::kIntended);
  Finish(id);
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted);
  EXPECT_EQ(world_.Get(id).steps.at("s1").settled_by, "repeat");
  EXPECT_EQ(world_.tools().calls("law.article"), 2);
}

TEST_F(RecoveryTest, ACallTakenUpAgainIsDecidedAgainAndSaysFromWhat) {
  const std::string id = world_.Start(
      "kim.legal", "26조", W::Plan({W::Step("s1", "law.article", {{"law", "민법"}, {"jo", "1"}})}));
  bool died = false;
  WorkAndDie(id, 1, /*answer_lost=*/false, died);
  Finish(id);
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted);
  EXPECT_EQ(LastOf(id, "effect.resumed")["permitted"], true);
  ExpectDecidedAgain(id);
}

TEST_F(RecoveryTest, ACallThatPolicyDeniesWhenItIsTakenUpIsNotMadeAndSaysFromWhat) {
  const std::string id = world_.Start(
      "kim.legal", "26조", W::Plan({W::Step("s1", "law.article", {{"law", "민법"}, {"jo", "1"}})}));
  bool died = false;
  WorkAndDie(id, 1, /*answer_lost=*/false, died);
  const int calls = world_.tools().calls("law.article");
  PrincipalRecord record = *world_.store().GetPrincipal("kim.legal");
  record.principal.tools = {"doc.search"};
  ASSERT_TRUE(world_.store().PutPrincipal(record).ok());
  Finish(id);
  EXPECT_EQ(world_.tools().calls("law.article"), calls);
  EXPECT_EQ(world_.Get(id).state, RunState::kRejected);
  const Json resumed = LastOf(id, "effect.resumed");
  EXPECT_EQ(resumed["permitted"], false);
  EXPECT_EQ(resumed["rules"][0]["id"], "access.tool");
  EXPECT_EQ(resumed["facts"]["principal"]["tools"], Json::array({"doc.search"}));
  EXPECT_EQ(LastOf(id, "effect.outcome")["error"]["rules"][0]["id"], "access.tool");
  ExpectDecidedAgain(id);
}

TEST_F(RecoveryTest, ALostAnswerIsLookedUpAndTheEffectIsNotRepeated) {
  outside_.Serve(world_.tools(), "ticket.create");
  world_.tools().On("ticket.create", [&](const tools::ToolCall&, const tools::CallContext&) {
    return LostAnswer();
  });
  world_.tools().OnLookUp("ticket.create",
                          [](const tools::ToolCall&) -> std::optional<tools::ToolOutcome> {
                            return fakes::LeastResult("ticket.create");
                          });
  const std::string id = world_.Start(
      "han.clerk", "요청", W::Plan({W::Step("s1", "ticket.create", {{"title", "하나"}})}));
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
  world_.tools().OnLookUp("ticket.create",
                          [](const tools::ToolCall&) -> std::optional<tools::ToolOutcome> {
                            return fakes::LeastResult("ticket.create");
                          });
  const std::string id = world_.Start(
      "han.clerk", "요청", W::Plan({W::Step("s1", "ticket.create", {{"title", "하나"}})}));
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
  world_.tools().OnLookUp("ticket.create",
                          [](const tools::ToolCall&) -> std::optional<tools::ToolOutcome> {
                            return fakes::LeastResult("ticket.create");
                          });
  const std::string id = world_.Start(
      "han.clerk", "요청", W::Plan({W::Step("s1", "ticket.create", {{"title", "하나"}})}));
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

TEST_F(RecoveryTest, RetriesHappenOnlyWhereTheyAreAllowed) {
  const auto busy = [](const tools::ToolCall&, const tools::CallContext&) {
    return tools::MakeToolError("unreachable", "no connection", "연결 불가");
  };
  world_.tools().On("law.article", busy);
  world_.tools().On("ticket.create", busy);
  const std::string read = world_.Start(
      "kim.legal", "읽기", W::Plan({W::Step("s1", "law.article", {{"law", "민법"}, {"jo", "1"}})}));
  const std::string write = world_.Start(
      "han.clerk", "쓰기", W::Plan({W::Step("s1", "ticket.create", {{"title", "하나"}})}));
  Finish(read);
  Finish(write);
  EXPECT_EQ(world_.tools().calls("law.article"), 3);
  EXPECT_EQ(world_.tools().calls("ticket.create"), 1);
  EXPECT_EQ(world_.Get(write).state, RunState::kFailed);
}

TEST_F(RecoveryTest, AnAnswerOfTheStoreThatIsLostIsNotTakenForAFailure) {
  outside_.Serve(world_.tools(), "ticket.create");
  fakes::FaultyStore flaky(world_.store());
  const auto loop = world_.Loop(flaky);
  const std::string id = world_.Start("han.clerk", "요청 두 건", TwoTickets());
  for (int i = 0; i < 20 && !Terminal(world_.Get(id).state); ++i) {
    flaky.LoseOneAnswer();
    ASSERT_TRUE(loop->Advance("worker", [] { return false; }).ok());
    ApproveAll(id);
  }
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted);
  EXPECT_THAT(outside_.happened(), Each(Pair(testing::_, 1)));
}

TEST_F(RecoveryTest, AFullDiskHoldsARunUpAndLosesNothing) {
  outside_.Serve(world_.tools(), "ticket.create");
  fakes::FaultyStore full(world_.store());
  const auto loop = world_.Loop(full);
  const std::string id = world_.Start("han.clerk", "요청 두 건", TwoTickets());
  for (int i = 0; i < 20 && !Terminal(world_.Get(id).state); ++i) {
    full.FailAppends(2, absl::ResourceExhaustedError("no space left on device"));
    ASSERT_TRUE(loop->Advance("worker", [] { return false; }).ok());
    ApproveAll(id);
  }
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted);
  EXPECT_THAT(outside_.happened(), Each(Pair(testing::_, 1)));
}

TEST_F(RecoveryTest, WhatHoldsRunsUpIsToldWhileItDoes) {
  fakes::FaultyStore full(world_.store());
  const auto loop = world_.Loop(full);
  EXPECT_TRUE(loop->Held(agents::Run{}).ok());
  full.FailAppends(5, absl::ResourceExhaustedError("no space left on device"));
  const std::string id = world_.Start(
      "kim.legal", "26조", W::Plan({W::Step("s1", "law.article", {{"law", "민법"}, {"jo", "1"}})}));
  std::thread worker([&] { EXPECT_TRUE(loop->Advance("worker", [] { return false; }).ok()); });
  for (int i = 0; i < 2000 && loop->Held(world_.Get(id)).ok(); ++i)
    absl::SleepFor(absl::Milliseconds(1));
  EXPECT_TRUE(absl::IsResourceExhausted(loop->Held(world_.Get(id)))) << loop->Held(world_.Get(id));
  worker.join();
  EXPECT_TRUE(loop->Held(world_.Get(id)).ok()) << loop->Held(world_.Get(id));
  for (int i = 0; i < 200 && world_.Get(id).state != RunState::kCompleted; ++i) {
    absl::SleepFor(absl::Milliseconds(50));  // held up for so long, the worker may lose its lease
    ASSERT_TRUE(loop->Advance("worker", [] { return false; }).ok());
  }
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted);
  EXPECT_TRUE(loop->Held(world_.Get(id)).ok());
  const std::string next = world_.Start(
      "kim.legal", "27조", W::Plan({W::Step("s1", "law.article", {{"law", "민법"}, {"jo", "2"}})}));
  full.Die();
  EXPECT_FALSE(loop->Advance("worker", [] { return false; }).ok());
  EXPECT_TRUE(absl::IsUnavailable(loop->Held(world_.Get(next))))
      << "a store that gives out no work";
}

TEST(Hindrance, EndsWithWhatTheStoreTakesAgain) {
  const absl::Status away = absl::UnavailableError("away"),
                     full = absl::ResourceExhaustedError("full");
  Hindrance hindrance;
  hindrance.Appended(full);
  hindrance.Claimed(absl::OkStatus(), /*wrote=*/true);
  EXPECT_EQ(hindrance.Now(), full) << "a lease takes less room than events";
  hindrance.Appended(absl::AbortedError("one run's own affair"));
  EXPECT_EQ(hindrance.Now(), full);
  hindrance.Appended(absl::OkStatus());
  EXPECT_TRUE(hindrance.Now().ok());
  hindrance.Claimed(full, false);
  hindrance.Claimed(absl::OkStatus(), /*wrote=*/false);
  EXPECT_EQ(hindrance.Now(), full) << "where there was nothing to take, nothing was written";
  hindrance.Claimed(absl::OkStatus(), true);
  EXPECT_TRUE(hindrance.Now().ok());
  hindrance.Appended(away);
  hindrance.Claimed(absl::OkStatus(), false);
  EXPECT_TRUE(hindrance.Now().ok()) << "it answers";
  hindrance.Appended(full);
  hindrance.Appended(away);
  hindrance.Claimed(absl::OkStatus(), false);
  EXPECT_EQ(hindrance.Now(), full) << "a server that ends for want of room leaves no more of it";
}

// What a run that stands still says of itself, where no store is to blame.
class HeldTest : public RecoveryTest {
 protected:
  HeldTest() : RecoveryTest(Talkative()) {}

  // What `id` is held by while a worker is at it; the worker stops then.
  absl::Status HeldWhileAtWork(const std::string& id, const std::function<bool()>& there) {
    std::atomic<bool> stop{false};
    std::thread worker(
        [&] { world_.loop().Advance("worker", [&] { return stop.load(); }).IgnoreError(); });
    for (int i = 0; i < 500 && !there(); ++i) absl::SleepFor(absl::Milliseconds(10));
    const absl::Status held = world_.loop().Held(world_.Get(id));
    stop = true;
    worker.join();
    return held;
  }
  static void ExpectSays(const absl::Status& held, std::string_view reason, const char* english,
                         const char* korean) {
    EXPECT_EQ(base::Reason(held), reason);
    EXPECT_THAT(base::Message(held, base::Language::kEnglish), HasSubstr(english));
    EXPECT_THAT(base::Message(held, base::Language::kKorean), HasSubstr(korean));
  }
  std::string StartReading() {
    return world_.Start("kim.legal", "26조",
                        W::Plan({W::Step("s1", "law.article", {{"law", "민법"}, {"jo", "1"}})}));
  }

 private:
  static RunLoopOptions Talkative() {
    RunLoopOptions options = ShortLeases();
    options.told_after = absl::ZeroDuration();
    return options;
  }
};

TEST_F(HeldTest, ARunSaysThatItsPlannerIsAwayUntilItPlansAgain) {
  const std::string id = StartReading();
  world_.planner().FailNext(absl::UnavailableError("connection refused"));
  EXPECT_FALSE(world_.loop().Advance("worker", [] { return false; }).ok());
  ExpectSays(world_.loop().Held(world_.Get(id)), kHeldByPlanner,
             "the planning model does not answer", "계획 모델이 응답하지 않습니다");
  Finish(id);
  EXPECT_TRUE(world_.loop().Held(world_.Get(id)).ok());
  EXPECT_NE(base::Reason(world_.loop().Held(world_.Get(StartReading()))), kHeldByPlanner);
}

TEST_F(HeldTest, ARunThatNoWorkerHasSaysSo) {
  ExpectSays(world_.loop().Held(world_.Get(StartReading())), kHeldByTurn, "waits for its turn",
             "차례를 기다립니다");
}

TEST_F(HeldTest, ARunWhoseCallIsUnderWaySaysOfWhichSystem) {
  std::atomic<bool> begun{false};
  world_.tools().On("law.article", [&](const tools::ToolCall&, const tools::CallContext& context) {
    begun = true;
    for (int i = 0; i < 1000 && !context.cancelled(); ++i) absl::SleepFor(absl::Milliseconds(10));
    return fakes::LeastResult("law.article");
  });
  ExpectSays(HeldWhileAtWork(StartReading(), [&] { return begun.load(); }), kHeldByCall,
             "s1 law.article: the system behind it has not answered yet",
             "연결된 시스템의 응답을 기다립니다");
}

TEST_F(HeldTest, ARunThatWaitsForAPersonIsHeldByNothingElse) {
  EXPECT_TRUE(world_.loop().Held(world_.Get(StartDoubtful())).ok());
}

TEST_F(RecoveryTest, ARunThatFailsAgainAndAgainIsToldOfOnce) {
  fakes::FaultyStore broken(world_.store());
  const auto loop = world_.Loop(broken);
  const std::string id = world_.Start(
      "kim.legal", "26조", W::Plan({W::Step("s1", "law.article", {{"law", "민법"}, {"jo", "1"}})}));
  testing::internal::CaptureStderr();
  int failed = 0;
  for (int i = 0; i < 400 && !Terminal(world_.Get(id).state); ++i) {
    if (failed < 3) broken.FailAppends(1, absl::InternalError(StrCat("broken-", failed)));
    failed += loop->Advance("worker", [] { return false; }).ok() ? 0 : 1;
    absl::SleepFor(absl::Milliseconds(20));  // the lease ends
  }
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(failed, 3);
  const std::string told =
      StrCat("warning run.advance_failed run_id=", id, " error=broken-0 times=1");
  EXPECT_THAT(log, HasSubstr(told));
  EXPECT_EQ(log.find("run.advance_failed"), log.rfind("run.advance_failed")) << log;
}

TEST_F(RecoveryTest, AWorkerThatLostItsLeaseLeavesTheRunToTheOther) {
  std::atomic<bool> begun{false};
  world_.tools().On("law.article", [&](const tools::ToolCall&, const tools::CallContext& context) {
    if (begun.exchange(true)) return fakes::LeastResult("law.article");
    for (int i = 0; i < 500 && !context.cancelled(); ++i) absl::SleepFor(absl::Milliseconds(10));
    return fakes::LeastResult("law.article");
  });
  fakes::FaultyStore stalled(world_.store());
  const auto loop = world_.Loop(stalled);
  const std::string id = world_.Start(
      "kim.legal", "26조", W::Plan({W::Step("s1", "law.article", {{"law", "민법"}, {"jo", "1"}})}));
  std::thread slow([&] { loop->Advance("slow", [] { return false; }).IgnoreError(); });
  while (!begun) absl::SleepFor(absl::Milliseconds(5));
  stalled.Die();  // from here on it renews nothing
  Finish(id);
  slow.join();
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted);
}

TEST_F(RecoveryTest, ARunCompletesThoughPostgresqlIsKilledInItsMidst) {
  outside_.Serve(world_.tools(), "ticket.create");
  std::atomic<bool> killed{false};
  world_.tools().On("law.article", [&](const tools::ToolCall&, const tools::CallContext&) {
    if (!killed.exchange(true)) kill(fakes::TestCluster().server_pid(), SIGKILL);
    return fakes::LeastResult("law.article");
  });
  const std::string id = world_.Start("han.clerk", "요청 두 건", TwoTickets());
  for (int i = 0; i < 3000; ++i) {
    world_.loop().Advance("worker", [] { return false; }).IgnoreError();
    absl::SleepFor(absl::Milliseconds(20));
    const auto journal = world_.store().Journal(id, 0);
    if (!journal.ok()) continue;
    if (Terminal(Fold(id, *journal)->state)) break;
    const auto run = *Fold(id, *journal);
    for (const auto& [approval_id, approval] : run.approvals) {
      if (approval.state == "pending")
        world_.loop()
            .Decide(approval_id, "seo.head", true, "확인함", approval.call_hash)
            .IgnoreError();
    }
  }
  EXPECT_TRUE(killed);
  EXPECT_EQ(world_.Get(id).state, RunState::kCompleted);
  EXPECT_THAT(outside_.happened(), Each(Pair(testing::_, 1)));
  EXPECT_EQ(outside_.happened().size(), 2u);
}

}  // namespace
}  // namespace agents
