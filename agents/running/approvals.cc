// What people are asked about a step, and what their answers mean for it.
#include <algorithm>

#include "agents/running/driver.h"
#include "model_core/base/strings.h"

namespace agents {

using base::Json;
using Kind = policies::Obligation::Kind;

namespace {

bool AskedOfPeople(Kind kind) {
  return kind == Kind::kApproveOne || kind == Kind::kApproveTwo || kind == Kind::kApproveLicensed ||
         kind == Kind::kConfirm;
}

}  // namespace

bool Driver::AnswerPending(const Step& step) const {
  return std::any_of(run_.approvals.begin(), run_.approvals.end(), [&](const auto& entry) {
    return entry.second.step_id == step.id && entry.second.state == "pending";
  });
}

// Somebody said no to this very call.
std::optional<Json> Driver::Refused(const Step& step, const std::string& call_hash) const {
  for (const auto& [id, approval] : run_.approvals) {
    const bool question = approval.obligation.rule == kInDoubtRule;
    if (question || approval.step_id != step.id || approval.state != "rejected" ||
        approval.call_hash != call_hash)
      continue;
    if (approval.obligation.kind == Kind::kConfirm) return Json{{"reason", "declined"}};
    Json rejected = ToJson(RejectionText(approval, context_.registry.catalogue()));
    rejected["reason"] = "rejected";
    return rejected;
  }
  return std::nullopt;
}

absl::Status Driver::RequestApproval(const Step& step, const tools::ToolCall& call,
                                     const policies::Obligation& obligation, Json shown) {
  return Emit(
      "approval.requested",
      {{"approval_id", base::NewId(absl::ToUnixMillis(context_.clock.Now()), context_.random)},
       {"step", step.id},
       {"tool", step.tool},
       {"requester", run_.request.principal},
       {"obligation", policies::ToJson(obligation)},
       {"call_hash", call.binding.Hash()},
       {"shown", std::move(shown)}});
}

// One approval for each obligation that a person has to meet and that was not asked for this very
// call yet.
absl::Status Driver::RequestApprovals(const Step& step, const tools::ToolCall& call,
                                      const policies::StepDecision& decision) {
  const std::string hash = call.binding.Hash();
  const bool reason =
      std::any_of(decision.obligations.begin(), decision.obligations.end(),
                  [](const policies::Obligation& o) { return o.kind == Kind::kReason; });
  const Json shown = {{"tool", step.tool},
                      {"arguments", call.arguments()},
                      {"label", policies::ToJson(call.binding.label)},
                      {"plan_hash", call.binding.plan_hash},
                      {"policy_version", call.binding.policy_version},
                      {"request", run_.request.text},
                      {"reason_required", reason}};
  for (const policies::Obligation& obligation : decision.obligations) {
    const bool asked =
        std::any_of(run_.approvals.begin(), run_.approvals.end(), [&](const auto& entry) {
          const Approval& approval = entry.second;
          return approval.step_id == step.id && approval.call_hash == hash &&
                 approval.obligation == obligation;
        });
    if (asked || !AskedOfPeople(obligation.kind)) continue;
    RETURN_IF_ERROR(RequestApproval(step, call, obligation, shown));
  }
  return absl::OkStatus();
}

// The newest question whether the effect of `step` happened.
const Approval* Driver::InDoubtQuestion(const Step& step) const {
  const Approval* newest = nullptr;  // ids sort by time
  for (const auto& [id, approval] : run_.approvals) {
    if (approval.step_id == step.id && approval.obligation.rule == kInDoubtRule) newest = &approval;
  }
  return newest;
}

// A person of the approving roles looks at the outside system and says whether the effect happened.
// A tool that nobody approves has no such roles: then the requester looks.
absl::Status Driver::AskWhetherDone(const Step& step, const tools::ToolCall& call,
                                    const tools::ToolError* why) {
  const tools::ToolSpec& spec = *context_.registry.catalogue().Find(step.tool);
  const Kind kind = spec.approval_roles.empty()        ? Kind::kConfirm
                    : spec.approval_line == "licensed" ? Kind::kApproveLicensed
                                                       : Kind::kApproveOne;
  const policies::Obligation question{kind, spec.approval_roles, "", std::string(kInDoubtRule)};
  Json shown = {{"question", "in_doubt"}, {"tool", step.tool}, {"arguments", call.arguments()}};
  if (why != nullptr) shown.update({{"why_en", why->message_en}, {"why_ko", why->message_ko}});
  return RequestApproval(step, call, question, std::move(shown));
}

absl::Status Driver::SettleByAnswer(const Step& step, const Approval& question) {
  const bool happened = question.state == "approved";
  Json body = {{"step", step.id},
               {"key", base::StrCat(run_.id, "/", step.id)},
               {"ok", happened},
               {"settled_by", base::StrCat("the word of ", question.answers.back().approver)}};
  if (happened) {
    body["value"] = Json::object();
    body["label"] = policies::ToJson(policies::UserLabel());
    body["origins"] = Json::array();
  } else {
    body["error"] = {{"code", "in_doubt"},
                     {"message_en", "a person found that it did not happen"},
                     {"message_ko", "담당자가 처리되지 않았음을 확인했습니다"}};
  }
  return Emit("effect.outcome", std::move(body));
}

}  // namespace agents
