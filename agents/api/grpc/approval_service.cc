// ApprovalService: what waits for people, and their answers.
#include "agents/answer.h"
#include "agents/api/grpc/errors.h"
#include "agents/api/grpc/run_services.h"
#include "agents/api/grpc/visibility.h"
#include "model_core/base/log.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

using base::DumpJson;
using base::Json;
using base::StrCat;

absl::Status NoApproval(const std::string& id) {
  return base::Error(absl::StatusCode::kNotFound, StrCat("approval ", id, " does not exist"),
                     StrCat("승인 ", base::WithParticle(id, "이"), " 없습니다"));
}

// The answer, or that it did not count.
void LogAnswer(const Approval& approval, const Caller& caller, bool approved,
               const absl::Status& decided) {
  Json fields = {{"run_id", approval.run_id}, {"approval_id", approval.id},
                 {"step", approval.step_id},  {"tool", approval.tool},
                 {"principal", caller.id()},  {"approved", approved}};
  if (decided.ok()) return base::LogInfo("approval.answered", fields);
  fields["why"] = std::string(decided.message());
  base::LogWarning("approval.answer_refused", fields);
}

// What the call to be approved rests on, as far as `caller` may read it.
absl::Status FillBasis(const Api& api, const Caller& caller, const Run& run,
                       const Approval& approval, maru::v1::Approval& out) {
  const Answer basis = ComposeBasis(run, approval.step_id, api.registry.catalogue());
  if (basis.text.empty()) return absl::OkStatus();  // nothing comes before it
  if (policies::MayRead(caller.record.principal.clearance, basis.label)) {
    out.set_basis(basis.text);
  } else {
    out.set_basis_withheld_json(DumpJson(policies::ToJson(basis.label)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<bool> ApprovalService::Fill(const Caller& caller, const Approval& approval,
                                           maru::v1::Approval& out) {
  ASSIGN_OR_RETURN(const PrincipalRecord requester, api_.store.GetPrincipal(approval.requester));
  std::vector<policies::ApprovalFact> so_far;
  for (const Approval::Answer& answer : approval.answers) {
    ASSIGN_OR_RETURN(const PrincipalRecord other, api_.store.GetPrincipal(answer.approver));
    so_far.push_back({other.principal, answer.approved, approval.call_hash, answer.reason});
  }
  out.set_id(approval.id);
  out.set_run_id(approval.run_id);
  out.set_step_id(approval.step_id);
  out.set_tool(approval.tool);
  out.set_requester(approval.requester);
  out.set_state(approval.state);
  out.set_call_hash(approval.call_hash);
  Json document = ToJson(approval);
  document["shown"] = ReadableBody(caller.record.principal.clearance, approval.shown);
  out.set_document_json(DumpJson(document));
  out.set_mine(approval.state == "pending" &&
               policies::MayApprove(approval.obligation, requester.principal,
                                    caller.record.principal, so_far, LabelOf(approval)));
  return IsAsked(approval, requester.principal, caller) || approval.requester == caller.id() ||
         MaySeeEverything(caller);
}

grpc::Status ApprovalService::ListApprovals(grpc::ServerContext* context,
                                            const maru::v1::ListApprovalsRequest* request,
                                            maru::v1::ListApprovalsResponse* response) {
  return Serve(api_, context, *request, [&](const Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<Approval> approvals,
                     api_.store.ListApprovals(request->state()));
    for (const Approval& approval : approvals) {
      maru::v1::Approval out;
      ASSIGN_OR_RETURN(const bool visible, Fill(caller, approval, out));
      if (visible) *response->add_approvals() = std::move(out);
    }
    return absl::OkStatus();
  });
}

grpc::Status ApprovalService::GetApproval(grpc::ServerContext* context,
                                          const maru::v1::GetApprovalRequest* request,
                                          maru::v1::Approval* response) {
  return Serve(api_, context, *request, [&](const Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(const Approval kept, api_.store.GetApproval(request->id()));
    const absl::StatusOr<Run> run = LoadRun(api_, caller, kept.run_id);
    if (!run.ok() && !absl::IsNotFound(run.status())) return run.status();
    if (run.ok() && run->approvals.contains(request->id())) {
      // What is asked is the journal's, which nobody can change; how far it is, the table's.
      Approval asked = run->approvals.at(request->id());
      asked.state = kept.state;
      asked.answers = kept.answers;
      ASSIGN_OR_RETURN(const bool visible, Fill(caller, asked, *response));
      if (visible) return FillBasis(api_, caller, *run, asked, *response);
    }
    response->Clear();
    return NoApproval(request->id());
  });
}

grpc::Status ApprovalService::DecideApproval(grpc::ServerContext* context,
                                             const maru::v1::DecideApprovalRequest* request,
                                             maru::v1::DecideApprovalResponse*) {
  return Serve(api_, context, *request, [&](const Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(const Approval approval, api_.store.GetApproval(request->id()));
    maru::v1::Approval seen;
    ASSIGN_OR_RETURN(const bool visible, Fill(caller, approval, seen));
    // Who sees it in the table alone is told nothing of its run.
    const absl::Status loaded = LoadRun(api_, caller, approval.run_id).status();
    if (!visible || absl::IsNotFound(loaded)) return NoApproval(request->id());
    RETURN_IF_ERROR(loaded);
    if (request->approve() && request->once_more()) {
      return InvalidField("once_more", "given with 'approve'", "'approve'와 함께 쓸 수 없습니다");
    }
    const absl::Status decided =
        request->once_more()
            ? api_.runs.OnceMore(approval.id, caller.id(), request->reason(), request->call_hash())
            : api_.runs.Decide(approval.id, caller.id(), request->approve(), request->reason(),
                               request->call_hash());
    LogAnswer(approval, caller, request->approve(), decided);
    return decided;
  });
}

}  // namespace agents
