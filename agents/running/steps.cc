// Which step may go on, and how far.
#include "agents/running/driver.h"
#include "agents/running/facts.h"
#include "agents/running/wording.h"
#include "model_core/base/strings.h"

namespace agents {

using base::Json;

namespace {

bool Settled(const StepRecord& record) {
  return record.state == StepState::kSucceeded || record.state == StepState::kFailed ||
         record.state == StepState::kSkipped;
}

std::set<std::string> Inputs(const Step& step) {
  std::set<std::string> inputs(step.after.begin(), step.after.end());
  for (const Reference& reference : References(step.arguments)) inputs.insert(reference.step);
  return inputs;
}

}  // namespace

bool Driver::ArgumentsSettled(const Step& step) const {
  for (const Reference& reference : References(step.arguments)) {
    if (run_.steps.at(reference.step).state != StepState::kSucceeded) return false;
  }
  return true;
}

bool Driver::InputsSettled(const Step& step) const {
  for (const std::string& input : Inputs(step)) {
    if (!Settled(run_.steps.at(input))) return false;
  }
  if (!step.confirm) return true;
  for (const Step& earlier : run_.plan->steps) {  // the requester sees every result so far
    if (earlier.id == step.id) break;
    if (!Settled(run_.steps.at(earlier.id))) return false;
  }
  return true;
}

// Why `step` cannot run although its inputs are settled: one failed or was skipped, or a guard stops it.
std::optional<Json> Driver::SkipReason(const Step& step) const {
  for (const std::string& input : Inputs(step)) {
    const StepRecord& record = run_.steps.at(input);
    if (record.state == StepState::kFailed) return Json{{"reason", "input_failed"}, {"input", input}};
    if (record.state == StepState::kSkipped) return Json{{"reason", "input_skipped"}, {"input", input}};
    const tools::Guard* guard = context_.registry.catalogue().FindGuard(run_.plan->Find(input)->tool);
    if (guard == nullptr) continue;
    const Json value = record.value.value(guard->field, Json());
    if (std::find(guard->passes.begin(), guard->passes.end(), value) == guard->passes.end()) {
      return Json{{"reason", "guard"}, {"input", input}, {"field", guard->field}, {"value", value}};
    }
  }
  return std::nullopt;
}

Json Driver::BindDefaults(const Step& step, Json arguments) const {
  const auto now = base::ParseTimeText(run_.request.now);
  for (const tools::ArgumentSpec& argument : context_.registry.catalogue().Find(step.tool)->arguments) {
    if (argument.default_value.empty() || arguments.contains(argument.name) || !now.ok()) continue;
    arguments[argument.name] = BindDefault(argument, *now);
  }
  return arguments;
}

tools::ToolCall Driver::MakeCall(const Step& step, Json arguments) const {
  tools::ToolCall call;
  call.binding.run_id = run_.id;
  call.binding.step_id = step.id;
  call.binding.tool = step.tool;
  call.binding.arguments = BindDefaults(step, std::move(arguments));
  call.binding.label =
      InputLabel(step.arguments, *run_.plan, context_.registry.catalogue(),
                 [this](const std::string& id) { return run_.steps.at(id).label; });
  call.binding.plan_hash = base::HashJson(ToJson(*run_.plan, /*derived=*/true));
  call.binding.policy_version = context_.authorizer.policy_version();
  call.idempotency_key = base::StrCat(run_.id, "/", step.id);
  call.requester = run_.request.principal;
  call.requester_unit = principal_.principal.unit;
  call.language = base::ParseLanguage(run_.request.language);
  if (auto now = base::ParseTimeText(run_.request.now); now.ok()) call.now = *now;
  return call;
}

// nullopt: a reference into an empty list.
std::optional<tools::ToolCall> Driver::ResolveCall(const Step& step) const {
  const auto result = [this](std::string_view id) -> const Json* {
    const StepRecord& record = run_.steps.at(std::string(id));
    return record.state == StepState::kSucceeded ? &record.value : nullptr;
  };
  const auto wrap = [this](std::string_view id) {
    const StepRecord& record = run_.steps.at(std::string(id));
    Json origins = Json::array();
    for (const policies::Origin& origin : record.origins) origins.push_back(policies::ToJson(origin));
    return Json{{"step", std::string(id)},
                {"tool", run_.plan->Find(id)->tool},
                {"value", record.value},
                {"label", policies::ToJson(record.label)},
                {"origins", origins}};
  };
  auto arguments = ResolveArguments(step.arguments, result, wrap);
  if (!arguments) return std::nullopt;
  return MakeCall(step, *std::move(arguments));
}

absl::StatusOr<std::variant<policies::Permit, policies::StepDecision>> Driver::Authorize(
    const Step& step, const tools::ToolCall& call) {
  policies::PlanFacts facts = FactsOf(*run_.plan, run_.request, principal_.principal, context_.registry);
  facts.purpose = run_.decision->purpose;
  const policies::StepFacts step_facts = FactsOf(step, call.arguments(), call.binding.label,
                                                 run_.request.principal, context_.registry);
  std::vector<policies::ApprovalFact> approvals;
  bool confirmed = false;
  for (const auto& [id, approval] : run_.approvals) {
    if (approval.step_id != step.id || approval.obligation.rule == kInDoubtRule) continue;
    for (const Approval::Answer& answer : approval.answers) {
      if (approval.obligation.kind == policies::Obligation::Kind::kConfirm) {
        confirmed = confirmed || (answer.approved && approval.call_hash == call.binding.Hash());
        continue;
      }
      ASSIGN_OR_RETURN(const PrincipalRecord approver, context_.store.GetPrincipal(answer.approver));
      approvals.push_back({approver.principal, answer.approved, approval.call_hash, answer.reason});
    }
  }
  return context_.authorizer.AuthorizeCall(facts, step_facts, call.binding, approvals, confirmed);
}

// One approval for each obligation that a person has to meet and that was not asked for this very call yet.
absl::Status Driver::RequestApprovals(const Step& step, const tools::ToolCall& call,
                                      const policies::StepDecision& decision,
                                      std::vector<Event>& events) {
  using Kind = policies::Obligation::Kind;
  const std::string hash = call.binding.Hash();
  for (const policies::Obligation& obligation : decision.obligations) {
    const bool personal = obligation.kind == Kind::kApproveOne || obligation.kind == Kind::kApproveTwo ||
                          obligation.kind == Kind::kApproveLicensed || obligation.kind == Kind::kConfirm;
    if (!personal) continue;
    if (obligation.kind == Kind::kConfirm && !InputsSettled(step)) continue;
    const bool asked = std::any_of(run_.approvals.begin(), run_.approvals.end(), [&](const auto& entry) {
      const Approval& approval = entry.second;
      return approval.step_id == step.id && approval.call_hash == hash && approval.obligation == obligation;
    });
    if (asked) continue;
    const int64_t millis = absl::ToUnixMillis(context_.clock.Now());
    Json shown = {{"tool", step.tool},
                  {"arguments", call.arguments()},
                  {"label", policies::ToJson(call.binding.label)},
                  {"plan_hash", call.binding.plan_hash},
                  {"policy_version", call.binding.policy_version},
                  {"request", run_.request.text}};
    events.push_back({0, "", "maru", "approval.requested",
                      {{"approval_id", base::NewId(millis, context_.random)},
                       {"step", step.id},
                       {"tool", step.tool},
                       {"obligation", policies::ToJson(obligation)},
                       {"call_hash", hash},
                       {"shown", std::move(shown)}}});
  }
  return absl::OkStatus();
}

absl::StatusOr<Driver::Progress> Driver::Deny(const Step& step, const policies::StepDecision& decision) {
  policies::PlanDecision denied;
  denied.steps.push_back(decision);
  const Wording wording = DenialText(denied);
  return End(RunState::kRejected, base::StrCat(step.id, ": ", wording.english), wording.korean);
}

// Looks at one step that is neither settled nor on its way: skips it, asks for approvals, or records the
// intent and launches it. True if something was done.
absl::StatusOr<bool> Driver::Consider(const Step& step, std::vector<Event>& events) {
  const bool inputs = InputsSettled(step);
  if (inputs) {
    if (auto reason = SkipReason(step)) {
      reason->update({{"step", step.id}});
      events.push_back({0, "", "maru", "step.skipped", *std::move(reason)});
      return true;
    }
  }
  if (!ArgumentsSettled(step)) return false;
  auto call = ResolveCall(step);
  if (!call) {
    events.push_back({0, "", "maru", "step.skipped", {{"step", step.id}, {"reason", "empty_input"}}});
    return true;
  }
  ASSIGN_OR_RETURN(auto answer, Authorize(step, *call));
  if (auto* decision = std::get_if<policies::StepDecision>(&answer)) {
    if (decision->obligations.empty()) {
      const Progress ended = *Deny(step, *decision);
      return ended != Progress::kWait;
    }
    const size_t before = events.size();
    RETURN_IF_ERROR(RequestApprovals(step, *call, *decision, events));
    return events.size() > before;
  }
  if (!inputs || flights_.size() >= static_cast<size_t>(context_.options.parallel_steps_max)) return false;
  events.push_back({0, "", "maru", "effect.intent",
                    {{"step", step.id},
                     {"tool", step.tool},
                     {"key", call->idempotency_key},
                     {"call_hash", call->binding.Hash()},
                     {"arguments", call->arguments()},
                     {"label", policies::ToJson(call->binding.label)}}});
  Stage(step, *std::move(call), "call");
  return true;
}

absl::StatusOr<Driver::Progress> Driver::AdvanceSteps() {
  if (!recovered_) {
    recovered_ = true;
    RETURN_IF_ERROR(SettleInDoubt());
    return Progress::kGoOn;
  }
  RETURN_IF_ERROR(Land());
  std::vector<Event> events;
  bool open = false;
  const bool no_more = run_.cancel_requested || stopping_();
  for (const Step& step : std::vector<Step>(run_.plan->steps)) {
    const StepRecord& record = run_.steps.at(step.id);
    if (Settled(record)) continue;
    open = true;
    if (flights_.contains(step.id) || record.state == StepState::kIntended || no_more) continue;
    ASSIGN_OR_RETURN(const bool done, Consider(step, events));
    if (Terminal(run_.state)) return Progress::kEnded;
    (void)done;
  }
  if (!events.empty()) {
    ASSIGN_OR_RETURN(const bool applied, Append(std::move(events)));
    if (applied) {
      StartStaged();
    } else {
      DiscardStaged();
    }
    return Progress::kGoOn;
  }
  if (!flights_.empty()) {
    WaitForLanding(absl::Milliseconds(200));
    return Progress::kGoOn;
  }
  if (run_.cancel_requested) return End(RunState::kCanceled, "canceled by the requester", "신청자가 취소했습니다");
  if (!open) return Finish();
  if (no_more) return Progress::kGoOn;
  for (const auto& [id, approval] : run_.approvals) {
    if (approval.state == "rejected" && approval.obligation.rule != kInDoubtRule) {
      const Wording wording = RejectionText(approval);
      return End(RunState::kRejected, wording.english, wording.korean);
    }
  }
  const Wording wording = WaitingText(run_);
  const bool in_doubt = std::any_of(run_.approvals.begin(), run_.approvals.end(), [](const auto& entry) {
    return entry.second.state == "pending" && entry.second.obligation.rule == kInDoubtRule;
  });
  return Wait(in_doubt ? RunState::kInDoubt : RunState::kApprovalRequired, wording.english, wording.korean);
}

}  // namespace agents
