#include "agents/running/sealing.h"

#include <algorithm>

#include "agents/running/driver.h"
#include "model_core/base/log.h"
#include "policies/facts.h"

namespace agents {
namespace {

policies::SealedAnswer Sealed(const Approval& approval, const Approval::Answer& answer) {
  return {approval.run_id, approval.step_id,    approval.id,        approval.requester,
          approval.tool,   approval.obligation, approval.call_hash, approval.shown,
          answer.approver, answer.approved,     answer.reason,      answer.time,
          answer.once_more};
}

}  // namespace

base::Json DecidedBody(const policies::ApprovalSealer& sealer, const Approval& approval,
                       const policies::Principal& approver, const Approval::Answer& answer) {
  base::Json body = {{"approval_id", approval.id},
                     {"step", approval.step_id},
                     {"approver", approver.id},
                     {"approved", answer.approved},
                     {"reason", answer.reason},
                     {"call_hash", approval.call_hash},
                     {"standing", policies::StandingJson(approver)},
                     {"answered", answer.time},
                     {"seal", sealer.Seal(Sealed(approval, answer))}};
  if (answer.once_more) body["once_more"] = true;
  return body;
}

bool SealHolds(const policies::ApprovalSealer& sealer, const Approval& approval,
               const Approval::Answer& answer) {
  return sealer.Holds(Sealed(approval, answer), answer.seal);
}

// Nothing rests on an answer whose seal does not hold, a no as little as a yes: its approval is
// void, and people are asked anew. What a settled step rested on is past changing.
absl::Status Driver::RefuseUnsealed() {
  if (std::exchange(seals_checked_, true)) return absl::OkStatus();
  std::vector<base::Json> broken;
  for (const auto& [id, approval] : run_.approvals) {
    const auto step = run_.steps.find(approval.step_id);
    if (step == run_.steps.end() || Settled(step->second)) continue;
    const auto bad = std::find_if(
        approval.answers.begin(), approval.answers.end(),
        [&](const Approval::Answer& a) { return !SealHolds(context_.sealer, approval, a); });
    if (bad != approval.answers.end())
      broken.push_back(
          {{"approval_id", id}, {"step", approval.step_id}, {"approver", bad->approver}});
  }
  for (base::Json& body : broken) {
    base::LogError("approval.seal_broken", {{"run_id", run_.id},
                                            {"approval_id", body["approval_id"]},
                                            {"step", body["step"]},
                                            {"approver", body["approver"]}});
    RETURN_IF_ERROR(Emit("approval.seal_broken", std::move(body)));
  }
  return absl::OkStatus();
}

}  // namespace agents
