// Which step may go on, and how far.
#include <algorithm>
#include <set>

#include "agents/answer.h"
#include "agents/redecide.h"
#include "agents/running/driver.h"
#include "agents/running/passing.h"
#include "model_core/base/log.h"

namespace agents {

using base::Json;

namespace {

constexpr absl::Duration kLandingWait = absl::Milliseconds(200);

std::set<std::string> Inputs(const Step& step) {
  std::set<std::string> inputs(step.after.begin(), step.after.end());
  for (const Reference& reference : References(step.arguments)) inputs.insert(reference.step);
  return inputs;
}

// Before any attempt; a permit that is refused later is told by the executor.
void LogForbidden(const std::string& run_id, const Step& step,
                  const std::vector<policies::Rule>& rules) {
  Json ids = Json::array();
  for (const policies::Rule& rule : rules) ids.push_back(rule.id);
  base::LogWarning("tool_call.forbidden",
                   {{"run_id", run_id}, {"step", step.id}, {"tool", step.tool}, {"rules", ids}});
}

}  // namespace

bool Driver::InputsSettled(const Step& step) const {
  const std::set<std::string> inputs = Inputs(step);
  const auto settled = [this](const std::string& id) { return Settled(run_.steps.at(id)); };
  if (!std::all_of(inputs.begin(), inputs.end(), settled)) return false;
  if (!step.confirm) return true;
  for (const Step& earlier : run_.plan->steps) {  // the requester sees every result so far
    if (earlier.id == step.id) break;
    if (!settled(earlier.id)) return false;
  }
  return true;
}

// Why `step` cannot run although its inputs are settled: one failed or was skipped, or a guard
// stops it.
std::optional<Json> Driver::SkipReason(const Step& step) const {
  for (const std::string& input : Inputs(step)) {
    const StepRecord& record = run_.steps.at(input);
    if (record.state == StepState::kFailed)
      return Json{{"reason", "input_failed"}, {"input", input}};
    if (record.state == StepState::kSkipped)
      return Json{{"reason", "input_skipped"}, {"input", input}};
    const tools::Guard* guard =
        context_.registry.catalogue().FindGuard(run_.plan->Find(input)->tool);
    if (guard == nullptr) continue;
    const Json value = record.value.value(guard->field, Json());
    if (std::find(guard->passes.begin(), guard->passes.end(), value) == guard->passes.end()) {
      return Json{{"reason", "guard"}, {"input", input}, {"field", guard->field}, {"value", value}};
    }
  }
  return std::nullopt;
}

absl::Status Driver::Skip(const Step& step, Json reason) {
  Json body = {{"step", step.id}};
  body.update(reason);
  return Emit("step.skipped", std::move(body));
}

// No new call is made.
bool Driver::NoMore() const { return run_.cancel_requested || !principal_.active || stopping_(); }

// Looks at one step that is neither settled nor on its way: skips it, asks for approvals, or
// records the intent and stages the call. A person who is asked sees every result that the step
// waits for.
absl::Status Driver::Consider(const Step& step) {
  if (!InputsSettled(step)) return absl::OkStatus();
  if (auto reason = SkipReason(step)) return Skip(step, *std::move(reason));
  if (AnswerPending(step)) return absl::OkStatus();
  const auto under_way = std::count_if(flights_.begin(), flights_.end(),
                                       [](const auto& f) { return !f.second->landed; });
  if (under_way >= context_.options.parallel_steps_max) return absl::OkStatus();
  ASSIGN_OR_RETURN(auto call, PrepareCall(step));
  if (!call) return absl::OkStatus();
  const std::string hash = call->binding.Hash();
  if (auto refused = Refused(step, hash)) return Skip(step, *std::move(refused));
  if (const auto changed = ChangedSinceAnswered(step, *call))
    return Skip(step, Denied(RuleText(*changed)));
  ASSIGN_OR_RETURN(CallFacts facts, FactsOfCall(step, *call));
  auto answer = context_.authorizer.AuthorizeCall(*facts.plan, facts.step, call->binding,
                                                  facts.approvals, facts.confirmed);
  if (!answer.ok()) return Skip(step, Denied(UndecidedText(answer.status())));
  auto* decision = std::get_if<policies::StepDecision>(&*answer);
  if (decision != nullptr && decision->permitted) return RequestApprovals(step, *call, *decision);
  const Json decided =
      DecidedOn(call->binding, CallFactsJson(facts.plan->principal, facts.step, facts.approvals),
                /*titles=*/decision == nullptr);
  if (decision != nullptr) {
    LogForbidden(run_.id, step, decision->rules);
    Json denied = Denied(DenialText(*decision, context_.registry.catalogue()), decision->rules);
    denied.update(decided);
    return Skip(step, std::move(denied));
  }
  Json intent = {
      {"step", step.id}, {"tool", step.tool}, {"key", call->idempotency_key}, {"call_hash", hash}};
  intent.update(decided);
  RETURN_IF_ERROR(Emit("effect.intent", std::move(intent)));
  Stage(step, *std::move(call), std::move(facts), kByCall);
  return absl::OkStatus();
}

absl::Status Driver::ConsiderSteps() {
  for (const Step& step : run_.plan->steps) {
    const StepRecord& record = run_.steps.at(step.id);
    if (Settled(record) || record.state == StepState::kIntended || NoMore()) continue;
    RETURN_IF_ERROR(KeepLease());  // looking records up may take half of it
    RETURN_IF_ERROR(Consider(step));
  }
  return absl::OkStatus();
}

bool Driver::AnyStep(StepState state) const {
  return std::any_of(run_.steps.begin(), run_.steps.end(),
                     [&](const auto& entry) { return entry.second.state == state; });
}

// One round: journals what has come back, settles what is in doubt, starts what may start, in one
// append; the end of the run belongs to the append of its last outcome.
absl::StatusOr<Driver::Progress> Driver::AdvanceSteps() {
  RETURN_IF_ERROR(LandAll());
  RETURN_IF_ERROR(SettleInDoubt());
  const absl::Status considered = ConsiderSteps();
  const bool holding = !queue_.empty() ||
                       !flights_.empty();  // something that a fresh start would have to find again
  if (!considered.ok() && !(Passing(considered) && holding)) return considered;
  const bool resting =
      considered.ok() &&
      std::all_of(flights_.begin(), flights_.end(), [](const auto& f) { return f.second->landed; });
  if (resting) return Rest();
  ASSIGN_OR_RETURN(const bool applied, Flush());
  if (!applied) {
    ForgetUnflushed();
    return Progress::kGoOn;
  }
  StartStaged();
  if (!WaitForLanding(kLandingWait)) RETURN_IF_ERROR(LookForNews());
  return Progress::kGoOn;
}

// Nothing is on its way: the run ends, or waits for people, or was told to stop.
absl::StatusOr<Driver::Progress> Driver::Rest() {
  const bool open = AnyStep(StepState::kPending) || AnyStep(StepState::kAwaitingApproval);
  const bool in_doubt = AnyStep(StepState::kIntended);
  const bool left = !left_.empty();  // the run waits for nobody: its next worker goes on
  if (!left && (in_doubt || (open && !NoMore()))) {
    RETURN_IF_ERROR(EmitWait());
  } else if (!left && (!open || !stopping_())) {
    RETURN_IF_ERROR(EmitFinish());
  }
  ASSIGN_OR_RETURN(const bool applied, Flush());
  if (!applied) {
    ForgetUnflushed();
    return Progress::kGoOn;
  }
  flights_.clear();
  if (Terminal(run_.state)) {
    base::LogInfo("run.ended", {{"run_id", run_.id}, {"state", Name(run_.state)}});
    return Progress::kEnded;
  }
  return stopping_() ? Progress::kGoOn : Progress::kWait;
}

absl::Status Driver::EmitWait() {
  const Waiting waiting = WaitingText(run_, context_.registry.catalogue());
  if (!waiting.state) return EmitEnd(RunState::kRejected, ApprovalsVoidText());
  if (run_.state == *waiting.state && run_.reason_en == waiting.why.english)
    return absl::OkStatus();
  return Emit("run.waiting", {{"state", Name(*waiting.state)},
                              {"reason_en", waiting.why.english},
                              {"reason_ko", waiting.why.korean}});
}

// The answer, of whatever was done, and the end.
absl::Status Driver::EmitFinish() {
  Ending ending = EndingOf(run_, context_.registry.catalogue());
  if (ending.state == RunState::kCompleted && !principal_.active) {
    ending = {RunState::kRejected, InactiveText(run_.request.principal)};
  }
  const Answer answer = ComposeAnswer(run_, context_.registry.catalogue());
  if (!policies::MayRead(principal_.principal.clearance, answer.label)) {
    const auto rule = LabelTooHigh(answer.label, principal_.principal.clearance);
    return EmitEnd(RunState::kRejected, RuleText(rule));
  }
  if (ending.state == RunState::kCompleted || AnyStep(StepState::kSucceeded)) {
    RETURN_IF_ERROR(Emit("answer.released", ReleasedBody(answer, context_.registry.catalogue())));
  }
  return EmitEnd(ending.state, ending.why);
}

}  // namespace agents
