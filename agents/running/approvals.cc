// What people are asked about a step, and what their answers mean for it.
#include <algorithm>

#include "agents/running/driver.h"
#include "model_core/base/strings.h"
#include "policies/approval_rules.h"

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

// What people answered about was not what is there now: whoever approved another grade approved
// another call.
std::optional<policies::Rule> Driver::ChangedSinceAnswered(const Step& step,
                                                           const tools::ToolCall& call) const {
  for (const auto& [id, approval] : run_.approvals) {
    const bool answered = approval.state == "approved" || approval.state == "rejected";
    if (!answered || approval.step_id != step.id || approval.obligation.rule == kInDoubtRule ||
        approval.shown.value("arguments", Json()) != call.arguments())
      continue;
    const auto shown = policies::ParseNamedRecords(approval.shown.value("records", Json()));
    if (shown.ok() && *shown != call.binding.records)
      return RecordChanged(*shown, call.binding.records);
  }
  return std::nullopt;
}

// The rule that denies the call if an approval that it still needs is one that nobody may give. The
// plan was checked with what was known then.
absl::StatusOr<std::optional<policies::Rule>> Driver::NobodyMayMeet(
    const tools::ToolCall& call, const policies::StepDecision& decision) {
  std::optional<std::vector<policies::Principal>> people;
  for (const policies::Obligation& obligation : decision.obligations) {
    if (!AskedOfPeople(obligation.kind) || obligation.kind == Kind::kConfirm) continue;
    if (!people) {
      ASSIGN_OR_RETURN(people, People());
    }
    if (!policies::AnyoneMayMeet(obligation, principal_.principal, *people, call.binding.label))
      return policies::NobodyEligible(obligation, call.binding.label);
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
  ASSIGN_OR_RETURN(const auto nobody, NobodyMayMeet(call, decision));
  if (nobody) return Skip(step, Denied(RuleText(*nobody)));
  const std::string hash = call.binding.Hash();
  const bool reason =
      std::any_of(decision.obligations.begin(), decision.obligations.end(),
                  [](const policies::Obligation& o) { return o.kind == Kind::kReason; });
  Json shown = {{"tool", step.tool},
                {"arguments", call.arguments()},
                {"label", policies::ToJson(call.binding.label)},
                {"plan_hash", call.binding.plan_hash},
                {"policy_version", call.binding.policy_version},
                {"request", run_.request.text},
                {"reason_required", reason}};
  if (!call.binding.records.empty()) shown["records"] = policies::ToJson(call.binding.records);
  for (const policies::Obligation& obligation : decision.obligations) {
    const bool asked =
        std::any_of(run_.approvals.begin(), run_.approvals.end(), [&](const auto& entry) {
          const Approval& approval = entry.second;
          return approval.step_id == step.id && approval.call_hash == hash &&
                 approval.obligation == obligation && approval.state != "void";
        });
    if (asked || !AskedOfPeople(obligation.kind)) continue;
    RETURN_IF_ERROR(RequestApproval(step, call, obligation, shown));
  }
  return absl::OkStatus();
}

// The newest question whether the effect of `step` happened, of the call made last, unless its
// answer had to be refused.
const Approval* Driver::InDoubtQuestion(const Step& step) const {
  const Approval* newest = nullptr;  // ids sort by time
  for (const auto& [id, approval] : run_.approvals) {
    const bool question =
        approval.obligation.rule == kInDoubtRule && !approval.acted_on && approval.state != "void";
    if (question && approval.step_id == step.id) newest = &approval;
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
  Json shown = {{"question", "in_doubt"},
                {"tool", step.tool},
                {"arguments", call.arguments()},
                {"request", run_.request.text},
                {"label", policies::ToJson(call.binding.label)},
                {"reason_required", true}};
  if (why != nullptr) shown.update({{"why_en", why->message_en}, {"why_ko", why->message_ko}});
  return RequestApproval(step, call, question, std::move(shown));
}

absl::Status Driver::SettleByAnswer(const Step& step, const Approval& question) {
  if (question.answers.back().once_more && !run_.cancel_requested && principal_.active)
    return RepeatOnWord(step, question);
  const bool happened = question.state == "approved";
  Json body = {{"step", step.id},
               {"key", base::StrCat(run_.id, "/", step.id)},
               {"ok", happened},
               {"settled_by", base::StrCat("the word of ", question.answers.back().approver)}};
  if (happened) {
    const tools::Catalogue& catalogue = context_.registry.catalogue();
    body["value"] = Json::object();
    body["label"] = policies::ToJson(
        tools::FloorLabel(catalogue, *catalogue.Find(step.tool),
                          question.shown.value("arguments", Json::object()), LabelOf(question)));
    body["origins"] = Json::array();
  } else {
    body["error"] = {{"code", "in_doubt"},
                     {"message_en", "a person found that it did not happen"},
                     {"message_ko", "담당자가 처리되지 않았음을 확인했습니다"}};
  }
  return Emit("effect.outcome", std::move(body));
}

// The call is made anew, under the approvals that it had: should they no longer suffice, it is
// refused. A worker that stops leaves it to the next.
absl::Status Driver::RepeatOnWord(const Step& step, const Approval& question) {
  if (stopping_()) {
    left_.insert(step.id);
    return absl::OkStatus();
  }
  auto call = ResolveCall(step);
  if (!call) return InputsGone(step);
  NameRecords(*call, run_.steps.at(step.id).records);
  ASSIGN_OR_RETURN(CallFacts facts, FactsOfCall(step, *call));
  RETURN_IF_ERROR(EmitResumed(*call, facts, kByOnceMore));
  RETURN_IF_ERROR(Emit("effect.repeated", {{"step", step.id},
                                           {"key", call->idempotency_key},
                                           {"call_hash", call->binding.Hash()},
                                           {"approval_id", question.id}}));
  Stage(step, *std::move(call), std::move(facts), kByOnceMore);
  return absl::OkStatus();
}

}  // namespace agents
