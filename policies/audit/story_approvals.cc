// RunStory: who was asked, who answered, and whether a call had the approval that it needed.
#include <algorithm>

#include "model_core/base/strings.h"
#include "policies/audit/run_story.h"
#include "policies/audit/story_faults.h"

namespace policies {
namespace {

using base::Json;
using base::Member;
using base::StrCat;
using base::StringOr;
using Kind = Obligation::Kind;

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

}  // namespace

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

}  // namespace policies
