// Tool calls on their way, and those that a crash or a lost answer left in doubt.
#include <algorithm>

#include "agents/redecide.h"
#include "agents/running/driver.h"
#include "agents/running/facts.h"
#include "model_core/base/log.h"
#include "model_core/base/strings.h"

namespace agents {

using base::Json;
using tools::Recovery;

namespace {

// How often an effect is looked for: twice as seldom each time.
constexpr absl::Duration kLookUpPauseMin = absl::Milliseconds(100),
                         kLookUpPauseMax = absl::Seconds(5);

constexpr std::string_view kLeaseLost = "작업 권한을 다른 작업자가 가져갔습니다";

tools::ToolError InDoubt(const Wording& why) {
  return tools::MakeToolError("in_doubt", why.english, why.korean);
}

// The licence holder whose approval lets exactly this call be made.
std::string SignerOf(const tools::ToolSpec& spec, const policies::Principal& requester,
                     const tools::ToolCall& call,
                     const std::vector<policies::ApprovalFact>& approvals) {
  if (spec.approval_line != "licensed") return "";
  const policies::Obligation licensed{policies::Obligation::Kind::kApproveLicensed,
                                      spec.approval_roles, "", ""};
  const std::string hash = call.binding.Hash();
  for (const policies::ApprovalFact& fact : approvals) {
    if (fact.approved && fact.call_hash == hash &&
        policies::MayApprove(licensed, requester, fact.approver, {}, call.binding.label))
      return fact.approver.id;
  }
  return "";
}

Json ErrorJson(const std::string& code, const Wording& why,
               const std::vector<policies::Rule>& rules) {
  Json error = ToJson(why, rules);
  error["code"] = code;
  return error;
}

}  // namespace

Driver::Flight& Driver::Stage(const Step& step, tools::ToolCall call, CallFacts facts,
                              std::string settled_by) {
  const tools::ToolSpec& spec = *context_.registry.catalogue().Find(step.tool);
  auto flight = std::make_unique<Flight>();
  flight->call = std::move(call);
  flight->call.signer = SignerOf(spec, principal_.principal, flight->call, facts.approvals);
  flight->facts = std::move(facts);
  flight->settled_by = std::move(settled_by);
  flight->read = spec.effect == tools::Effect::kRead;
  return *(flights_[step.id] = std::move(flight));
}

void Driver::StartStaged() {
  std::erase_if(flights_, [](const auto& entry) { return entry.second->landed; });
  for (auto& [id, flight] : flights_) {
    if (flight->airborne) continue;
    flight->airborne = true;
    flight->started = context_.clock.Now();
    flight->thread = std::jthread([this, &flight = *flight] { Fly(flight); });
  }
}

void Driver::ForgetUnflushed() {
  std::erase_if(flights_, [](const auto& entry) { return !entry.second->airborne; });
  for (auto& [id, flight] : flights_) flight->landed = false;
}

// A permit for one attempt. Whoever lost the lease makes no more attempts: another worker may be
// making them.
absl::StatusOr<policies::Permit> Driver::PermitFor(Flight& flight) {
  if (absl::ToUnixNanos(context_.clock.Now()) >= lease_ends_ns_) {
    const std::lock_guard lock(mutex_);
    flight.lease_lost = true;
    return base::Error(absl::StatusCode::kAborted, "the lease was lost", kLeaseLost);
  }
  const CallFacts& facts = flight.facts;
  ASSIGN_OR_RETURN(auto answer,
                   context_.authorizer.AuthorizeCall(*facts.plan, facts.step, flight.call.binding,
                                                     facts.approvals, facts.confirmed));
  if (auto* granted = std::get_if<policies::Permit>(&answer)) return std::move(*granted);
  return Withhold(flight, std::get<policies::StepDecision>(answer));
}

// What was permitted when the call was considered no longer is: a rule forbids it now, or the
// approvals no longer suffice.
absl::Status Driver::Withhold(Flight& flight, const policies::StepDecision& decision) {
  const Wording why = decision.permitted ? ApprovalsVoidText()
                                         : DenialText(decision, context_.registry.catalogue());
  std::vector<policies::Rule> rules = RefusingRules(decision);
  const std::lock_guard lock(mutex_);
  flight.withheld = std::move(rules);
  return base::Error(absl::StatusCode::kPermissionDenied, why.english, why.korean);
}

// False: nobody waits for the look-up any more.
bool Driver::PauseLookUp(absl::Time until) const {
  while (context_.clock.Now() < until && !leaving_ && !stopping_())
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  return !leaving_ && !stopping_();
}

// The effect may have been sent and may still come: it is looked for until it hardly can any more,
// and never made again by machine. The outcome if it is found, else that nobody knows.
tools::ToolOutcome Driver::LookUp(Flight& flight) {
  absl::Duration pause = std::max(context_.options.backoff, kLookUpPauseMin);
  std::optional<tools::ToolOutcome> seen;
  bool go_on = PauseLookUp(flight.not_before);
  for (int times = 1;; ++times, pause = std::min(pause * 2, kLookUpPauseMax)) {
    if (go_on) seen = context_.executor.Reconcile(flight.call, {});
    if (seen && seen->ok()) return *std::move(seen);
    const absl::Time now = context_.clock.Now();
    if (!go_on || now >= flight.late)
      return InDoubt(LookedUpText(times, now - flight.sent, seen ? &seen->error() : nullptr));
    go_on = PauseLookUp(std::min(now + pause, flight.late));
  }
}

// Whether the records that a call names are those that policy and people decided about. What a call
// that may have been made before has itself made of them is no change.
bool AsDecided(const policies::NamedRecords& then, const policies::NamedRecords& now,
               bool repeated) {
  return std::equal(now.begin(), now.end(), then.begin(), then.end(),
                    [&](const policies::NamedRecord& is, const policies::NamedRecord& was) {
                      policies::NamedRecord own = was;
                      if (repeated && was.becomes) own.label = *was.becomes;
                      return is == was || is == own;
                    });
}

// Immediately before a change outside or of a grade: whether the records that it names are still
// those that were decided about. nullopt: they are. Else nothing is sent.
std::optional<tools::ToolOutcome> Driver::LookAtRecords(Flight& flight) {
  const policies::CallBinding& call = flight.call.binding;
  const tools::Effect effect = context_.registry.catalogue().Find(call.tool)->effect;
  const bool changes = effect == tools::Effect::kWrite || effect == tools::Effect::kRelease ||
                       std::any_of(call.records.begin(), call.records.end(),
                                   [](const auto& record) { return record.becomes.has_value(); });
  if (!changes || call.records.empty()) return std::nullopt;
  const bool repeated = flight.settled_by == kByKey;
  auto found = context_.executor.Records(call.tool, call.arguments,
                                         context_.clock.Now() + context_.options.call_timeout);
  if (auto* error = std::get_if<tools::ToolError>(&found)) {
    error->in_doubt = error->in_doubt || repeated;
    return *std::move(error);
  }
  const auto& now = std::get<policies::NamedRecords>(found);
  if (AsDecided(call.records, now, repeated)) return std::nullopt;
  const policies::Rule changed = RecordChanged(call.records, now);
  const Wording why = RuleText(changed);
  const std::lock_guard lock(mutex_);
  flight.withheld = {changed};
  return tools::MakeToolError("forbidden", why.english, why.korean);
}

// On the flight's own thread. Reads stop when the run is canceled or the worker stops; an effect
// that was begun is finished.
void Driver::Fly(Flight& flight) {
  std::optional<tools::ToolOutcome> outcome;
  if (flight.settled_by == kByLookUp) {
    outcome = LookUp(flight);
  } else {
    outcome = LookAtRecords(flight);
  }
  if (!outcome) {
    flight.sent = context_.clock.Now();  // read when the thread has ended
    std::function<bool()> cancelled;
    if (flight.read) cancelled = [this] { return Cancelled() || stopping_(); };
    outcome = context_.executor.Execute(
        flight.call, [&] { return PermitFor(flight); }, cancelled);
  }
  const std::lock_guard lock(mutex_);
  flight.outcome = std::move(outcome);
  flight.done = true;
  done_.notify_all();
}

// True if one has come back.
bool Driver::WaitForLanding(absl::Duration most) {
  std::unique_lock lock(mutex_);
  return done_.wait_for(lock, absl::ToChronoMilliseconds(most), [this] {
    return std::any_of(flights_.begin(), flights_.end(),
                       [](const auto& f) { return f.second->done; });
  });
}

absl::Status Driver::LandAll() {
  for (auto& [id, flight] : flights_) {
    {
      const std::lock_guard lock(mutex_);
      if (!flight->done || flight->landed) continue;
    }
    if (flight->thread.joinable()) flight->thread.join();
    RETURN_IF_ERROR(Land(*run_.plan->Find(id), *flight));
  }
  return absl::OkStatus();
}

// A call that a stop cut short has no outcome: its intent stands in the journal, and whoever takes
// the run next reads again, or settles the effect by its class.
bool Driver::LeftForLater(const Flight& flight, Recovery recovery, bool in_doubt) {
  const bool unsettled = flight.read ? !flight.outcome->ok() && !Cancelled()
                                     : in_doubt && recovery != Recovery::kManual;
  return unsettled && stopping_();
}

void Driver::PrepareLookUp(Flight& flight, absl::Time sent) const {
  flight.settled_by = kByLookUp;
  flight.sent = sent;
  flight.not_before = sent + context_.options.settle_after;
  flight.late = sent + context_.options.late_after;
}

// Queues the outcome of a call that has come back; one whose answer was lost is settled by its
// class.
absl::Status Driver::Land(const Step& step, Flight& flight) {
  if (flight.lease_lost) {
    return base::Error(absl::StatusCode::kFailedPrecondition,
                       base::StrCat("run ", run_.id, ": the lease was lost"),
                       base::StrCat("실행 ", run_.id, ": ", kLeaseLost));
  }
  const tools::ToolSpec& spec = *context_.registry.catalogue().Find(step.tool);
  const bool withheld = !flight.outcome->ok() && flight.outcome->error().code == "forbidden";
  const bool sent_before = flight.settled_by == kByKey;  // by a worker that died
  const bool not_made = withheld || (!flight.outcome->ok() && flight.outcome->error().retryable);
  const bool in_doubt =
      !flight.outcome->ok() && (flight.outcome->error().in_doubt || (not_made && sent_before));
  flight.landed = true;
  if (in_doubt) {  // whoever tells of it must not call it undone
    tools::ToolError error = flight.outcome->error();
    error.in_doubt = true;
    flight.outcome = tools::ToolOutcome(std::move(error));
  }
  if (LeftForLater(flight, spec.recovery, in_doubt)) {
    left_.insert(step.id);
    return absl::OkStatus();
  }
  if (!in_doubt || flight.read || spec.effect == tools::Effect::kDraft) {
    return Emit("effect.outcome", OutcomeBody(step.id, flight));
  }
  if (spec.recovery != Recovery::kReconcile || flight.settled_by == kByLookUp)
    return AskWhetherDone(step, flight.call, &flight.outcome->error());
  flight.landed = flight.airborne = flight.done = false;
  flight.outcome.reset();
  PrepareLookUp(flight, flight.sent);
  return absl::OkStatus();
}

Json Driver::OutcomeBody(const std::string& step, const Flight& flight) const {
  Json body = {{"step", step},
               {"key", flight.call.idempotency_key},
               {"ok", flight.outcome->ok()},
               {"milliseconds", absl::ToDoubleMilliseconds(context_.clock.Now() - flight.started)},
               {"settled_by", flight.settled_by}};
  if (!flight.outcome->ok()) {
    body["error"] = ErrorBody(flight);
    if (!flight.withheld.empty() && flight.withheld[0].id != kRecordChangedRule) {
      const CallFacts& facts = flight.facts;
      const Json told = CallFactsJson(facts.plan->principal, facts.step, facts.approvals);
      body["decided"] = DecidedOn(flight.call.binding, told, /*titles=*/false);
    }
    return body;
  }
  const tools::ToolResult& result = flight.outcome->result();
  Json origins = Json::array();
  for (const policies::Origin& origin : result.origins) origins.push_back(policies::ToJson(origin));
  body["value"] = result.value;
  body["label"] = policies::ToJson(result.label);
  body["origins"] = std::move(origins);
  if (result.remark)
    body["error"] =
        ErrorJson(result.remark->code, {result.remark->message_en, result.remark->message_ko}, {});
  if (policies::MayRead(principal_.principal.clearance, result.label)) return body;
  // Nobody reads above their clearance: the value is not even kept. An effect has happened all the
  // same.
  const policies::Rule rule = LabelTooHigh(result.label, principal_.principal.clearance);
  body["ok"] = !flight.read;
  const policies::CallBinding& call = flight.call.binding;
  const tools::Catalogue& catalogue = context_.registry.catalogue();
  body["value"] = Json::object();
  body["label"] = policies::ToJson(
      tools::FloorLabel(catalogue, *catalogue.Find(call.tool), call.arguments, call.label));
  body["error"] = ErrorJson("label_too_high", RuleText(rule), {rule});
  return body;
}

// A draft is not worth holding the run up until somebody has looked, but nobody may take it for
// certain that there is none.
Json Driver::ErrorBody(const Flight& flight) const {
  const tools::ToolError& error = flight.outcome->error();
  const Wording said{error.message_en, error.message_ko};
  const tools::ToolSpec& spec = *context_.registry.catalogue().Find(flight.call.binding.tool);
  if (error.in_doubt && spec.effect == tools::Effect::kDraft)
    return ErrorJson("in_doubt", DraftInDoubtText(said, flight.call.idempotency_key), {});
  return ErrorJson(error.code, said, flight.withheld);
}

// Every intent without an outcome that no flight of this driver is after: a worker died, or people
// were asked.
absl::Status Driver::SettleInDoubt() {
  for (const Step& step : run_.plan->steps) {
    const bool open = run_.steps.at(step.id).state == StepState::kIntended;
    if (!open || flights_.contains(step.id) || left_.contains(step.id)) continue;
    const Approval* question = InDoubtQuestion(step);
    if (question == nullptr) {
      RETURN_IF_ERROR(Settle(step));
    } else if (question->state != "pending") {
      RETURN_IF_ERROR(SettleByAnswer(step, *question));
    }
  }
  return absl::OkStatus();
}

// What policy says of making the call anew, of the people as they are now: should it be refused, or
// made, this is why. Undecided, it is refused as it would be.
absl::Status Driver::EmitResumed(const tools::ToolCall& call, const CallFacts& facts,
                                 const char* how) {
  const policies::CallBinding& binding = call.binding;
  const auto answer = context_.authorizer.AuthorizeCall(*facts.plan, facts.step, binding,
                                                        facts.approvals, facts.confirmed);
  if (!answer.ok()) return absl::OkStatus();
  Json body = {{"step", binding.step_id},
               {"tool", binding.tool},
               {"how", how},
               {"call_hash", binding.Hash()}};
  const auto* decision = std::get_if<policies::StepDecision>(&*answer);
  body.update(DecidedOn(binding, CallFactsJson(facts.plan->principal, facts.step, facts.approvals),
                        /*titles=*/true));  // the intent holds them, and the hash is over them
  body.update(SaidJson(decision));
  return Emit("effect.resumed", std::move(body));
}

// By the recovery class. The call is made anew from the journal; should policy have changed
// meanwhile, it is bound to the new version, and approvals of the old call do not count for it.
absl::Status Driver::Settle(const Step& step) {
  auto call = ResolveCall(step);
  if (!call) return InputsGone(step);
  NameRecords(*call, run_.steps.at(step.id).records);  // it may have changed them itself since
  base::LogWarning("effect.in_doubt",
                   {{"run_id", run_.id}, {"step", step.id}, {"tool", step.tool}});
  const Recovery recovery = context_.registry.catalogue().Find(step.tool)->recovery;
  if (recovery == Recovery::kManual) return AskWhetherDone(step, *call, nullptr);
  ASSIGN_OR_RETURN(CallFacts facts, FactsOfCall(step, *call));
  const char* how = recovery == Recovery::kRepeat       ? kByRepeat
                    : recovery == Recovery::kIdempotent ? kByKey
                                                        : kByLookUp;
  RETURN_IF_ERROR(EmitResumed(*call, facts, how));
  Flight& flight = Stage(step, *std::move(call), std::move(facts), how);
  if (recovery == Recovery::kReconcile) {
    ASSIGN_OR_RETURN(const absl::Time intended,
                     base::ParseTimeText(run_.steps.at(step.id).started));
    const absl::Duration looked =
        flight.call.binding.records.empty() ? absl::ZeroDuration() : context_.options.call_timeout;
    PrepareLookUp(flight, intended + looked + absl::Seconds(1));  // it tells whole seconds
  }
  return absl::OkStatus();
}

}  // namespace agents
