#include "agents/running/driver.h"

#include "agents/redecide.h"
#include "agents/running/facts.h"
#include "model_core/base/log.h"
#include "model_core/base/strings.h"

namespace agents {

using base::Json;
using base::Language;

namespace {

// Once for each turn of the model; what was asked for and planned stands in the journal alone.
void LogPlan(const std::string& run_id, const PlanResult& result) {
  base::LogInfo("plan.decided", {{"run_id", run_id},
                                 {"verdict", Name(result.plan.verdict)},
                                 {"steps", result.plan.steps.size()},
                                 {"milliseconds", result.milliseconds},
                                 {"prompt_tokens", result.prompt_tokens},
                                 {"tokens", result.tokens},
                                 {"forced_tokens", result.forced_tokens}});
}

}  // namespace

Driver::Driver(const DriverContext& context, Lease lease, std::function<bool()> stopping)
    : context_(context),
      lease_(std::move(lease)),
      stopping_(std::move(stopping)),
      looked_(context.clock.Now()),
      renewed_(context.clock.Now()),
      lease_ends_ns_(absl::ToUnixNanos(lease_.expires)) {}

// Reads and look-ups on their way return early; effects are waited for. Threads join when flights_
// goes.
Driver::~Driver() { cancelled_ = leaving_ = true; }

absl::StatusOr<Driver::Left> Driver::Drive() {
  RETURN_IF_ERROR(Reload());
  ASSIGN_OR_RETURN(principal_, context_.store.GetPrincipal(run_.request.principal));
  while (!Terminal(run_.state)) {
    if (stopping_() && flights_.empty()) return Leave();
    RETURN_IF_ERROR(KeepLease());
    ASSIGN_OR_RETURN(const Progress progress, Next());
    if (progress == Progress::kNoTurn) return Left::kNoTurn;
    if (progress != Progress::kGoOn) break;
  }
  return Left::kWaiting;
}

// At a stop: what was found out is kept, and whoever claims the run goes on from there.
absl::StatusOr<Driver::Left> Driver::Leave() {
  RETURN_IF_ERROR(Flush().status());
  return Left::kStopping;
}

absl::StatusOr<Driver::Progress> Driver::Next() {
  RETURN_IF_ERROR(RefuseUnsealed());
  const bool planned = run_.plan && run_.plan->verdict == Verdict::kPlan;
  if (!planned && run_.cancel_requested) return End(RunState::kCanceled, CanceledText());
  if (!planned && !principal_.active)
    return End(RunState::kRejected, InactiveText(run_.request.principal));
  if (!run_.plan) return MakePlan();
  const tools::Catalogue& catalogue = context_.registry.catalogue();
  if (run_.plan->verdict == Verdict::kAsk) {
    return Wait(RunState::kInputRequired,
                {AskText(*run_.plan, catalogue, Language::kEnglish),
                 AskText(*run_.plan, catalogue, Language::kKorean)},
                {{"missing", run_.plan->missing}});
  }
  if (run_.plan->verdict == Verdict::kRefuse) {
    const std::string tool = base::StringOr(run_.planned, "unusable_tool", "");
    const bool down = !tool.empty() && run_.plan->reason != RefuseReason::kNotPermitted;
    return End(down ? RunState::kFailed : RunState::kRejected,
               RefusalText(*run_.plan, tool, catalogue));
  }
  if (!run_.decision) return CheckPlan();
  return AdvanceSteps();
}

absl::StatusOr<Driver::Progress> Driver::MakePlan() {
  const auto turn = context_.turns.Take(run_.request.principal);
  if (turn == nullptr) return Progress::kNoTurn;
  PlanRequest request;
  request.text = run_.request.text;
  ASSIGN_OR_RETURN(request.now, base::ParseTimeText(run_.request.now));
  request.offered = context_.registry.Offered();
  request.allowed = {principal_.principal.tools.begin(), principal_.principal.tools.end()};
  request.tenant = run_.request.principal;
  request.deadline = context_.clock.Now() + context_.options.plan_timeout;
  request.cancelled = [this] { return stopping_() || Cancelled(); };
  auto result = AskPlanner(request);
  context_.hindrance.Planned(result.status());
  if (!result.ok()) return NoPlan(result.status());
  LogPlan(run_.id, *result);
  RETURN_IF_ERROR(EmitPlan(request, *result));
  return Progress::kGoOn;
}

// The planner works on a thread of its own while this one looks after the run: a store that does
// not answer holds up this run alone, not the planner nor those who share its model.
absl::StatusOr<PlanResult> Driver::AskPlanner(const PlanRequest& request) {
  std::optional<absl::StatusOr<PlanResult>> result;
  const std::jthread thread([&] {
    auto made = context_.planner.MakePlan(request);
    const std::lock_guard lock(mutex_);
    result = std::move(made);
    done_.notify_all();
  });
  const auto every = absl::ToChronoMilliseconds(kLookForNewsEvery);
  std::unique_lock lock(mutex_);
  while (!done_.wait_for(lock, every, [&] { return result.has_value(); })) {
    lock.unlock();
    LookForCancellation();
    lock.lock();
  }
  return *std::move(result);
}

// Cancelled: the journal says by whom. While stopping: nobody waited long enough to call it a
// failure; it is planned after the next start. Unavailable: taken up again, but not for ever.
absl::StatusOr<Driver::Progress> Driver::NoPlan(const absl::Status& status) {
  if (absl::IsCancelled(status)) {
    RETURN_IF_ERROR(KeepLease());
    RETURN_IF_ERROR(Reload());
    if (run_.cancel_requested) return Progress::kGoOn;
  }
  if (stopping_()) return Progress::kGoOn;
  const auto created = base::ParseTimeText(run_.created);
  const bool again = absl::IsUnavailable(status) && created.ok() &&
                     context_.clock.Now() - *created < context_.options.plan_patience;
  if (again) return base::WithReason(status, kHeldByPlanner);
  return End(RunState::kFailed,
             {base::Message(status, Language::kEnglish), base::Message(status, Language::kKorean)});
}

absl::Status Driver::EmitPlan(const PlanRequest& request, const PlanResult& result) {
  ForgetPlan();
  Plan plan = result.plan;
  Derive(plan, context_.registry.catalogue(), request.text);
  return Emit("plan.made", {{"plan", ToJson(plan, /*derived=*/true)},
                            {"evidence", result.evidence.ToJson()},
                            {"text", result.text},
                            {"request", request.text},
                            {"now", run_.request.now},
                            {"offered", request.offered},
                            {"allowed", request.allowed},
                            {"unusable_tool", result.unusable_tool},
                            {"milliseconds", result.milliseconds}});
}

absl::StatusOr<std::vector<policies::Principal>> Driver::People() {
  ASSIGN_OR_RETURN(const std::vector<PrincipalRecord> records, context_.store.ListPrincipals());
  std::vector<policies::Principal> people;
  for (const PrincipalRecord& record : records) {
    if (record.active) people.push_back(record.principal);
  }
  return people;
}

absl::StatusOr<Driver::Progress> Driver::CheckPlan() {
  const absl::Time deadline = LookUpDeadline();
  RecordsOfPlan records = LookUpRecords(*run_.plan, [&](const auto& tool, const Json& arguments) {
    return context_.executor.Records(tool, arguments, deadline);
  });
  if (const auto* failure = std::get_if<LookUpFailure>(&records))
    return End(RunState::kFailed,
               FailureText(failure->step, failure->tool, failure->error.message_en,
                           failure->error.message_ko, context_.registry.catalogue()));
  policies::PlanFacts facts =
      FactsOf(*run_.plan, run_.request, principal_.principal, context_.registry,
              std::get<RecordsByStep>(std::move(records)));
  ASSIGN_OR_RETURN(const std::vector<policies::Principal> people, People());
  auto decision = context_.authorizer.CheckPlan(facts, people);
  if (!decision.ok()) {  // no decision is a forbid
    return End(RunState::kRejected, UndecidedText(decision.status()));
  }
  RETURN_IF_ERROR(Emit("plan.checked", CheckedBody(*decision, facts, people)));
  KeepPlanFacts(std::move(facts));
  if (decision->permitted) return Progress::kGoOn;
  return End(RunState::kRejected, DenialText(*decision, context_.registry.catalogue()));
}

absl::StatusOr<Driver::Progress> Driver::Wait(RunState state, const Wording& why, Json more) {
  if (queue_.empty() && run_.state == state && run_.reason_en == why.english)
    return Progress::kWait;
  more.update({{"state", Name(state)}, {"reason_en", why.english}, {"reason_ko", why.korean}});
  RETURN_IF_ERROR(Emit("run.waiting", std::move(more)));
  ASSIGN_OR_RETURN(const bool applied, Flush());
  return applied && run_.state == state ? Progress::kWait : Progress::kGoOn;
}

absl::Status Driver::EmitEnd(RunState state, const Wording& why) {
  return Emit("run.ended", {{"state", Name(state)},
                            {"reason_en", why.english},
                            {"reason_ko", why.korean},
                            {"events", run_.event_count + 1}});
}

absl::StatusOr<Driver::Progress> Driver::End(RunState state, const Wording& why) {
  RETURN_IF_ERROR(EmitEnd(state, why));
  RETURN_IF_ERROR(Flush().status());
  if (!Terminal(run_.state)) return Progress::kGoOn;
  base::LogInfo("run.ended",
                {{"run_id", run_.id}, {"state", Name(state)}, {"reason", why.english}});
  return Progress::kEnded;
}

}  // namespace agents
