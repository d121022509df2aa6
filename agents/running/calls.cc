// Tool calls on their way, and those that a crash left in doubt.
#include "agents/running/driver.h"
#include "agents/running/wording.h"
#include "model_core/base/log.h"
#include "model_core/base/strings.h"

namespace agents {

using base::Json;

bool Driver::Cancelled() {
  const std::lock_guard lock(mutex_);
  return cancelled_;
}

void Driver::Stage(const Step& step, tools::ToolCall call, std::string settled_by) {
  auto flight = std::make_unique<Flight>();
  flight->call = std::move(call);
  flight->settled_by = std::move(settled_by);
  flights_[step.id] = std::move(flight);
}

void Driver::StartStaged() {
  for (auto& [id, flight] : flights_) {
    if (flight->airborne) continue;
    flight->airborne = true;
    flight->started = context_.clock.Now();
    flight->thread = std::jthread([this, step = *run_.plan->Find(id), &flight = *flight] { Fly(step, flight); });
  }
}

void Driver::DiscardStaged() {
  std::erase_if(flights_, [](const auto& entry) { return !entry.second->airborne; });
}

// On the flight's own thread. A permit is made for each attempt, from the approvals as stored.
void Driver::Fly(const Step& step, Flight& flight) {
  const auto permit = [&]() -> absl::StatusOr<policies::Permit> {
    const std::lock_guard lock(authorize_mutex_);
    ASSIGN_OR_RETURN(auto answer, Authorize(step, flight.call));
    if (auto* granted = std::get_if<policies::Permit>(&answer)) return std::move(*granted);
    return absl::PermissionDeniedError(base::StrCat("step ", step.id, " is no longer permitted"));
  };
  std::optional<tools::ToolOutcome> outcome;
  if (flight.settled_by == "reconcile") {
    outcome = context_.executor.Reconcile(flight.call, [this] { return Cancelled(); });
    if (!outcome) flight.settled_by = "call after reconcile";
  }
  if (!outcome) {
    outcome = context_.executor.Execute(flight.call, permit, [this] { return Cancelled(); });
  }
  const std::lock_guard lock(mutex_);
  flight.outcome = std::move(outcome);
  flight.done = true;
  landed_.notify_all();
}

void Driver::WaitForLanding(absl::Duration most) {
  std::unique_lock lock(mutex_);
  landed_.wait_for(lock, absl::ToChronoMilliseconds(most), [this] {
    return std::any_of(flights_.begin(), flights_.end(), [](const auto& f) { return f.second->done; });
  });
}

Event Driver::Outcome(const std::string& step, const Flight& flight) {
  Json body = {{"step", step},
               {"key", flight.call.idempotency_key},
               {"ok", flight.outcome->ok()},
               {"milliseconds", absl::ToDoubleMilliseconds(context_.clock.Now() - flight.started)},
               {"settled_by", flight.settled_by}};
  if (!flight.outcome->ok()) {
    const tools::ToolError& error = flight.outcome->error();
    body["error"] = {{"code", error.code}, {"message_en", error.message_en}, {"message_ko", error.message_ko}};
    return {0, "", "maru", "effect.outcome", std::move(body)};
  }
  const tools::ToolResult& result = flight.outcome->result();
  if (!policies::MayRead(principal_.principal.clearance, result.label)) {
    // Nobody reads above their clearance: the value is not even kept.
    const Wording wording = LabelTooHigh(result.label, principal_.principal.clearance);
    body["ok"] = false;
    body["error"] = {{"code", "label_too_high"}, {"message_en", wording.english}, {"message_ko", wording.korean}};
    return {0, "", "maru", "effect.outcome", std::move(body)};
  }
  Json origins = Json::array();
  for (const policies::Origin& origin : result.origins) origins.push_back(policies::ToJson(origin));
  body["value"] = result.value;
  body["label"] = policies::ToJson(result.label);
  body["origins"] = std::move(origins);
  return {0, "", "maru", "effect.outcome", std::move(body)};
}

// Journals every call that has come back. An effect whose answer was lost is settled by its class.
absl::Status Driver::Land() {
  std::vector<std::string> done;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, flight] : flights_) {
      if (flight->done) done.push_back(id);
    }
  }
  std::vector<Event> events;
  for (const std::string& id : done) {
    std::unique_ptr<Flight> flight = std::move(flights_.at(id));
    flights_.erase(id);
    flight->thread.join();
    const bool in_doubt = !flight->outcome->ok() && flight->outcome->error().code == "in_doubt";
    const tools::ToolSpec& spec = *context_.registry.catalogue().Find(flight->call.binding.tool);
    if (!in_doubt) {
      events.push_back(Outcome(id, *flight));
    } else if (spec.recovery == tools::Recovery::kReconcile && flight->settled_by == "call") {
      Stage(*run_.plan->Find(id), std::move(flight->call), "reconcile");
      StartStaged();
    } else {
      RETURN_IF_ERROR(AskWhetherDone(*run_.plan->Find(id), flight->call, events));
    }
  }
  while (!events.empty()) {
    ASSIGN_OR_RETURN(const bool applied, Append(events));
    if (applied) break;
  }
  return absl::OkStatus();
}

// After a crash: every intent without an outcome, each by its recovery class.
absl::Status Driver::SettleInDoubt() {
  std::vector<Event> events;
  for (const Step& step : run_.plan->steps) {
    if (run_.steps.at(step.id).state != StepState::kIntended) continue;
    auto call = ResolveCall(step);
    if (!call || call->binding.Hash() != run_.steps.at(step.id).call_hash) {
      return absl::DataLossError(base::StrCat("run ", run_.id, " step ", step.id, ": the intended call cannot be made again"));
    }
    base::LogWarning("effect.in_doubt", {{"run_id", run_.id}, {"step", step.id}, {"tool", step.tool}});
    switch (context_.registry.catalogue().Find(step.tool)->recovery) {
      case tools::Recovery::kRepeat: Stage(step, *std::move(call), "repeat"); break;
      case tools::Recovery::kIdempotent: Stage(step, *std::move(call), "repeat with its key"); break;
      case tools::Recovery::kReconcile: Stage(step, *std::move(call), "reconcile"); break;
      case tools::Recovery::kManual: RETURN_IF_ERROR(AskWhetherDone(step, *call, events)); break;
    }
  }
  StartStaged();
  if (events.empty()) return absl::OkStatus();
  return Append(std::move(events)).status();
}

// A person of the approving roles looks at the outside system and says whether the effect happened.
absl::Status Driver::AskWhetherDone(const Step& step, const tools::ToolCall& call,
                                    std::vector<Event>& events) {
  for (const auto& [id, approval] : run_.approvals) {
    if (approval.step_id != step.id || approval.obligation.rule != kInDoubtRule) continue;
    if (approval.state == "pending") return absl::OkStatus();
    const bool happened = approval.state == "approved";
    Json body = {{"step", step.id}, {"key", call.idempotency_key}, {"ok", happened}, {"settled_by", "a person"}};
    if (happened) {
      body["value"] = Json::object();
      body["label"] = policies::ToJson(call.binding.label);
      body["origins"] = Json::array();
    } else {
      body["error"] = {{"code", "in_doubt"},
                       {"message_en", "a person found that it did not happen"},
                       {"message_ko", "담당자가 처리되지 않았음을 확인했습니다"}};
    }
    events.push_back({0, "", "maru", "effect.outcome", std::move(body)});
    return absl::OkStatus();
  }
  const tools::ToolSpec& spec = *context_.registry.catalogue().Find(step.tool);
  policies::Obligation question{policies::Obligation::Kind::kApproveOne, spec.approval_roles, "", std::string(kInDoubtRule)};
  events.push_back({0, "", "maru", "approval.requested",
                    {{"approval_id", base::NewId(absl::ToUnixMillis(context_.clock.Now()), context_.random)},
                     {"step", step.id},
                     {"tool", step.tool},
                     {"obligation", policies::ToJson(question)},
                     {"call_hash", call.binding.Hash()},
                     {"shown", {{"question", "in_doubt"}, {"tool", step.tool}, {"arguments", call.arguments()}}}}});
  return absl::OkStatus();
}

}  // namespace agents
