#include "agents/api/grpc/visibility.h"

#include <algorithm>

#include "agents/running/loading.h"

namespace agents {

using base::Json;

namespace {

absl::StatusOr<bool> MaySee(const Api& api, const Caller& caller, const Run& run) {
  if (run.request.principal == caller.id() || MaySeeEverything(caller)) return true;
  const auto requester = api.store.GetPrincipal(run.request.principal);
  if (absl::IsNotFound(requester.status())) return false;  // the journal does not say whose it is
  RETURN_IF_ERROR(requester.status());
  return std::any_of(run.approvals.begin(), run.approvals.end(), [&](const auto& entry) {
    return IsAsked(entry.second, requester->principal,
                   caller);  // they see what they are to approve
  });
}

}  // namespace

absl::StatusOr<Run> LoadRun(const Api& api, const Caller& caller, const std::string& id) {
  ASSIGN_OR_RETURN(LoadedRun loaded, LoadRunIf(api.store, id, [&](const Run& run) {
                     return MaySee(api, caller, run);
                   }));
  return std::move(loaded.run);
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
