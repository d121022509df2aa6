#include "agents/running/driver.h"

#include "agents/answer.h"
#include "agents/running/facts.h"
#include "agents/running/wording.h"
#include "model_core/base/log.h"
#include "model_core/base/strings.h"

namespace agents {

using base::Json;

Driver::Driver(const DriverContext& context, Lease lease, std::function<bool()> stopping)
    : context_(context), lease_(std::move(lease)), stopping_(std::move(stopping)) {}

Driver::~Driver() {
  const std::lock_guard lock(mutex_);
  cancelled_ = true;  // calls still on their way return early; their threads join when flights_ goes
}

absl::Status Driver::Reload() {
  ASSIGN_OR_RETURN(const std::vector<Event> journal, context_.store.Journal(lease_.run_id, 0));
  ASSIGN_OR_RETURN(run_, Fold(lease_.run_id, journal));
  if (run_.cancel_requested) {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Driver::Append(std::vector<Event> events) {
  auto count = context_.store.Append(lease_.run_id, &lease_, run_.event_count, std::move(events));
  if (!count.ok() && !absl::IsAborted(count.status())) return count.status();
  RETURN_IF_ERROR(Reload());
  return count.ok();
}

absl::Status Driver::KeepLease() {
  if (lease_.expires - context_.clock.Now() > context_.options.lease * 0.6) return absl::OkStatus();
  ASSIGN_OR_RETURN(lease_, context_.store.RenewLease(lease_, context_.options.lease));
  return absl::OkStatus();
}

absl::StatusOr<bool> Driver::Drive() {
  RETURN_IF_ERROR(Reload());
  ASSIGN_OR_RETURN(principal_, context_.store.GetPrincipal(run_.request.principal));
  while (!Terminal(run_.state)) {
    if (stopping_() && flights_.empty()) return false;
    RETURN_IF_ERROR(KeepLease());
    ASSIGN_OR_RETURN(const Progress progress, Next());
    if (progress == Progress::kEnded) break;
    if (progress == Progress::kWait) return true;
  }
  return true;
}

absl::StatusOr<Driver::Progress> Driver::Next() {
  if (run_.cancel_requested && flights_.empty() && !run_.plan) {
    return End(RunState::kCanceled, "canceled by the requester", "신청자가 취소했습니다");
  }
  if (!run_.plan) return MakePlan();
  if (run_.plan->verdict == Verdict::kAsk) return Wait(RunState::kInputRequired, AskText(*run_.plan, context_.registry.catalogue(), base::Language::kEnglish),
                                                       AskText(*run_.plan, context_.registry.catalogue(), base::Language::kKorean),
                                                       {{"missing", run_.plan->missing}});
  if (run_.plan->verdict == Verdict::kRefuse) {
    const Wording wording = RefusalText(*run_.plan, base::StringOr(run_.planned, "unavailable_tool", ""));
    const bool down = !base::StringOr(run_.planned, "unavailable_tool", "").empty();
    return End(down ? RunState::kFailed : RunState::kRejected, wording.english, wording.korean);
  }
  if (!run_.decision) return CheckPlan();
  return AdvanceSteps();
}

absl::StatusOr<Driver::Progress> Driver::MakePlan() {
  PlanRequest request;
  request.text = run_.request.text;
  ASSIGN_OR_RETURN(request.now, base::ParseTimeText(run_.request.now));
  request.offered = context_.registry.Offered();
  request.allowed = {principal_.principal.tools.begin(), principal_.principal.tools.end()};
  request.cancelled = [this] { return Cancelled(); };
  auto result = context_.planner.MakePlan(request);
  if (!result.ok()) {
    if (absl::IsUnavailable(result.status())) return result.status();
    return End(RunState::kFailed, base::Message(result.status(), base::Language::kEnglish),
               base::Message(result.status(), base::Language::kKorean));
  }
  Plan plan = result->plan;
  Derive(plan, context_.registry.catalogue(), request.text);
  Json body = {{"plan", ToJson(plan, /*derived=*/true)},
               {"evidence", result->evidence.ToJson()},
               {"text", result->text},
               {"request", request.text},
               {"now", run_.request.now},
               {"offered", request.offered},
               {"allowed", request.allowed},
               {"unavailable_tool", result->unavailable_tool},
               {"milliseconds", result->milliseconds}};
  RETURN_IF_ERROR(Append({Event{0, "", "maru", "plan.made", std::move(body)}}).status());
  return Progress::kGoOn;
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
  const policies::PlanFacts facts =
      FactsOf(*run_.plan, run_.request, principal_.principal, context_.registry);
  ASSIGN_OR_RETURN(const std::vector<policies::Principal> people, People());
  auto decision = context_.authorizer.CheckPlan(facts, people);
  if (!decision.ok()) {  // no decision is a forbid
    return End(RunState::kRejected, base::StrCat("policy could not decide: ", base::Message(decision.status(), base::Language::kEnglish)),
               "정책 판단을 내릴 수 없어 거부했습니다");
  }
  RETURN_IF_ERROR(Append({Event{0, "", "maru", "plan.checked", policies::ToJson(*decision)}}).status());
  if (decision->permitted) return Progress::kGoOn;
  const Wording wording = DenialText(*decision);
  return End(RunState::kRejected, wording.english, wording.korean);
}

absl::StatusOr<Driver::Progress> Driver::Wait(RunState state, std::string_view english,
                                              std::string_view korean, Json more) {
  if (run_.state == state && run_.reason_en == english) return Progress::kWait;
  more.update({{"state", Name(state)}, {"reason_en", std::string(english)}, {"reason_ko", std::string(korean)}});
  ASSIGN_OR_RETURN(const bool applied, Append({Event{0, "", "maru", "run.waiting", std::move(more)}}));
  return applied && run_.state == state ? Progress::kWait : Progress::kGoOn;
}

absl::StatusOr<Driver::Progress> Driver::End(RunState state, std::string_view english,
                                             std::string_view korean) {
  base::LogInfo("run.ended", {{"run_id", run_.id}, {"state", Name(state)}, {"reason", std::string(english)}});
  RETURN_IF_ERROR(Append({Event{0, "", "maru", "run.ended",
                                {{"state", Name(state)},
                                 {"reason_en", std::string(english)},
                                 {"reason_ko", std::string(korean)},
                                 {"events", run_.event_count + 1}}}}).status());
  return Terminal(run_.state) ? Progress::kEnded : Progress::kGoOn;
}

// Every step is settled: the answer, if its reader may have it, and the end, in one append.
absl::StatusOr<Driver::Progress> Driver::Finish() {
  const Answer answer = ComposeAnswer(run_, context_.registry.catalogue());
  if (!policies::MayRead(principal_.principal.clearance, answer.label)) {
    const Wording wording = LabelTooHigh(answer.label, principal_.principal.clearance);
    return End(RunState::kRejected, wording.english, wording.korean);
  }
  const Wording failure = FailureText(run_);
  const RunState state = run_.cancel_requested     ? RunState::kCanceled
                         : failure.english.empty() ? RunState::kCompleted
                                                   : RunState::kFailed;
  std::vector<Event> events;
  events.push_back({0, "", "maru", "answer.released", ToJson(answer)});
  events.push_back({0, "", "maru", "run.ended",
                    {{"state", Name(state)},
                     {"reason_en", failure.english},
                     {"reason_ko", failure.korean},
                     {"events", run_.event_count + 2}}});
  RETURN_IF_ERROR(Append(std::move(events)).status());
  base::LogInfo("run.ended", {{"run_id", run_.id}, {"state", Name(run_.state)}});
  return Terminal(run_.state) ? Progress::kEnded : Progress::kGoOn;
}

}  // namespace agents
