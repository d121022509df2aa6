// RunStory: what was done of the plan: calls begun, repeated, taken up again and settled.
#include <algorithm>

#include "model_core/base/strings.h"
#include "policies/audit/run_story.h"
#include "policies/audit/story_faults.h"
#include "policies/permit.h"

namespace policies {
namespace {

using base::Json;
using base::Member;
using base::StrCat;
using base::StringOr;

// How the outcome came about says that the call was made anew.
bool MadeAnew(const Json& body) {
  const std::string how = StringOr(body, "settled_by", "");
  return how.starts_with("repeat") || how == "call once more";
}

}  // namespace

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
