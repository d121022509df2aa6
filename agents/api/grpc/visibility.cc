#include "agents/api/grpc/visibility.h"

namespace agents {

using base::Json;

absl::StatusOr<Run> LoadRun(const Api& api, const Caller& caller, const std::string& id) {
  const auto journal = api.store.Journal(id, 0);
  if (absl::IsNotFound(journal.status())) return NoRun(id);
  if (!journal.ok()) return journal.status();
  ASSIGN_OR_RETURN(Run run, Fold(id, *journal));
  if (run.request.principal == caller.id() || MaySeeEverything(caller)) return run;
  ASSIGN_OR_RETURN(const PrincipalRecord requester, api.store.GetPrincipal(run.request.principal));
  for (const auto& [approval_id, approval] :
       run.approvals) {  // approvers see what they are to approve
    if (IsAsked(approval, requester.principal, caller)) return run;
  }
  return NoRun(id);  // missing and not yours look the same
}

bool IsAsked(const Approval& approval, const policies::Principal& requester, const Caller& caller) {
  return policies::MayApprove(approval.obligation, requester, caller.record.principal, {},
                              policies::UserLabel());
}

Json ReadableBody(const policies::Clearance& clearance, const Json& body) {
  Json readable = body;
  for (const char* part : {"shown", "decided"}) {  // which have labels of their own
    if (readable.contains(part) && readable[part].is_object())
      readable[part] = ReadableBody(clearance, readable[part]);
  }
  const auto labelled = body.find("label");
  if (labelled == body.end() || labelled->is_null()) return readable;
  const auto label = policies::ParseLabel(*labelled);
  if (label.ok() && policies::MayRead(clearance, *label)) return readable;
  for (const char* member : {"value", "arguments", "records", "text", "citations"}) {
    if (readable.contains(member)) readable[member] = {{"withheld", *labelled}};
  }
  return readable;
}

Json StepJson(const StepRecord& step) {
  constexpr std::string_view kNames[] = {
      "pending", "awaiting_approval", "intended", "succeeded", "failed", "skipped"};
  return {{"state", kNames[static_cast<int>(step.state)]},
          {"milliseconds", step.milliseconds},
          {"started", step.started},
          {"ended", step.ended},
          {"label", policies::ToJson(step.label)},
          {"error", step.error}};
}

}  // namespace agents
