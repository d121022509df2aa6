// Whether policy decided as its rules say.
#include <algorithm>

#include "agents/redecide.h"
#include "deploy/cli/evidence.h"
#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::Language;
using base::Message;
using base::StrCat;
using Outcome = Finding::Outcome;

Finding Decisions(Outcome outcome, std::string_view english, std::string_view korean,
                  int64_t record = -1) {
  return {"decisions", outcome, std::string(english), std::string(korean), record};
}

Finding NotAgain(std::string_view english, std::string_view korean) {
  return Decisions(Outcome::kNotChecked, StrCat("not evaluated again: ", english),
                   StrCat("다시 판단하지 않았습니다. ", korean));
}

struct Count {
  size_t decided = 0;
  size_t as_older = 0;  // of them, only as an older Maru decides
  bool sealed = false;  // an answer was, which an older Maru does not do
};

// OK: the event decides nothing, or policy decides the same once more.
absl::Status CheckDecision(PoliciesAtHand& at_hand, const agents::Run& run, const std::string& type,
                           const Json& body, Count& count) {
  const auto by = agents::WhoDecided(run, type, body);
  if (!by) return absl::OkStatus();
  ++count.decided;
  if (!by->recorded) {
    return base::Error(absl::StatusCode::kFailedPrecondition, "facts not recorded",
                       "판단 근거를 적기 전의 기록입니다");
  }
  ASSIGN_OR_RETURN(policies::Authorizer* const authorizer, at_hand.Find(by->policy_version));
  const absl::Status status = agents::Redecide(*authorizer, run, type, body);
  if (!absl::IsDataLoss(status) || !agents::OfOlderMaru(run.planned) || count.sealed) return status;
  ASSIGN_OR_RETURN(policies::Authorizer* const older,
                   at_hand.Find(by->policy_version, PoliciesAtHand::As::kOlderMaru));
  if (!agents::Redecide(*older, run, type, body).ok()) return status;
  ++count.as_older;
  return absl::OkStatus();
}

Finding AllHold(const Count& count) {
  if (count.decided == 0)
    return Decisions(Outcome::kHolds, "policy was asked nothing", "정책 판단이 없습니다");
  const bool older = count.as_older > 0;
  return Decisions(
      Outcome::kHolds,
      StrCat(count.decided, " evaluated again by the sealed policies, each the same",
             older ? StrCat("; ", count.as_older,
                            " as the older maru decided that planned this: without the approval "
                            "that the catalogue declares and those policies do not demand")
                   : ""),
      StrCat(count.decided, "건 모두 봉인된 정책으로 다시 판단했고 결과가 같습니다",
             older ? StrCat(". 그중 ", count.as_older,
                            "건은 계획을 세운 이전 판 maru의 기준대로, 카탈로그에 있으나 그 정책이 "
                            "요구하지 않은 승인은 빼고 판단했습니다")
                   : ""));
}

}  // namespace

Finding CheckDecisions(const policies::AuditExport& bundle, PoliciesAtHand& at_hand) {
  agents::Run run;
  run.id = bundle.run_id;
  Count count;
  std::optional<Finding> unchecked;
  for (size_t i = 0; i < bundle.entries.size(); ++i) {
    const policies::AuditRecord& record = bundle.entries[i].record;
    const Json body = BodyOf(record);
    if (!body.is_object()) {
      return NotAgain(StrCat("the content of record ", i, " is not here"),
                      StrCat(i, "번 기록의 내용이 없습니다"));
    }
    const absl::Status status = CheckDecision(at_hand, run, record.type, body, count);
    const std::string english = Message(status, Language::kEnglish);
    const std::string korean = Message(status, Language::kKorean);
    if (!status.ok() && !absl::IsFailedPrecondition(status))
      return Decisions(Outcome::kFails, english, korean, static_cast<int64_t>(i));
    if (!status.ok() && !unchecked) unchecked = NotAgain(english, korean);
    if (record.type == "approval.decided" && !base::StringOr(body, "seal", "").empty())
      count.sealed = true;
    if (!Apply({i, record.time, record.actor, record.type, body}, run).ok()) {
      return NotAgain(StrCat("record ", i, " is not one that this maru knows"),
                      StrCat(i, "번 기록은 이 maru가 알지 못하는 형식입니다"));
    }
  }
  return unchecked ? *std::move(unchecked) : AllHold(count);
}

}  // namespace deploy::cli
