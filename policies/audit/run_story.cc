#include "policies/audit/run_story.h"

#include <algorithm>

#include "model_core/base/clock.h"
#include "model_core/base/strings.h"
#include "policies/audit/story_faults.h"

namespace policies {
namespace {

using base::Json;
using base::Member;
using base::StrCat;
using base::StringOr;

Fault Unreadable(std::string_view what, std::string_view korean) {
  return {StrCat(what, " cannot be read"), StrCat(korean, " 읽을 수 없습니다")};
}

}  // namespace

std::optional<Fault> RunStory::Add(const AuditRecord& record) {
  static const auto* const handlers =
      new std::map<std::string_view, Handler>{{"run.created", &RunStory::Created},
                                              {"run.replied", &RunStory::Replied},
                                              {"plan.made", &RunStory::Planned},
                                              {"plan.checked", &RunStory::Checked},
                                              {"approval.requested", &RunStory::Requested},
                                              {"approval.decided", &RunStory::Decided},
                                              {"approval.seal_broken", &RunStory::Refused},
                                              {"step.skipped", &RunStory::Skipped},
                                              {"run.cancel_requested", &RunStory::Canceled},
                                              {"effect.intent", &RunStory::Begun},
                                              {"effect.repeated", &RunStory::Repeated},
                                              {"effect.resumed", &RunStory::Resumed},
                                              {"effect.outcome", &RunStory::Settled},
                                              {"answer.released", &RunStory::Answered},
                                              {"run.ended", &RunStory::Ended}};
  if (ended_) return Fault{"it follows the run's end", "실행이 끝난 뒤의 기록입니다"};
  if (auto fault = Place(record)) return fault;
  if (auto fault = Date(record)) return fault;
  if (auto fault = Speaker(record)) return fault;
  ++next_;
  const auto it = handlers->find(record.type);
  return it == handlers->end() ? std::nullopt : (this->*it->second)(Member(record.payload, "body"));
}

// Every record of a run is one event of its journal, so that its place there is its place in the
// file.
std::optional<Fault> RunStory::Place(const AuditRecord& record) const {
  if (next_ == 0 && record.type != "run.created") {
    return Fault{"the run's first event is missing", "실행의 첫 사건이 빠졌습니다"};
  }
  if (record.payload.size() != 2 || !record.payload.contains("body"))
    return Fault{"it holds other members than an event's", "사건의 것이 아닌 항목이 들어 있습니다"};
  const int64_t index = base::IntOr(record.payload, "index", -1);
  if (index >= 0 && static_cast<uint64_t>(index) == next_) return std::nullopt;
  return Fault{StrCat("event ", next_, " of the run is missing or out of order"),
               StrCat("실행의 ", next_, "번 사건이 빠졌거나 순서가 다릅니다")};
}

// A journal's time stands still at most, whatever a machine's clock does.
std::optional<Fault> RunStory::Date(const AuditRecord& record) {
  const auto time = base::ParseTimeText(record.time);
  if (!time.ok()) return Unreadable("its time", "시각을");
  if (*time < latest_)
    return Fault{"it is dated before the event it follows", "앞선 사건보다 이른 시각입니다"};
  latest_ = *time;
  return std::nullopt;
}

// Who the record says acted is who its content says.
std::optional<Fault> RunStory::Speaker(const AuditRecord& record) const {
  const Json body = Member(record.payload, "body");
  std::string named = record.actor;
  if (record.type == "run.created") named = StringOr(body, "principal", "");
  if (record.type == "run.replied") named = requester_;
  if (record.type == "approval.decided") named = StringOr(body, "approver", "");
  if (named == record.actor || refused_.contains(next_)) return std::nullopt;
  return Fault{StrCat("it is by '", record.actor, "', its content by '", named, "'"),
               StrCat("기록한 사람은 '", record.actor, "'인데 내용은 '", named, "'의 것입니다")};
}

std::optional<Fault> RunStory::Created(const Json& body) {
  if (next_ > 1) return Fault{"the run begins twice", "실행이 두 번 시작됩니다"};
  requester_ = StringOr(body, "principal", "");
  text_ = StringOr(body, "text", "");
  now_ = StringOr(body, "now", "");
  return std::nullopt;
}

// A reply is more of the request.
std::optional<Fault> RunStory::Replied(const Json& body) {
  text_ += '\n';
  text_ += StringOr(body, "text", "");
  ForgetPlan();
  return std::nullopt;
}

// What was planned before is void.
void RunStory::ForgetPlan() {
  tools_.clear();
  plan_hash_.clear();
  decision_.reset();
  records_.clear();
  calls_.clear();
  skipped_.clear();
}

std::optional<Fault> RunStory::Planned(const Json& body) {
  ForgetPlan();
  if (StringOr(body, "request", "") != text_ || StringOr(body, "now", "") != now_) {
    return Fault{"the plan was made from another request, or for another time, than the run's",
                 "실행의 요청이나 기준 시각과 다른 것으로 세운 계획입니다"};
  }
  const Json plan = Member(body, "plan");
  plan_hash_ = base::HashJson(plan);
  for (const Json& step : Member(plan, "steps"))
    tools_[StringOr(step, "id", "")] = StringOr(step, "tool", "");
  return std::nullopt;
}

std::optional<Fault> RunStory::Checked(const Json& body) {
  auto decision = ParsePlanDecision(body);
  if (!decision.ok()) return Unreadable("policy's decision on the plan", "계획에 대한 정책 판단을");
  for (const StepDecision& step : decision->steps) {
    if (auto fault = OutsidePlan(step.step_id, step.tool)) return fault;
  }
  for (const Json& step : Member(Member(body, "facts"), "steps"))
    records_[StringOr(step, "step", "")] = Member(step, "records");
  decision_ = *std::move(decision);
  return std::nullopt;
}

// Of a run with a failure only what has succeeded is told.
std::optional<Fault> RunStory::Answered(const Json&) {
  const auto any = [this](Call how) {
    return std::any_of(calls_.begin(), calls_.end(),
                       [how](const auto& call) { return call.second == how; });
  };
  if (any(Call::kSucceeded) || !any(Call::kFailed)) return std::nullopt;
  return Fault{"it answers although every call failed", "모든 호출이 실패했는데 답변이 나갔습니다"};
}

std::optional<Fault> RunStory::NotACompletedRun() const {
  for (const auto& [step, how] : calls_) {
    if (how == Call::kFailed)
      return OfStep(step, "failed, yet the run is called completed",
                    "실패했는데 실행이 완료로 되어 있습니다");
    if (how == Call::kBegun || how == Call::kDenied)
      return OfStep(step, "has no outcome, yet the run is called completed",
                    "결과가 없는데 실행이 완료로 되어 있습니다");
  }
  return std::nullopt;
}

std::optional<Fault> RunStory::Ended(const Json& body) {
  ended_ = true;
  const int64_t events = base::IntOr(body, "events", -1);
  if (events >= 0 && static_cast<uint64_t>(events) == next_)
    return StringOr(body, "state", "") == "completed" ? NotACompletedRun() : std::nullopt;
  return Fault{
      StrCat("the run says it has ", events, " events, the file holds ", next_),
      StrCat("실행에는 사건이 ", events, "건이라고 되어 있으나 파일에는 ", next_, "건이 있습니다")};
}

}  // namespace policies
