// RecoveryTest: a run whose workers die and whose answers are lost, and the outside system that
// knows what really happened.
#pragma once

#include <map>
#include <mutex>

#include "agents/redecide.h"
#include "tests/contract/run_world.h"

namespace agents {

using W = RunWorld;

inline tools::ToolError LostAnswer() {
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

inline RunLoopOptions ShortLeases() {
  RunLoopOptions options = QuickOptions();
  options.lease = absl::Milliseconds(400);
  return options;
}

inline Json TwoTickets() {
  return W::Plan({W::Step("s1", "law.article", {{"law", "민원 처리에 관한 법률"}, {"jo", "8"}}),
                  W::Step("s2", "ticket.create", {{"title", "하나"}}),
                  W::Step("s3", "ticket.create", {{"title", "둘"}})});
}

class RecoveryTest : public testing::Test {
 protected:
  explicit RecoveryTest(RunLoopOptions options = ShortLeases()) : world_(options) {}

  // A run whose one call is found when it is looked up.
  std::string StartFound() {
    world_.tools().OnLookUp("ticket.create",
                            [](const tools::ToolCall&) -> std::optional<tools::ToolOutcome> {
                              return fakes::LeastResult("ticket.create");
                            });
    return StartTicket();
  }
  std::string StartTicket() {
    return world_.Start("han.clerk", "요청",
                        W::Plan({W::Step("s1", "ticket.create", {{"title", "하나"}})}));
  }

  // A run whose one call was lost, and is not found.
  std::string StartDoubtful() {
    world_.tools().On("ticket.create", [](const tools::ToolCall&, const tools::CallContext&) {
      return LostAnswer();
    });
    world_.tools().OnLookUp("ticket.create", [](const tools::ToolCall&) { return std::nullopt; });
    const std::string id = StartTicket();
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

}  // namespace agents
