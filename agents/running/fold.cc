// A run's state, folded from its journal and from nothing else.
#include <map>

#include "agents/run.h"
#include "agents/running/sealing.h"
#include "agents/running/wording.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::Json;
using base::StringOr;

absl::Status Damaged(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kDataLoss, english, korean);
}

// How many people have to approve before an obligation is met.
size_t AnswersNeeded(const policies::Obligation& obligation) {
  return obligation.kind == policies::Obligation::Kind::kApproveTwo ? 2 : 1;
}

class Folder {
 public:
  explicit Folder(Run& run) : run_(run) {}

  absl::Status Apply(const Event& event) {
    if (event.index != run_.event_count) {
      return Damaged(base::StrCat("journal of ", run_.id, ": event ", event.index, " where ",
                                  run_.event_count, " was expected"),
                     base::StrCat("실행 ", run_.id, "의 기록: ", run_.event_count, "번 대신 ",
                                  event.index, "번 사건이 있습니다"));
    }
    ++run_.event_count;
    run_.updated = event.time;
    const auto it = Handlers().find(event.type);
    if (it == Handlers().end()) {
      return Damaged(base::StrCat("journal of ", run_.id, ": unknown event ", event.type),
                     base::StrCat("실행 ", run_.id, "의 기록: 알 수 없는 사건 ", event.type));
    }
    return (this->*it->second)(event);
  }

 private:
  using Handler = absl::Status (Folder::*)(const Event&);

  static const std::map<std::string_view, Handler>& Handlers() {
    static const auto* const handlers =
        new std::map<std::string_view, Handler>{{"run.created", &Folder::Created},
                                                {"run.replied", &Folder::Replied},
                                                {"plan.made", &Folder::Planned},
                                                {"plan.checked", &Folder::Checked},
                                                {"approval.requested", &Folder::Asked},
                                                {"approval.decided", &Folder::Decided},
                                                {"approval.seal_broken", &Folder::SealBroken},
                                                {"effect.intent", &Folder::Intended},
                                                {"effect.resumed", &Folder::Resumed},
                                                {"effect.repeated", &Folder::Repeated},
                                                {"effect.outcome", &Folder::Settled},
                                                {"step.skipped", &Folder::Skipped},
                                                {"answer.released", &Folder::Answered},
                                                {"run.waiting", &Folder::Waiting},
                                                {"run.ended", &Folder::Ended},
                                                {"run.cancel_requested", &Folder::CancelRequested}};
    return *handlers;
  }

  absl::Status Created(const Event& event) {
    ASSIGN_OR_RETURN(run_.request, ParseRunRequest(event.body));
    run_.created = event.time;
    return absl::OkStatus();
  }

  // A reply is more of the request: what was planned before it is void.
  absl::Status Replied(const Event& event) {
    run_.request.text += "\n" + StringOr(event.body, "text", "");
    run_.plan.reset();
    run_.decision.reset();
    run_.decision_facts = nullptr;
    run_.steps.clear();
    VoidOpenApprovals();
    run_.state = RunState::kWorking;
    return absl::OkStatus();
  }

  absl::Status Planned(const Event& event) {
    ASSIGN_OR_RETURN(run_.plan, ParsePlan(event.body.value("plan", Json())));
    run_.planned = event.body;
    run_.state = RunState::kWorking;
    for (const Step& step : run_.plan->steps) run_.steps[step.id] = {};
    return absl::OkStatus();
  }

  absl::Status Checked(const Event& event) {
    ASSIGN_OR_RETURN(run_.decision, policies::ParsePlanDecision(event.body));
    run_.decision_facts = event.body.value("facts", Json());
    return absl::OkStatus();
  }

  // Each is asked about once: a second asking changes nothing.
  absl::Status Asked(const Event& event) {
    Approval approval;
    approval.id = StringOr(event.body, "approval_id", "");
    if (run_.approvals.contains(approval.id)) return absl::OkStatus();
    approval.run_id = run_.id;
    approval.step_id = StringOr(event.body, "step", "");
    approval.tool = StringOr(event.body, "tool", "");
    approval.requester = StringOr(event.body, "requester", run_.request.principal);
    ASSIGN_OR_RETURN(approval.obligation,
                     policies::ParseObligation(event.body.value("obligation", Json())));
    approval.call_hash = StringOr(event.body, "call_hash", "");
    approval.shown = event.body.value("shown", Json());
    approval.requested = event.time;
    approval.state = "pending";
    StepRecord& step = run_.steps[approval.step_id];
    if (step.state == StepState::kPending) step.state = StepState::kAwaitingApproval;
    run_.approvals[approval.id] = std::move(approval);
    return absl::OkStatus();
  }

  absl::Status Decided(const Event& event) {
    auto it = run_.approvals.find(StringOr(event.body, "approval_id", ""));
    if (it == run_.approvals.end())
      return Damaged("journal: answer to an unknown approval",
                     "실행 기록: 알 수 없는 승인에 대한 답이 있습니다");
    Approval& approval = it->second;
    const std::string approver = StringOr(event.body, "approver", "");
    if (AnsweredBy(approval, approver)) return absl::OkStatus();  // each person counts once
    const bool approved = base::BoolOr(event.body, "approved", false);
    approval.answers.push_back({approver, approved, StringOr(event.body, "reason", ""),
                                StringOr(event.body, "answered", event.time),
                                base::BoolOr(event.body, "once_more", false),
                                StringOr(event.body, "seal", "")});
    if (!approved) {
      approval.state = "rejected";
    } else if (approval.state != "rejected" &&  // who says no has the last word
               approval.answers.size() >= AnswersNeeded(approval.obligation)) {
      approval.state = "approved";
    }
    if (approval.state != "pending") run_.state = RunState::kWorking;
    return absl::OkStatus();
  }

  // Nobody's word stands, the honest as little as the other: who answers, answers anew, and is
  // asked by a worker.
  absl::Status SealBroken(const Event& event) {
    auto it = run_.approvals.find(StringOr(event.body, "approval_id", ""));
    if (it == run_.approvals.end()) return absl::OkStatus();
    it->second.state = "void";
    it->second.answers.clear();
    if (!Terminal(run_.state)) run_.state = RunState::kWorking;
    return absl::OkStatus();
  }

  absl::Status Intended(const Event& event) {
    StepRecord& step = run_.steps[StringOr(event.body, "step", "")];
    step.state = StepState::kIntended;
    step.call_hash = StringOr(event.body, "call_hash", "");
    step.decided = event.body;
    step.started = event.time;
    ASSIGN_OR_RETURN(step.records,
                     policies::ParseNamedRecords(event.body.value("records", Json())));
    run_.state = RunState::kWorking;
    return absl::OkStatus();
  }

  // Its question is answered and done with: should this call be lost too, people are asked anew.
  absl::Status Repeated(const Event& event) {
    const std::string id = StringOr(event.body, "step", "");
    run_.steps[id].started = event.time;
    for (auto& [approval_id, approval] : run_.approvals) {
      const bool question = approval.step_id == id && approval.obligation.rule == kInDoubtRule;
      approval.acted_on = approval.acted_on || question;
    }
    run_.state = RunState::kWorking;
    return absl::OkStatus();
  }

  absl::Status Resumed(const Event& event) {
    StepRecord& step = run_.steps[StringOr(event.body, "step", "")];
    step.call_hash = StringOr(event.body, "call_hash", "");
    step.decided = event.body;
    return absl::OkStatus();
  }

  absl::Status Settled(const Event& event) {
    StepRecord& step = run_.steps[StringOr(event.body, "step", "")];
    step.ended = event.time;
    step.milliseconds = base::NumberOr(event.body, "milliseconds", 0);
    step.error = event.body.value("error", Json());
    step.settled_by = StringOr(event.body, "settled_by", "");
    if (!base::BoolOr(event.body, "ok", false)) {
      step.state = StepState::kFailed;
      return absl::OkStatus();
    }
    step.state = StepState::kSucceeded;
    step.value = event.body.value("value", Json());
    ASSIGN_OR_RETURN(step.label, policies::ParseLabel(event.body.value("label", Json())));
    for (const Json& origin : event.body.value("origins", Json::array())) {
      ASSIGN_OR_RETURN(policies::Origin parsed, policies::ParseOrigin(origin));
      step.origins.push_back(std::move(parsed));
    }
    return absl::OkStatus();
  }

  absl::Status Skipped(const Event& event) {
    StepRecord& step = run_.steps[StringOr(event.body, "step", "")];
    step.state = StepState::kSkipped;
    step.error = event.body;
    for (const char* evidence : {"policy_version", "arguments", "label", "records", "facts"})
      step.error.erase(evidence);
    return absl::OkStatus();
  }

  absl::Status Answered(const Event& event) {
    run_.answer = StringOr(event.body, "text", "");
    run_.citations = event.body.value("citations", Json::array());
    ASSIGN_OR_RETURN(run_.answer_label, policies::ParseLabel(event.body.value("label", Json())));
    return absl::OkStatus();
  }

  absl::Status CancelRequested(const Event&) {
    run_.cancel_requested = true;
    return absl::OkStatus();
  }

  absl::Status Waiting(const Event& event) { return Enter(event); }
  absl::Status Ended(const Event& event) {
    VoidOpenApprovals();
    return Enter(event);
  }

  void VoidOpenApprovals() {
    for (auto& [id, approval] : run_.approvals) {
      if (approval.state == "pending") approval.state = "void";
    }
  }

  absl::Status Enter(const Event& event) {
    const auto state = ParseRunState(StringOr(event.body, "state", ""));
    if (!state)
      return Damaged("journal: unknown run state", "실행 기록: 알 수 없는 실행 상태입니다");
    run_.state = *state;
    run_.reason_en = StringOr(event.body, "reason_en", "");
    run_.reason_ko = StringOr(event.body, "reason_ko", "");
    return absl::OkStatus();
  }

  Run& run_;
};

}  // namespace

absl::Status Apply(const Event& event, Run& run) { return Folder(run).Apply(event); }

absl::StatusOr<Run> Fold(const std::string& id, const std::vector<Event>& journal) {
  Run run;
  run.id = id;
  for (const Event& event : journal) RETURN_IF_ERROR(Apply(event, run));
  return run;
}

}  // namespace agents
