#include "agents/running/sealing.h"

#include <algorithm>
#include <set>

#include "agents/running/driver.h"
#include "model_core/base/log.h"
#include "model_core/base/strings.h"
#include "policies/facts.h"

namespace agents {
namespace {

policies::SealedAnswer Sealed(const Approval& approval, const Approval::Answer& answer) {
  return {approval.run_id, approval.step_id,    approval.id,        approval.requester,
          approval.tool,   approval.obligation, approval.call_hash, approval.shown,
          answer.approver, answer.approved,     answer.reason,      answer.time,
          answer.once_more};
}

// Folds the events of one run by the answers' seals.
class SealedFolder {
 public:
  SealedFolder(const policies::ApprovalSealer& sealer, const std::string& id) : sealer_(sealer) {
    sealed_.run.id = id;
  }

  absl::Status Add(const Event& event) {
    if (event.type == "approval.requested") AskedAnew(event);
    if (!Forged(event)) return Apply(event, sealed_.run);
    if (event.type == "approval.seal_broken")
      kept_.insert(base::StringOr(event.body, "approval_id", ""));
    sealed_.forged.push_back(event);
    return Apply({event.index, event.time, event.actor, "approval.seal_broken", base::Json()},
                 sealed_.run);  // it keeps its place, and voids nothing
  }
  SealedRun Take() { return std::move(sealed_); }

 private:
  bool Forged(const Event& event) const {
    const bool answer = event.type == "approval.decided";
    if (!answer && event.type != "approval.seal_broken") return false;
    const auto it = sealed_.run.approvals.find(base::StringOr(event.body, "approval_id", ""));
    if (it == sealed_.run.approvals.end()) return false;
    const Approval& approval = it->second;
    if (answer && AnsweredBy(approval, base::StringOr(event.body, "approver", ""))) return true;
    const bool settled = approval.state == "approved" || approval.state == "rejected";
    return settled &&
           std::all_of(approval.answers.begin(), approval.answers.end(),
                       [&](const Approval::Answer& a) { return SealHolds(sealer_, approval, a); });
  }

  // A marud with another key refused what holds under this one, and asked anew: only the newer
  // question counts, unless its call was begun on the former.
  void AskedAnew(const Event& event) {
    if (sealed_.run.approvals.contains(base::StringOr(event.body, "approval_id", ""))) return;
    const auto asked = policies::ParseObligation(base::Member(event.body, "obligation"));
    for (const std::string& id : kept_) {
      Approval& former = sealed_.run.approvals.at(id);
      const bool same = former.step_id == base::StringOr(event.body, "step", "") &&
                        former.call_hash == base::StringOr(event.body, "call_hash", "") &&
                        asked.ok() && former.obligation == *asked;
      if (!same || former.state != "approved" || Begun(former.step_id)) continue;
      former.state = "void";
      former.answers.clear();
    }
  }

  bool Begun(const std::string& step) const {
    const auto it = sealed_.run.steps.find(step);
    return it != sealed_.run.steps.end() && it->second.state != StepState::kPending &&
           it->second.state != StepState::kAwaitingApproval;
  }

  const policies::ApprovalSealer& sealer_;
  SealedRun sealed_;
  std::set<std::string> kept_;  // approvals that were refused falsely
};

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

bool AnsweredBy(const Approval& approval, const std::string& approver) {
  return std::any_of(approval.answers.begin(), approval.answers.end(),
                     [&](const Approval::Answer& a) { return a.approver == approver; });
}

bool SealHolds(const policies::ApprovalSealer& sealer, const Approval& approval,
               const Approval::Answer& answer) {
  return sealer.Holds(Sealed(approval, answer), answer.seal);
}

absl::StatusOr<SealedRun> FoldSealed(const policies::ApprovalSealer& sealer, const std::string& id,
                                     const std::vector<Event>& journal) {
  SealedFolder folder(sealer, id);
  for (const Event& event : journal) RETURN_IF_ERROR(folder.Add(event));
  return folder.Take();
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

// The journal has them already; of each, whoever runs marud is told once by a worker.
void Driver::LogForged(const std::vector<Event>& forged) {
  for (const Event& event : forged) {
    if (event.index < told_) continue;
    told_ = event.index + 1;
    base::LogError("approval.forged",
                   {{"run_id", run_.id},
                    {"event", event.index},
                    {"type", event.type},
                    {"approval_id", base::StringOr(event.body, "approval_id", "")}});
  }
}

}  // namespace agents
