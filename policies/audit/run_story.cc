#include "policies/audit/run_story.h"

#include <algorithm>

#include "model_core/base/clock.h"
#include "model_core/base/strings.h"
#include "policies/permit.h"

namespace policies {
namespace {

using base::Json;
using base::Member;
using base::StrCat;
using base::StringOr;
using Kind = Obligation::Kind;

Fault OfStep(const std::string& step, std::string_view english, std::string_view korean) {
  return {StrCat("step ", step, " ", english), StrCat(step, " 단계가 ", korean)};
}

Fault Unreadable(std::string_view what, std::string_view korean) {
  return {StrCat(what, " cannot be read"), StrCat(korean, " 읽을 수 없습니다")};
}

// `refused`: somebody answered, and marud is said to have taken no such answer. It passes by what
// others say so, and makes no call that it refused: which of the two they wrote only its key tells.
Fault WithoutApproval(const std::string& step, const std::string& rule, bool refused) {
  return OfStep(
      step,
      StrCat("was begun without the approval that ", rule, " demands for this call",
             refused ? "; its answers were refused: the refusal or the call is not marud's" : ""),
      StrCat(
          "이 호출에 필요한 승인(", rule, ") 없이 시작되었습니다",
          refused ? ". 답변이 거절되었으므로 거절과 호출 중 하나는 marud의 기록이 아닙니다" : ""));
}

// How the outcome came about says that the call was made anew.
bool MadeAnew(const Json& body) {
  const std::string how = StringOr(body, "settled_by", "");
  return how.starts_with("repeat") || how == "call once more";
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

// What an approver was shown is of this run: its request, and a step of its plan.
std::optional<Fault> RunStory::ShownOther(const std::string& step, const Json& shown) const {
  if (Member(shown, "request").is_string() && shown["request"] != text_) {
    return OfStep(step, "was shown to the approver with another request than the run's",
                  "승인자에게 실행의 요청과 다른 요청으로 제시되었습니다");
  }
  if (Member(shown, "tool").is_string()) {
    if (auto fault = OutsidePlan(step, StringOr(shown, "tool", ""))) return fault;
  }
  if (plan_hash_.empty() || StringOr(shown, "plan_hash", "") == plan_hash_) return std::nullopt;
  return OfStep(step, "was shown to the approver as part of another plan",
                "승인자에게 다른 계획의 일부로 제시되었습니다");
}

std::optional<Fault> RunStory::Requested(const Json& body) {
  const Json shown = Member(body, "shown");
  const std::string id = StringOr(body, "approval_id", ""), step = StringOr(body, "step", "");
  if (asked_.contains(id) || questions_.contains(id) || void_.contains(id)) {
    return Fault{"it asks anew under the id of another approval, which marud never does",
                 "다른 승인의 번호로 다시 요청한 것으로, marud는 그렇게 하지 않습니다"};
  }
  if (Member(shown, "question").is_string()) {  // whether an effect happened: allows nothing
    questions_[id] = {step};
    return std::nullopt;
  }
  if (auto fault = ShownOther(step, shown)) {
    if (!refused_.contains(next_ - 1)) return fault;
    void_.insert(id);
    return std::nullopt;
  }
  const auto obligation = ParseObligation(Member(body, "obligation"));
  asked_[id] = {step,
                StringOr(body, "call_hash", ""),
                StringOr(Member(body, "obligation"), "rule", ""),
                StringOr(shown, "policy_version", ""),
                {},
                true,
                obligation.ok() ? std::optional(*obligation) : std::nullopt};
  return std::nullopt;
}

// Marud takes no further answer then.
bool RunStory::Settled(const Asked& asked) {
  const bool one = asked.obligation && asked.obligation->kind != Kind::kApproveTwo;
  return asked.rejected || asked.approvers.size() >= (one ? 1 : 2);
}

// An answer counts for the very call that was asked about, and for no other.
std::optional<Fault> RunStory::Decided(const Json& body) {
  const std::string id = StringOr(body, "approval_id", "");
  const bool refused = refused_.contains(next_ - 1);
  if (refused && void_.contains(id)) return std::nullopt;
  if (const auto question = questions_.find(id); question != questions_.end()) {
    question->second.once_more = base::BoolOr(body, "once_more", false);
    return std::nullopt;
  }
  const auto it = asked_.find(id);
  if (it == asked_.end())
    return Fault{"nobody had been asked for this approval", "요청한 적이 없는 승인입니다"};
  Asked& asked = it->second;
  if (Settled(asked) && !refused) {
    return Fault{StrCat("it answers an approval of step ", asked.step, " that was settled before"),
                 StrCat(asked.step, " 단계에서 이미 정해진 승인에 대한 답변입니다")};
  }
  const std::string approver = StringOr(body, "approver", "");
  if (asked.approvers.contains(approver) && !refused) {
    return Fault{
        StrCat("it is a second answer of '", approver, "' to one approval of step ", asked.step),
        StrCat(asked.step, " 단계의 같은 승인에 '", approver, "'의 답변이 또 있습니다")};
  }
  if (!base::BoolOr(body, "approved", false)) {
    asked.rejected = true;
    return std::nullopt;
  }
  if (StringOr(body, "call_hash", "") != asked.call_hash) {
    if (refused) return std::nullopt;
    return OfStep(asked.step, "was approved for another call than was asked about",
                  "물어본 것과 다른 호출로 승인되었습니다");
  }
  asked.approvers.insert(approver);
  asked.reasons = asked.reasons && !StringOr(body, "reason", "").empty();
  return std::nullopt;
}

// Marud took no such answer. Nothing said of that approval counts; people are asked anew.
std::optional<Fault> RunStory::Refused(const Json& body) {
  const std::string id = StringOr(body, "approval_id", "");
  if (const auto it = asked_.find(id); it != asked_.end())
    refused_calls_.insert(it->second.call_hash);
  const bool open = asked_.erase(id) + questions_.erase(id) > 0;
  if (!open && !void_.contains(id))
    return Fault{"nobody had been asked for this approval", "요청한 적이 없는 승인입니다"};
  void_.insert(id);
  return std::nullopt;
}

std::optional<Fault> RunStory::Skipped(const Json& body) {
  skipped_.insert(StringOr(body, "step", ""));
  return std::nullopt;
}

std::optional<Fault> RunStory::Canceled(const Json&) {
  canceled_ = true;
  return std::nullopt;
}

std::optional<Fault> RunStory::Begun(const Json& body) {
  const std::string step = StringOr(body, "step", "");
  if (canceled_)
    return OfStep(step, "was begun after the run was canceled",
                  "실행이 취소된 뒤에 시작되었습니다");
  if (skipped_.contains(step))
    return OfStep(step, "was begun after it was skipped", "건너뛴 뒤에 시작되었습니다");
  if (!calls_.emplace(step, Call::kBegun).second)
    return OfStep(step, "was begun twice", "두 번 시작되었습니다");
  if (auto fault = OutsidePlan(step, StringOr(body, "tool", ""))) return fault;
  if (!decision_) {
    return OfStep(step, "was begun before the plan was checked",
                  "계획이 점검되기 전에 시작되었습니다");
  }
  if (!decision_->permitted) {
    return OfStep(step, "was begun although the plan was denied", "불허된 계획인데 시작되었습니다");
  }
  if (!CallHolds(body)) {
    return OfStep(step, "was begun with another call than its hash names",
                  "해시가 가리키는 것과 다른 호출로 시작되었습니다");
  }
  return Unapproved(step, body);
}

// A call whose answer was lost is made once more on a person's word only, each word once.
std::optional<Fault> RunStory::Repeated(const Json& body) {
  const std::string step = StringOr(body, "step", "");
  const auto call = calls_.find(step);
  if (call == calls_.end() || (call->second != Call::kBegun && call->second != Call::kDenied))
    return OfStep(step, "was repeated, but was not under way",
                  "진행 중이 아닌데 다시 실행되었습니다");
  const auto question = questions_.find(StringOr(body, "approval_id", ""));
  const bool told = question != questions_.end() && question->second.step == step &&
                    std::exchange(question->second.once_more, false);
  if (told) return std::nullopt;
  return OfStep(step, "was repeated without anybody's word that it had not been done",
                "처리되지 않았다는 확인 없이 다시 실행되었습니다");
}

std::optional<Fault> RunStory::Resumed(const Json& body) {
  const std::string step = StringOr(body, "step", "");
  const auto it = calls_.find(step);
  if (it == calls_.end() || it->second == Call::kSucceeded || it->second == Call::kFailed) {
    return OfStep(step, "was taken up again, but was not under way",
                  "진행 중이 아니었는데 다시 이어졌습니다");
  }
  if (auto fault = OutsidePlan(step, StringOr(body, "tool", ""))) return fault;
  if (!CallHolds(body)) {
    return OfStep(step, "was taken up again as another call than its hash names",
                  "해시가 가리키는 것과 다른 호출로 이어졌습니다");
  }
  const bool permit =
      base::BoolOr(body, "permitted", false) && !Member(body, "obligations").is_array();
  it->second = permit ? Call::kBegun : Call::kDenied;
  return std::nullopt;
}

std::optional<Fault> RunStory::Settled(const Json& body) {
  const std::string step = StringOr(body, "step", "");
  const auto it = calls_.find(step);
  if (it == calls_.end())
    return OfStep(step, "has an outcome, but was never begun", "시작한 기록 없이 결과만 있습니다");
  const Call before =
      std::exchange(it->second, base::BoolOr(body, "ok", false) ? Call::kSucceeded : Call::kFailed);
  if (before == Call::kDenied && it->second == Call::kSucceeded && MadeAnew(body)) {
    return OfStep(step, "was made although policy denied it when it was taken up again",
                  "다시 이을 때 불허되었는데 실행되었습니다");
  }
  if (before != Call::kBegun && before != Call::kDenied)
    return OfStep(step, "has two outcomes", "결과가 둘입니다");
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

std::optional<Fault> RunStory::OutsidePlan(const std::string& step, const std::string& tool) const {
  const auto it = tools_.find(step);
  if (it != tools_.end() && it->second == tool) return std::nullopt;
  return OfStep(step, StrCat("with tool '", tool, "' is not in the plan"),
                StrCat("도구 '", tool, "'로는 계획에 없습니다"));
}

// The check knew other records than the call names: then people were asked what the call demands,
// which is decided again from its own facts.
bool RunStory::NamesOthers(const std::string& step, const Json& intent) const {
  const auto known = records_.find(step);
  const auto then = ParseNamedRecords(known == records_.end() ? Json() : known->second);
  const auto now = ParseNamedRecords(Member(intent, "records"));
  return !then.ok() || !now.ok() || WithoutTitles(*then) != WithoutTitles(*now);
}

// Why the call may not have been made yet: somebody said no to it, or an approval that the check
// demanded is not there.
std::optional<Fault> RunStory::Unapproved(const std::string& step, const Json& intent) const {
  const auto decided = std::find_if(decision_->steps.begin(), decision_->steps.end(),
                                    [&](const StepDecision& made) { return made.step_id == step; });
  if (decided == decision_->steps.end())
    return OfStep(step, "was never checked", "점검되지 않았습니다");
  const bool reasons = std::any_of(decided->obligations.begin(), decided->obligations.end(),
                                   [](const Obligation& o) { return o.kind == Kind::kReason; });
  const std::string hash = StringOr(intent, "call_hash", "");
  const bool rejected = std::any_of(asked_.begin(), asked_.end(), [&](const auto& entry) {
    const Asked& asked = entry.second;
    return asked.rejected && asked.step == step && asked.call_hash == hash;
  });
  if (rejected)
    return OfStep(step, "was begun although somebody had said no to this call",
                  "거절된 호출인데 시작되었습니다");
  const bool others = NamesOthers(step, intent);
  for (const Obligation& obligation : decided->obligations) {
    if (obligation.kind == Kind::kReason) continue;  // met with the approvals
    const bool met = std::any_of(asked_.begin(), asked_.end(), [&](const auto& entry) {
      const Asked& asked = entry.second;
      const bool own = asked.rule == obligation.rule;
      const bool instead = others && asked.obligation && obligation.kind != Kind::kConfirm &&
                           asked.obligation->kind != Kind::kConfirm;
      return asked.step == step && asked.call_hash == hash && (own || instead) &&
             MetBy(own ? obligation : *asked.obligation, asked, reasons) &&
             HashHolds(intent, asked.policy_version);
    });
    if (!met) return WithoutApproval(step, obligation.rule, refused_calls_.contains(hash));
  }
  return std::nullopt;
}

bool RunStory::MetBy(const Obligation& obligation, const Asked& asked, bool reasons_needed) const {
  const bool own = asked.approvers.contains(requester_);
  switch (obligation.kind) {
    case Kind::kConfirm:
      return own;
    case Kind::kApproveLicensed:
      return !asked.approvers.empty();
    case Kind::kApproveOne:
      return !own && !asked.approvers.empty() && (asked.reasons || !reasons_needed);
    case Kind::kApproveTwo:
      return !own && asked.approvers.size() >= 2 && (asked.reasons || !reasons_needed);
    default:
      return false;
  }
}

// The call is the one that its hash names, of the plan and under that policy.
bool RunStory::HashHolds(const Json& intent, const std::string& policy_version) const {
  const auto label = ParseLabel(Member(intent, "label"));
  const auto records = ParseNamedRecords(Member(intent, "records"));
  if (!label.ok() || !records.ok()) return false;
  const CallBinding binding{run_id_,
                            StringOr(intent, "step", ""),
                            StringOr(intent, "tool", ""),
                            Member(intent, "arguments"),
                            *label,
                            plan_hash_,
                            policy_version,
                            *records};
  return binding.Hash() == StringOr(intent, "call_hash", "");
}

// Under the policy that the plan was checked by; under a newer one if approvers were asked by it:
// the rules may change while a run waits.
bool RunStory::CallHolds(const Json& intent) const {
  const std::string own = StringOr(intent, "policy_version", "");  // it may change within a run
  if (HashHolds(intent, own.empty() ? decision_->policy_version : own)) return true;
  return std::any_of(asked_.begin(), asked_.end(), [&](const auto& entry) {
    return HashHolds(intent, entry.second.policy_version);
  });
}

}  // namespace policies
