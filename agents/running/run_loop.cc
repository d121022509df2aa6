#include "agents/run_loop.h"

#include "agents/running/driver.h"
#include "agents/running/holding.h"
#include "agents/running/loading.h"
#include "agents/running/passing.h"
#include "agents/running/sealing.h"
#include "agents/running/wording.h"
#include "agents/running/yes_no.h"
#include "model_core/base/log.h"
#include "model_core/base/repeats.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

using base::Error;
using base::StrCat;

// After so long a run is looked at again whose requester had no turn. Rarely needed: a claim passes
// such runs by.
constexpr absl::Duration kTurnSoon = absl::Milliseconds(100);

absl::Status NoApproval(const std::string& approval_id) {
  return Error(absl::StatusCode::kNotFound, StrCat("approval ", approval_id, " does not exist"),
               StrCat("승인 ", base::WithParticle(approval_id, "이"), " 없습니다"));
}

class Loop : public RunLoop {
 public:
  Loop(Planner& planner, policies::Authorizer& authorizer, const policies::ApprovalSealer& sealer,
       tools::ToolRegistry& registry, RunStore& store, base::Clock& clock, RunLoopOptions options)
      : options_(options),
        store_(store),
        executor_(registry, clock, base::SystemRandom(),
                  {options.call_timeout, options.attempts_max, options.backoff}),
        turns_(options.plans_each_max),
        context_{planner, authorizer,           sealer, registry,   executor_, store,
                 clock,   base::SystemRandom(), turns_, hindrance_, options_} {}

  absl::StatusOr<bool> Advance(const std::string& worker,
                               const std::function<bool()>& stopping) override {
    ASSIGN_OR_RETURN(const std::optional<Lease> lease, Claim(worker));
    if (!lease) return false;
    Driver driver(context_, *lease, stopping);
    const auto left = driver.Drive();
    NoteEnd(*lease, worker, left.status());
    if (left.ok()) {
      RETURN_IF_ERROR(GiveBack(driver.lease(), *left));
      return true;
    }
    if (absl::IsFailedPrecondition(left.status())) return true;  // another worker has the run
    // Whoever takes the run next starts from its journal: soon after a passing failure, else when
    // the lease ends.
    if (Passing(left.status()))
      store_.RenewLease(driver.lease(), options_.retry_after).IgnoreError();
    return left.status();
  }

  absl::Status Held(const Run& run) const override {
    return WhatHolds(run, hindrance_, store_, context_.clock.Now(), context_.registry.catalogue(),
                     options_);
  }

  absl::Status Reply(const std::string& run_id, const std::string& principal,
                     const std::string& text, const std::string& message_id) override {
    RETURN_IF_ERROR(CheckRequestText(text));
    RETURN_IF_ERROR(CheckOwner(run_id, principal));
    return Act(run_id, [&](const Run& run) -> absl::StatusOr<Event> {
      if (run.state != RunState::kInputRequired) {
        return Error(absl::StatusCode::kFailedPrecondition,
                     StrCat("run ", run_id, " is ", Name(run.state), " and waits for no reply"),
                     StrCat("실행 ", run_id, base::Particle(run_id, "은"),
                            " 답변을 기다리는 상태가 아닙니다"));
      }
      if (run.plan && run.plan->verdict == Verdict::kPlan)
        return Confirmation(run, principal, text);
      return Event{0, "", principal, "run.replied", {{"text", text}, {"message_id", message_id}}};
    });
  }

  absl::Status Confirm(const std::string& run_id, const std::string& principal,
                       const std::string& approval_id, bool approved) override {
    ASSIGN_OR_RETURN(const Approval approval, store_.GetApproval(approval_id));
    if (approval.run_id != run_id) return NoApproval(approval_id);
    return Decide(approval_id, principal, approved, "", approval.call_hash);
  }

  absl::Status Cancel(const std::string& run_id, const std::string& principal) override {
    RETURN_IF_ERROR(CheckOwner(run_id, principal));
    return Act(run_id, [&](const Run& run) -> absl::StatusOr<Event> {
      if (Terminal(run.state)) {
        return Error(absl::StatusCode::kFailedPrecondition, StrCat("run ", run_id, " has ended"),
                     StrCat("실행 ", run_id, base::Particle(run_id, "은"), " 이미 끝났습니다"));
      }
      return Event{0, "", principal, "run.cancel_requested", base::Json::object()};
    });
  }

  absl::Status Decide(const std::string& approval_id, const std::string& approver, bool approved,
                      const std::string& reason, const std::string& call_hash) override {
    return Answer(approval_id, approver, approved, reason, call_hash, /*once_more=*/false);
  }

  absl::Status OnceMore(const std::string& approval_id, const std::string& approver,
                        const std::string& reason, const std::string& call_hash) override {
    return Answer(approval_id, approver, /*approved=*/false, reason, call_hash, /*once_more=*/true);
  }

 private:
  absl::StatusOr<std::optional<Lease>> Claim(const std::string& worker) {
    auto lease = store_.ClaimRun(worker, options_.lease, turns_.Full());
    const bool taken = lease.ok() && *lease;
    hindrance_.Claimed(lease.status(), taken);
    if (taken)
      base::LogDebug("run.lease_taken", {{"run_id", (*lease)->run_id}, {"worker", worker}});
    return lease;
  }

  // A failure is told once for its run and cause, and then ever more seldom.
  void NoteEnd(const Lease& lease, const std::string& worker, const absl::Status& status) {
    const auto now = std::chrono::steady_clock::now();
    const std::string& run_id = lease.run_id;
    if (status.ok()) {
      failures_.Works(now);
    } else if (absl::IsFailedPrecondition(status)) {
      base::LogWarning("run.lease_lost", {{"run_id", run_id}, {"worker", worker}});
    } else if (const auto times = failures_.Tell(KindOf(run_id, status), now)) {
      const std::string error(status.message());
      base::LogWarning("run.advance_failed",
                       {{"run_id", run_id}, {"error", error}, {"times", *times}});
    }
  }

  // What counts as one failure that comes again: of the world, whichever run meets it and whatever
  // it says; else of one run.
  static std::string KindOf(const std::string& run_id, const absl::Status& status) {
    return StrCat(Passing(status) ? "" : run_id, " ", absl::StatusCodeToString(status.code()), " ",
                  base::Reason(status));
  }

  absl::Status GiveBack(const Lease& lease, Driver::Left left) {
    if (left == Driver::Left::kNoTurn) return store_.RenewLease(lease, kTurnSoon).status();
    return store_.ReleaseLease(lease, left == Driver::Left::kWaiting);
  }

  absl::Status Answer(const std::string& approval_id, const std::string& approver, bool approved,
                      const std::string& reason, const std::string& call_hash, bool once_more) {
    ASSIGN_OR_RETURN(const Approval known, store_.GetApproval(approval_id));
    if (once_more && known.obligation.rule != kInDoubtRule) {
      return Error(absl::StatusCode::kInvalidArgument,
                   StrCat("approval ", approval_id, " does not ask whether something was done"),
                   StrCat("승인 ", base::WithParticle(approval_id, "은"),
                          " 처리 여부를 묻는 것이 아닙니다"));
    }
    return Act(known.run_id, [&](const Run& run) -> absl::StatusOr<Event> {
      auto it = run.approvals.find(approval_id);
      if (it == run.approvals.end()) return NoApproval(approval_id);
      RETURN_IF_ERROR(CheckShown(known, it->second));
      ASSIGN_OR_RETURN(const policies::Principal answering,
                       CheckAnswer(run, it->second, approver, approved, reason, call_hash));
      return Decided(run, it->second, answering,
                     {approver, approved, reason, /*time=*/"", once_more});
    });
  }

  // `answer` without its time, which is now, and its seal.
  Event Decided(const Run& run, const Approval& approval, const policies::Principal& approver,
                Approval::Answer answer) const {
    answer.time = std::max(base::TimeText(context_.clock.Now()), run.updated);
    return {0, "", approver.id, "approval.decided",
            DecidedBody(context_.sealer, approval, approver, answer)};
  }

  // A run that has begun asks its requester for nothing but a yes or a no.
  absl::StatusOr<Event> Confirmation(const Run& run, const std::string& principal,
                                     const std::string& text) {
    const std::optional<bool> word = ParseYesNo(text);
    if (!word) {
      return Error(absl::StatusCode::kInvalidArgument,
                   StrCat("run ", run.id, " waits for yes or no, and '", text, "' is neither"),
                   StrCat("실행 ", run.id, ": 진행할지 '예' 또는 '아니요'로 답하십시오. '", text,
                          "'", base::Particle(text, "은"), " 어느 쪽도 아닙니다"));
    }
    for (const auto& [id, approval] : run.approvals) {
      const bool asked = approval.state == "pending" && approval.obligation.rule != kInDoubtRule;
      if (asked && approval.obligation.kind == policies::Obligation::Kind::kConfirm) {
        ASSIGN_OR_RETURN(const Approval known, store_.GetApproval(id));
        RETURN_IF_ERROR(CheckShown(known, approval));
        ASSIGN_OR_RETURN(const policies::Principal answering,
                         CheckAnswer(run, approval, principal, *word, text, approval.call_hash));
        return Decided(run, approval, answering, {principal, *word, text, /*time=*/""});
      }
    }
    return Error(
        absl::StatusCode::kFailedPrecondition, StrCat("run ", run.id, " waits for no confirmation"),
        StrCat("실행 ", base::WithParticle(run.id, "은"), " 확인을 기다리고 있지 않습니다"));
  }

  absl::Status CheckOwner(const std::string& run_id, const std::string& principal) {
    return LoadRunIf(store_, run_id,
                     [&](const Run& run) { return run.request.principal == principal; })
        .status();
  }

  // What people see is the store's copy, what is sealed is the journal's, what is done is what the
  // hash names: all three are one.
  static absl::Status CheckShown(const Approval& seen, const Approval& asked) {
    const bool from = seen.requester == asked.requester || seen.requester.empty();  // not kept once
    const bool same = from && seen.tool == asked.tool && seen.step_id == asked.step_id &&
                      seen.shown == asked.shown && seen.obligation == asked.obligation;
    const bool question = asked.obligation.rule == kInDoubtRule;
    if (same && (question || policies::HashOfShown(asked.run_id, asked.step_id, asked.shown) ==
                                 asked.call_hash))
      return absl::OkStatus();
    return Error(absl::StatusCode::kFailedPrecondition,
                 StrCat("approval ", asked.id,
                        " shows something else than what would be done: it was changed in the "
                        "store"),
                 StrCat("승인 ", asked.id,
                        "에 보이는 내용이 실제로 할 일과 다릅니다. 저장소에서 바뀐 승인입니다"));
  }

  static absl::Status AboveApprover(const Approval& approval, const policies::Label& label) {
    return Error(
        absl::StatusCode::kPermissionDenied,
        StrCat("approval ", approval.id, " is about data labelled ",
               policies::Describe(label, base::Language::kEnglish), ", above your clearance"),
        StrCat("승인 ", approval.id, base::Particle(approval.id, "은"), " ",
               policies::Describe(label, base::Language::kKorean),
               " 등급 자료에 대한 것으로 보유하신 취급 등급을 넘습니다"));
  }

  // Who answers, as they stand now, if they may.
  absl::StatusOr<policies::Principal> CheckAnswer(const Run& run, const Approval& approval,
                                                  const std::string& approver, bool approved,
                                                  const std::string& reason,
                                                  const std::string& call_hash) {
    if (approval.state != "pending" || Terminal(run.state)) {
      return Error(
          absl::StatusCode::kFailedPrecondition,
          StrCat("approval ", approval.id, " is ", approval.state, " and takes no answer"),
          StrCat("승인 ", approval.id, base::Particle(approval.id, "은"),
                 Terminal(run.state) ? " 실행이 끝나 답을 받지 않습니다" : " 이미 처리되었습니다"));
    }
    if (call_hash != approval.call_hash) {
      return Error(absl::StatusCode::kFailedPrecondition,
                   StrCat("approval ", approval.id, " is for call ", approval.call_hash, ", not ",
                          call_hash),
                   StrCat("승인 ", approval.id, ": 보신 내용(", call_hash, ")과 지금 승인할 내용(",
                          approval.call_hash, ")이 다릅니다. 다시 확인하십시오"));
    }
    const bool confirm = approval.obligation.kind == policies::Obligation::Kind::kConfirm;
    const bool must =  // whether an effect happened: where it was seen, or looked for
        approval.obligation.rule == kInDoubtRule ||
        (!confirm && (!approved || base::BoolOr(approval.shown, "reason_required", false)));
    if (must && base::Trim(reason).empty()) {
      return Error(absl::StatusCode::kInvalidArgument,
                   StrCat("approval ", approval.id, ": this answer needs a reason"),
                   StrCat("승인 ", approval.id, ": 이 답에는 사유가 필요합니다"));
    }
    ASSIGN_OR_RETURN(const PrincipalRecord requester, store_.GetPrincipal(run.request.principal));
    ASSIGN_OR_RETURN(const PrincipalRecord answering, store_.GetPrincipal(approver));
    std::vector<policies::ApprovalFact> so_far;
    for (const Approval::Answer& answer : approval.answers) {
      ASSIGN_OR_RETURN(const PrincipalRecord other, store_.GetPrincipal(answer.approver));
      so_far.push_back({other.principal, answer.approved, approval.call_hash, answer.reason});
    }
    const policies::Label label = LabelOf(approval);
    if (answering.active && policies::MayApprove(approval.obligation, requester.principal,
                                                 answering.principal, so_far, label)) {
      return answering.principal;
    }
    if (answering.active && !policies::MayRead(answering.principal.clearance, label))
      return AboveApprover(approval, label);
    return Error(absl::StatusCode::kPermissionDenied,
                 StrCat(approver, " may not answer approval ", approval.id, ": it is for ",
                        base::StrJoin(approval.obligation.roles, ", "),
                        ", not the requester, of a unit that has not answered yet"),
                 StrCat(base::WithParticle(approver, "은"), " 승인 ", approval.id,
                        "에 답할 수 없습니다. ", base::StrJoin(approval.obligation.roles, ", "),
                        " 역할이며 아직 답하지 않은 부서의 사람만 할 수 있습니다(신청자 제외)"));
  }

  // Appends the event that `make` gives for the run as it stands; again if the run moved on
  // meanwhile.
  absl::Status Act(const std::string& run_id,
                   const std::function<absl::StatusOr<Event>(const Run&)>& make) {
    for (int attempt = 0; attempt < 8; ++attempt) {
      const auto journal = store_.Journal(run_id, 0);
      if (absl::IsNotFound(journal.status())) return NoRun(run_id);
      if (!journal.ok()) return journal.status();
      ASSIGN_OR_RETURN(const SealedRun sealed, FoldSealed(context_.sealer, run_id, *journal));
      ASSIGN_OR_RETURN(Event event, make(sealed.run));
      auto count = store_.Append(run_id, nullptr, sealed.run.event_count, {std::move(event)});
      if (!absl::IsAborted(count.status())) return count.status();
    }
    return Error(absl::StatusCode::kAborted, StrCat("run ", run_id, " keeps moving; try again"),
                 StrCat("실행 ", base::WithParticle(run_id, "이"),
                        " 계속 바뀌고 있습니다. 다시 시도하십시오"));
  }

  const RunLoopOptions options_;
  RunStore& store_;
  tools::ToolExecutor executor_;
  PlanTurns turns_;
  Hindrance hindrance_;
  base::Repeats failures_;
  const DriverContext context_;
};

}  // namespace

std::unique_ptr<RunLoop> MakeRunLoop(Planner& planner, policies::Authorizer& authorizer,
                                     const policies::ApprovalSealer& sealer,
                                     tools::ToolRegistry& registry, RunStore& store,
                                     base::Clock& clock, RunLoopOptions options) {
  return std::make_unique<Loop>(planner, authorizer, sealer, registry, store, clock, options);
}

}  // namespace agents
