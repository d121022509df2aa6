#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agents/run_store.h"
#include "agents/running/sealing.h"
#include "agents/running/yes_no.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::Json;

class Journal {
 public:
  Journal() {
    Add("run.created",
        ToJson(RunRequest{"제38조", "kim.legal", "", "c", "m", "ko", "2026-11-24T10:00:00+09:00"}));
  }
  Journal& Add(const std::string& type, Json body) {
    events_.push_back({events_.size(), base::StrCat("2026-11-24T10:00:0", events_.size(), "+09:00"),
                       "maru", type, std::move(body)});
    return *this;
  }
  Run Folded() const { return *Fold("r", events_); }
  std::vector<Event>& events() { return events_; }

 private:
  std::vector<Event> events_;
};

Json OneStepPlan() {
  return {
      {"plan",
       {{"verdict", "plan"},
        {"steps", {{{"id", "s1"}, {"tool", "ticket.create"}, {"arguments", {{"title", "x"}}}}}}}}};
}
Json Asked(const char* id, policies::Obligation::Kind kind) {
  return {{"approval_id", id},
          {"step", "s1"},
          {"tool", "ticket.create"},
          {"requester", "kim.legal"},
          {"obligation",
           policies::ToJson(policies::Obligation{kind, {"dept_head", "depot_manager"}, "", "r"})},
          {"call_hash", "h"},
          {"shown", {}}};
}
Json Answer(const char* id, bool approved, const char* approver = "seo.head") {
  return {{"approval_id", id},
          {"approver", approver},
          {"approved", approved},
          {"reason", ""},
          {"call_hash", "h"}};
}

TEST(Fold, BeginsSubmittedWithTheRequest) {
  const auto run = Journal().Folded();
  EXPECT_EQ(run.state, RunState::kSubmitted);
  EXPECT_EQ(run.request.principal, "kim.legal");
  EXPECT_EQ(run.event_count, 1u);
}

TEST(Fold, AReplyJoinsTheRequestAndVoidsThePlanAndItsApprovals) {
  const auto run =
      Journal()
          .Add("plan.made", OneStepPlan())
          .Add("approval.requested", Asked("a", policies::Obligation::Kind::kApproveOne))
          .Add("run.replied", {{"text", "의료법"}})
          .Folded();
  EXPECT_EQ(run.request.text, "제38조\n의료법");
  EXPECT_FALSE(run.plan);
  EXPECT_EQ(run.approvals.at("a").state, "void");
}

TEST(Fold, TwoAnswersMeetAnObligationOfTwoAndOneRejectionEndsIt) {
  Journal journal;
  journal.Add("plan.made", OneStepPlan())
      .Add("approval.requested", Asked("a", policies::Obligation::Kind::kApproveTwo));
  EXPECT_EQ(journal.Folded().steps.at("s1").state, StepState::kAwaitingApproval);
  EXPECT_EQ(journal.Add("approval.decided", Answer("a", true)).Folded().approvals.at("a").state,
            "pending");
  EXPECT_EQ(journal.Add("approval.decided", Answer("a", true)).Folded().approvals.at("a").state,
            "pending")
      << "of the same person";
  Journal rejected = journal;
  journal.Add("approval.decided", Answer("a", true, "yoon.depot"));
  EXPECT_EQ(journal.Folded().approvals.at("a").state, "approved");
  rejected.Add("approval.decided", Answer("a", false, "yoon.depot"));
  EXPECT_EQ(rejected.Folded().approvals.at("a").state, "rejected");
}

TEST(Fold, AnIntentWithoutAnOutcomeStaysIntended) {
  Journal journal;
  journal.Add("plan.made", OneStepPlan())
      .Add("effect.intent", {{"step", "s1"}, {"call_hash", "h"}});
  EXPECT_EQ(journal.Folded().steps.at("s1").state, StepState::kIntended);
  journal.Add(
      "effect.outcome",
      {{"step", "s1"}, {"ok", false}, {"error", {{"code", "timeout"}}}, {"settled_by", "call"}});
  EXPECT_EQ(journal.Folded().steps.at("s1").state, StepState::kFailed);
  EXPECT_EQ(journal.Folded().steps.at("s1").error["code"], "timeout");
}

TEST(Fold, TheEndVoidsWhatIsStillAsked) {
  const auto run =
      Journal()
          .Add("plan.made", OneStepPlan())
          .Add("approval.requested", Asked("a", policies::Obligation::Kind::kApproveOne))
          .Add("run.ended", {{"state", "canceled"}, {"reason_en", "x"}, {"reason_ko", "y"}})
          .Folded();
  EXPECT_EQ(run.state, RunState::kCanceled);
  EXPECT_EQ(run.approvals.at("a").state, "void");
  EXPECT_EQ(run.reason_ko, "y");
}

TEST(Fold, ABrokenSealVoidsItsApprovalAndEveryAnswerToIt) {
  Journal journal;
  journal.Add("plan.made", OneStepPlan())
      .Add("approval.requested", Asked("a", policies::Obligation::Kind::kApproveOne))
      .Add("approval.decided", Answer("a", true))
      .Add("approval.seal_broken", {{"approval_id", "a"}, {"step", "s1"}, {"approver", "x"}});
  EXPECT_EQ(journal.Folded().approvals.at("a").state, "void");
  EXPECT_TRUE(journal.Folded().approvals.at("a").answers.empty());
  journal.Add("approval.seal_broken", {{"approval_id", "none"}});
  EXPECT_TRUE(Fold("r", journal.events()).ok()) << "an approval that was only ever forged";
}

TEST(Fold, ASecondAskingUnderOneIdTakesNoAnswerAway) {
  const auto run =
      Journal()
          .Add("plan.made", OneStepPlan())
          .Add("approval.requested", Asked("a", policies::Obligation::Kind::kApproveOne))
          .Add("approval.decided", Answer("a", true))
          .Add("approval.requested", {{"approval_id", "a"}, {"step", "s2"}})
          .Folded();
  EXPECT_EQ(run.approvals.at("a").state, "approved");
  EXPECT_EQ(run.approvals.at("a").answers.size(), 1u);
  EXPECT_FALSE(run.steps.contains("s2"));
}

class SealedFold : public testing::Test {
 protected:
  SealedFold() { journal_.Add("plan.made", OneStepPlan()); }
  void Ask(const char* id, policies::Obligation::Kind kind) {
    journal_.Add("approval.requested", Asked(id, kind));
  }
  Json Sealed(const char* id, const char* approver) {
    policies::Principal person;
    person.id = approver;
    return DecidedBody(sealer_, journal_.Folded().approvals.at(id), person,
                       {approver, true, "", "2026-11-24T10:00:00+09:00"});
  }
  SealedRun Folded() { return *FoldSealed(sealer_, "r", journal_.events()); }

  const policies::ApprovalSealer sealer_{std::string(policies::ApprovalSealer::kKeyBytes, 'k')};
  Journal journal_;
};

TEST_F(SealedFold, AnAnswerThatIsWrittenTwiceIsOnePersons) {
  Ask("a", policies::Obligation::Kind::kApproveTwo);
  const Json yes = Sealed("a", "seo.head");
  journal_.Add("approval.decided", yes).Add("approval.decided", yes);
  EXPECT_EQ(Folded().run.approvals.at("a").state, "pending");
  EXPECT_EQ(Folded().forged.size(), 1u);
}

TEST_F(SealedFold, WhatWasAskedAnewCountsAloneUnlessItsCallWasBegunBefore) {
  for (const bool begun : {false, true}) {
    journal_ = Journal();
    journal_.Add("plan.made", OneStepPlan());
    Ask("a", policies::Obligation::Kind::kApproveOne);
    journal_.Add("approval.decided", Sealed("a", "seo.head"));
    if (begun) journal_.Add("effect.intent", {{"step", "s1"}, {"call_hash", "h"}});
    journal_.Add("approval.seal_broken", {{"approval_id", "a"}});
    Ask("a", policies::Obligation::Kind::kApproveOne);
    EXPECT_EQ(Folded().run.approvals.at("a").state, "approved") << "asked under its own id";
    Ask("b", policies::Obligation::Kind::kApproveOne);
    const Approval former = Folded().run.approvals.at("a");
    EXPECT_EQ(former.state, begun ? "approved" : "void");
    EXPECT_EQ(former.answers.size(), begun ? 1u : 0u);
  }
}

TEST_F(SealedFold, ARefusalOfWhatIsStillOpenIsTakenAtItsWord) {
  Ask("a", policies::Obligation::Kind::kApproveTwo);
  journal_.Add("approval.decided", Sealed("a", "seo.head"))
      .Add("run.waiting", {{"state", "approval_required"}})
      .Add("approval.seal_broken", {{"approval_id", "a"}});
  EXPECT_EQ(Folded().run.approvals.at("a").state, "void");
  EXPECT_TRUE(Folded().run.approvals.at("a").answers.empty());
  EXPECT_EQ(Folded().run.state, RunState::kWorking);
}

TEST(Fold, ANoIsTheLastWord) {
  const auto run =
      Journal()
          .Add("plan.made", OneStepPlan())
          .Add("approval.requested", Asked("a", policies::Obligation::Kind::kApproveOne))
          .Add("approval.decided", Answer("a", false))
          .Add("approval.decided", Answer("a", true, "yoon.depot"))
          .Folded();
  EXPECT_EQ(run.approvals.at("a").state, "rejected");
}

TEST(Fold, ACallThatIsTakenUpIsStillOnItsWay) {
  const auto run = Journal()
                       .Add("plan.made", OneStepPlan())
                       .Add("effect.intent", {{"step", "s1"}, {"call_hash", "h"}})
                       .Add("effect.resumed", {{"step", "s1"}, {"call_hash", "newer"}})
                       .Folded();
  EXPECT_EQ(run.steps.at("s1").state, StepState::kIntended);
  EXPECT_EQ(run.steps.at("s1").call_hash, "newer");
  EXPECT_EQ(run.steps.at("s1").decided["call_hash"], "newer");
}

TEST(Fold, AGapAStrangerAndAnUnknownApprovalAreDataLoss) {
  Journal gap;
  gap.Add("plan.made", OneStepPlan()).events()[1].index = 5;
  const absl::Status faults[] = {
      Fold("r", gap.events()).status(),
      Fold("r", Journal().Add("run.danced", {}).events()).status(),
      Fold("r", Journal().Add("approval.decided", Answer("none", true)).events()).status()};
  for (const absl::Status& fault : faults) {
    EXPECT_TRUE(absl::IsDataLoss(fault)) << fault;
    EXPECT_NE(base::Message(fault, base::Language::kKorean), fault.message());
  }
}

TEST(RunRequest, KeepsItsMembersInJson) {
  const RunRequest request{"글", "han.clerk", "administration",           "c",
                           "m",  "en",        "2026-11-24T10:00:00+09:00"};
  const auto back = ParseRunRequest(ToJson(request));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(ToJson(*back), ToJson(request));
  EXPECT_TRUE(absl::IsInvalidArgument(ParseRunRequest(Json{{"text", "글"}}).status()));
}

TEST(RunState, IsAtRestOnceItHasEndedOrWaitsForAPerson) {
  for (const char* moving : {"submitted", "working"}) EXPECT_FALSE(AtRest(*ParseRunState(moving)));
  for (const char* waiting : {"input_required", "approval_required", "in_doubt"}) {
    EXPECT_TRUE(Waits(*ParseRunState(waiting)) && AtRest(*ParseRunState(waiting))) << waiting;
    EXPECT_FALSE(Terminal(*ParseRunState(waiting))) << waiting;
  }
  for (const char* ended : {"completed", "failed", "canceled", "rejected"}) {
    EXPECT_TRUE(Terminal(*ParseRunState(ended)) && AtRest(*ParseRunState(ended))) << ended;
    EXPECT_FALSE(Waits(*ParseRunState(ended))) << ended;
  }
}

TEST(YesNo, AnEffectNeverHangsOnAGuess) {
  for (const char* yes : {"네", "예.", "네, 진행해 주세요", "진행해줘!", "Yes", "go ahead", " OK "})
    EXPECT_EQ(ParseYesNo(yes), true) << yes;
  for (const char* no : {"아니요", "아니오.", "하지 마", "No", "stop", "취소해줘"})
    EXPECT_EQ(ParseYesNo(no), false) << no;
  for (const char* other :
       {"", "글쎄요", "네 그런데 품목을 바꿔주세요", "yesterday", "not yet", "no problem, go"}) {
    EXPECT_EQ(ParseYesNo(other), std::nullopt) << other;
  }
}

}  // namespace
}  // namespace agents
