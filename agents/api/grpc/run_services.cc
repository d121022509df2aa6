// RunService, ApprovalService and PlanService.
#include "agents/api/grpc/run_services.h"

#include "agents/running/facts.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::DumpJson;
using base::Error;
using base::Json;
using base::StrCat;

absl::Status NoRun(const std::string& id) {
  return Error(absl::StatusCode::kNotFound, StrCat("run ", id, " does not exist"), StrCat("실행 ", id, "이(가) 없습니다"));
}

Json StepsJson(const Run& run) {
  constexpr std::string_view kNames[] = {"pending", "awaiting_approval", "intended", "succeeded", "failed", "skipped"};
  Json steps = Json::object();
  for (const auto& [id, step] : run.steps) {
    steps[id] = {{"state", kNames[static_cast<int>(step.state)]},
                 {"milliseconds", step.milliseconds},
                 {"started", step.started},
                 {"ended", step.ended},
                 {"label", policies::ToJson(step.label)},
                 {"error", step.error}};
  }
  return steps;
}

void Fill(const Run& run, maru::v1::Run& out) {
  out.set_id(run.id);
  out.set_principal(run.request.principal);
  out.set_text(run.request.text);
  out.set_state(std::string(Name(run.state)));
  out.set_created(run.created);
  out.set_updated(run.updated);
  out.set_conversation_id(run.request.conversation_id);
  if (run.plan) out.set_plan_json(DumpJson(ToJson(*run.plan, true)));
  if (run.decision) out.set_decision_json(DumpJson(policies::ToJson(*run.decision)));
  out.set_steps_json(DumpJson(StepsJson(run)));
  Json approvals = Json::array();
  for (const auto& [id, approval] : run.approvals) approvals.push_back(ToJson(approval));
  out.set_approvals_json(DumpJson(approvals));
  out.set_answer(run.answer);
  out.set_reason_en(run.reason_en);
  out.set_reason_ko(run.reason_ko);
  out.set_event_count(run.event_count);
}

}  // namespace

bool MaySeeEverything(const Caller& caller) { return caller.HasRole("auditor") || caller.HasRole("security_officer"); }

absl::StatusOr<Run> LoadRun(const ApiContext& api, const Caller& caller, const std::string& id) {
  auto journal = api.store.Journal(id, 0);
  if (!journal.ok()) return journal.status();
  ASSIGN_OR_RETURN(Run run, Fold(id, *journal));
  if (run.request.principal == caller.id() || MaySeeEverything(caller)) return run;
  ASSIGN_OR_RETURN(const PrincipalRecord requester, api.store.GetPrincipal(run.request.principal));
  for (const auto& [approval_id, approval] : run.approvals) {  // approvers see what they are to approve
    if (policies::MayApprove(approval.obligation, requester.principal, caller.record.principal, {})) return run;
  }
  return NoRun(id);  // missing and not yours look the same
}

grpc::Status RunService::GetRun(grpc::ServerContext* context, const maru::v1::GetRunRequest* request,
                                maru::v1::Run* response) {
  return Serve(api_, context, [&](const Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(const Run run, LoadRun(api_, caller, request->id()));
    Fill(run, *response);
    return absl::OkStatus();
  });
}

grpc::Status RunService::ListRuns(grpc::ServerContext* context, const maru::v1::ListRunsRequest* request,
                                  maru::v1::ListRunsResponse* response) {
  return Serve(api_, context, [&](const Caller& caller) -> absl::Status {
    RunFilter filter;
    filter.principal = request->everyone() && MaySeeEverything(caller) ? "" : caller.id();
    if (!request->state().empty()) {
      filter.state = ParseRunState(request->state());
      if (!filter.state) {
        return Error(absl::StatusCode::kInvalidArgument, StrCat("run state '", request->state(), "' does not exist"),
                     StrCat("실행 상태 '", request->state(), "'은(는) 없습니다"));
      }
    }
    if (request->page_size() > 0) filter.page_size = request->page_size();
    filter.page_token = request->page_token();
    ASSIGN_OR_RETURN(const RunPage page, api_.store.ListRuns(filter));
    for (const RunSummary& summary : page.runs) {
      maru::v1::Run& run = *response->add_runs();
      run.set_id(summary.id);
      run.set_principal(summary.principal);
      run.set_text(summary.text);
      run.set_state(std::string(Name(summary.state)));
      run.set_created(summary.created);
      run.set_updated(summary.updated);
      run.set_conversation_id(summary.conversation_id);
    }
    response->set_next_page_token(page.next_page_token);
    response->set_total(page.total);
    return absl::OkStatus();
  });
}

grpc::Status RunService::WatchRun(grpc::ServerContext* context, const maru::v1::WatchRunRequest* request,
                                  grpc::ServerWriter<maru::v1::RunEvent>* writer) {
  return Serve(api_, context, [&](const Caller& caller) -> absl::Status {
    uint64_t next = request->from_index();
    for (;;) {
      ASSIGN_OR_RETURN(const Run run, LoadRun(api_, caller, request->id()));
      if (run.event_count > next) {
        ASSIGN_OR_RETURN(const std::vector<Event> events, api_.store.Journal(run.id, next));
        for (const Event& event : events) {
          maru::v1::RunEvent out;
          out.set_index(event.index);
          out.set_time(event.time);
          out.set_actor(event.actor);
          out.set_type(event.type);
          out.set_body_json(DumpJson(event.body));
          if (!writer->Write(out)) return absl::CancelledError("the watcher went away");
          next = event.index + 1;
        }
        continue;
      }
      const bool waiting = run.state == RunState::kInputRequired || run.state == RunState::kApprovalRequired ||
                           run.state == RunState::kInDoubt;
      if (Terminal(run.state) || (waiting && !request->follow())) return absl::OkStatus();
      if (context->IsCancelled()) return absl::CancelledError("the watcher went away");
      const absl::Time until = DeadlineOf(*context, api_.clock, absl::Seconds(2));
      RETURN_IF_ERROR(api_.store.WaitForEvents(run.id, next, until).status());
    }
  });
}

grpc::Status RunService::CancelRun(grpc::ServerContext* context, const maru::v1::CancelRunRequest* request,
                                   maru::v1::CancelRunResponse*) {
  return Serve(api_, context, [&](const Caller& caller) { return api_.runs.Cancel(request->id(), caller.id()); });
}

grpc::Status RunService::ReplyToRun(grpc::ServerContext* context, const maru::v1::ReplyToRunRequest* request,
                                    maru::v1::ReplyToRunResponse*) {
  return Serve(api_, context,
               [&](const Caller& caller) { return api_.runs.Reply(request->id(), caller.id(), request->text()); });
}

absl::StatusOr<bool> ApprovalService::Fill(const Caller& caller, const Approval& approval,
                                           maru::v1::Approval& out) {
  ASSIGN_OR_RETURN(const PrincipalRecord requester, api_.store.GetPrincipal(approval.requester));
  std::vector<policies::ApprovalFact> so_far;
  for (const Approval::Answer& answer : approval.answers) {
    ASSIGN_OR_RETURN(const PrincipalRecord other, api_.store.GetPrincipal(answer.approver));
    so_far.push_back({other.principal, answer.approved, approval.call_hash});
  }
  const bool mine = policies::MayApprove(approval.obligation, requester.principal, caller.record.principal, {});
  out.set_id(approval.id);
  out.set_run_id(approval.run_id);
  out.set_step_id(approval.step_id);
  out.set_tool(approval.tool);
  out.set_requester(approval.requester);
  out.set_state(approval.state);
  out.set_call_hash(approval.call_hash);
  out.set_document_json(DumpJson(ToJson(approval)));
  out.set_mine(approval.state == "pending" && policies::MayApprove(approval.obligation, requester.principal,
                                                                   caller.record.principal, so_far));
  return mine || approval.requester == caller.id() || MaySeeEverything(caller);
}

grpc::Status ApprovalService::ListApprovals(grpc::ServerContext* context,
                                            const maru::v1::ListApprovalsRequest* request,
                                            maru::v1::ListApprovalsResponse* response) {
  return Serve(api_, context, [&](const Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<Approval> approvals, api_.store.ListApprovals(request->state()));
    for (const Approval& approval : approvals) {
      maru::v1::Approval out;
      ASSIGN_OR_RETURN(const bool visible, Fill(caller, approval, out));
      if (visible) *response->add_approvals() = std::move(out);
    }
    return absl::OkStatus();
  });
}

grpc::Status ApprovalService::GetApproval(grpc::ServerContext* context, const maru::v1::GetApprovalRequest* request,
                                          maru::v1::Approval* response) {
  return Serve(api_, context, [&](const Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(const Approval approval, api_.store.GetApproval(request->id()));
    ASSIGN_OR_RETURN(const bool visible, Fill(caller, approval, *response));
    if (visible) return absl::OkStatus();
    response->Clear();
    return Error(absl::StatusCode::kNotFound, StrCat("approval ", request->id(), " does not exist"),
                 StrCat("승인 ", request->id(), "이(가) 없습니다"));
  });
}

grpc::Status ApprovalService::DecideApproval(grpc::ServerContext* context,
                                             const maru::v1::DecideApprovalRequest* request,
                                             maru::v1::DecideApprovalResponse*) {
  return Serve(api_, context, [&](const Caller& caller) {
    return api_.runs.Decide(request->id(), caller.id(), request->approve(), request->reason(), request->call_hash());
  });
}

grpc::Status PlanService::MakePlan(grpc::ServerContext* context, const maru::v1::MakePlanRequest* request,
                                   maru::v1::MakePlanResponse* response) {
  return Serve(api_, context, [&](const Caller& caller) -> absl::Status {
    PlanRequest plan;
    plan.text = request->text();
    plan.now = api_.clock.Now();
    if (!request->now().empty()) {
      ASSIGN_OR_RETURN(plan.now, base::ParseTimeText(request->now()));
    }
    plan.offered = api_.registry.Offered();
    if (request->all_tools()) {
      for (const tools::ToolSpec& tool : api_.registry.catalogue().tools()) plan.offered.insert(tool.name);
    }
    plan.allowed = {caller.record.principal.tools.begin(), caller.record.principal.tools.end()};
    plan.deadline = absl::FromChrono(context->deadline());
    plan.cancelled = [context] { return context->IsCancelled(); };
    ASSIGN_OR_RETURN(const PlanResult result, api_.planner.MakePlan(plan));
    response->set_plan_json(DumpJson(ToJson(result.plan, false)));
    response->set_evidence_json(DumpJson(result.evidence.ToJson()));
    response->set_unavailable_tool(result.unavailable_tool);
    response->set_milliseconds(result.milliseconds);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::string> DecisionOn(const ApiContext& api, const std::string& plan_json,
                                       const policies::Principal& principal, const std::string& purpose) {
  ASSIGN_OR_RETURN(const Json json, base::ParseJson(plan_json, "plan"));
  ASSIGN_OR_RETURN(Plan plan, ParsePlan(json));
  RETURN_IF_ERROR(Validate(plan, api.registry.catalogue()));
  Derive(plan, api.registry.catalogue(), "");
  RunRequest request;
  request.purpose = purpose;
  ASSIGN_OR_RETURN(const std::vector<PrincipalRecord> records, api.store.ListPrincipals());
  std::vector<policies::Principal> people;
  for (const PrincipalRecord& record : records) people.push_back(record.principal);
  ASSIGN_OR_RETURN(const policies::PlanDecision decision,
                   api.authorizer.CheckPlan(FactsOf(plan, request, principal, api.registry), people));
  return DumpJson(policies::ToJson(decision));
}

grpc::Status PlanService::CheckPlan(grpc::ServerContext* context, const maru::v1::CheckPlanRequest* request,
                                    maru::v1::CheckPlanResponse* response) {
  return Serve(api_, context, [&](const Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(*response->mutable_decision_json(),
                     DecisionOn(api_, request->plan_json(), caller.record.principal, request->purpose()));
    return absl::OkStatus();
  });
}

}  // namespace agents
