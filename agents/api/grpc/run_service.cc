// RunService: runs as their requester, their approvers and auditors see them.
#include "agents/api/grpc/held.h"
#include "agents/api/grpc/page_token.h"
#include "agents/api/grpc/run_services.h"
#include "agents/api/grpc/run_watch.h"
#include "agents/api/grpc/visibility.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

using base::DumpJson;
using base::Json;
using base::StrCat;

Json StepsJson(const Run& run) {
  Json steps = Json::object();
  for (const auto& [id, step] : run.steps) steps[id] = StepJson(step);
  return steps;
}

void Fill(const Run& run, const policies::Clearance& reader, maru::v1::Run& out) {
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
  for (const auto& [id, approval] : run.approvals) {
    Json document = ToJson(approval);
    document["shown"] = ReadableBody(reader, approval.shown);
    approvals.push_back(std::move(document));
  }
  out.set_approvals_json(DumpJson(approvals));
  if (policies::MayRead(reader, run.answer_label)) out.set_answer(run.answer);
  out.set_reason_en(run.reason_en);
  out.set_reason_ko(run.reason_ko);
  out.set_event_count(run.event_count);
}

void Fill(const RunSummary& summary, maru::v1::Run& out) {
  out.set_id(summary.id);
  out.set_principal(summary.principal);
  out.set_text(summary.text);
  out.set_state(std::string(Name(summary.state)));
  out.set_created(summary.created);
  out.set_updated(summary.updated);
  out.set_conversation_id(summary.conversation_id);
}

absl::Status CheckMaySeeEveryone(const Caller& caller) {
  if (MaySeeEverything(caller)) return absl::OkStatus();
  return base::Error(
      absl::StatusCode::kPermissionDenied,
      StrCat(caller.id(),
             " may not list everyone's runs: that is for auditors and security officers"),
      StrCat(base::WithParticle(caller.id(), "은"),
             " 모두의 실행을 볼 수 없습니다. 감사관(auditor)과 보안담당관(security_officer)만 볼 "
             "수 있습니다"));
}

absl::StatusOr<RunFilter> FilterOf(const Caller& caller, const maru::v1::ListRunsRequest& request) {
  RunFilter filter;
  if (request.everyone()) RETURN_IF_ERROR(CheckMaySeeEveryone(caller));
  filter.principal = request.everyone() ? "" : caller.id();
  if (!request.state().empty()) {
    const auto state = ParseRunState(request.state());
    if (!state) {
      return InvalidField("state", StrCat("'", request.state(), "' does not exist"),
                          StrCat("'", request.state(), "' 상태는 없습니다"));
    }
    filter.states = {*state};
  }
  if (request.page_size() < 0 || request.page_size() > 100) {
    return InvalidField(
        "page_size", StrCat(request.page_size(), " is not within 1–100"),
        StrCat(base::WithParticle(StrCat(request.page_size()), "은"), " 1–100 밖입니다"));
  }
  if (request.page_size() > 0) filter.page_size = request.page_size();
  ASSIGN_OR_RETURN(filter.page_token, StoredPageToken(request.page_token()));
  return filter;
}

}  // namespace

grpc::Status RunService::GetRun(grpc::ServerContext* context,
                                const maru::v1::GetRunRequest* request, maru::v1::Run* response) {
  return Serve(api_, context, *request, [&](const Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(Run run, LoadRun(api_, caller, request->id()));
    SayHeld(api_.runs.Held(run), run);
    Fill(run, caller.record.principal.clearance, *response);
    return absl::OkStatus();
  });
}

grpc::Status RunService::ListRuns(grpc::ServerContext* context,
                                  const maru::v1::ListRunsRequest* request,
                                  maru::v1::ListRunsResponse* response) {
  return Serve(api_, context, *request, [&](const Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(const RunFilter filter, FilterOf(caller, *request));
    ASSIGN_OR_RETURN(const RunPage page, api_.store.ListRuns(filter));
    for (const RunSummary& summary : page.runs) Fill(summary, *response->add_runs());
    response->set_next_page_token(PageToken(page.next_page_token));
    response->set_total(page.total);
    return absl::OkStatus();
  });
}

grpc::Status RunService::WatchRun(grpc::ServerContext* context,
                                  const maru::v1::WatchRunRequest* request,
                                  grpc::ServerWriter<maru::v1::RunEvent>* writer) {
  return Serve(api_, context, *request, [&](const Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(const Watches::Slot slot, watches_.Take(caller.id()));
    return agents::WatchRun(api_, watches_, caller, *context, *request,
                            [&](const maru::v1::RunEvent& event) { return writer->Write(event); });
  });
}

grpc::Status RunService::CancelRun(grpc::ServerContext* context,
                                   const maru::v1::CancelRunRequest* request,
                                   maru::v1::CancelRunResponse*) {
  return Serve(api_, context, *request,
               [&](const Caller& caller) { return api_.runs.Cancel(request->id(), caller.id()); });
}

grpc::Status RunService::ReplyToRun(grpc::ServerContext* context,
                                    const maru::v1::ReplyToRunRequest* request,
                                    maru::v1::ReplyToRunResponse*) {
  return Serve(api_, context, *request, [&](const Caller& caller) {
    return api_.runs.Reply(request->id(), caller.id(), request->text(), "");
  });
}

}  // namespace agents
