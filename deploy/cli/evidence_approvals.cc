// Whether each approver was shown what was hashed, and might approve it.
#include <map>
#include <set>

#include "agents/redecide.h"
#include "deploy/cli/evidence.h"
#include "deploy/cli/members.h"
#include "model_core/base/strings.h"
#include "policies/approval_seal.h"
#include "policies/facts.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;
using Outcome = Finding::Outcome;

Finding Approvals(Outcome outcome, std::string_view english, std::string_view korean,
                  int64_t record = -1) {
  return {"approvals", outcome, std::string(english), std::string(korean), record};
}

// The approvals of one run, record by record. What answers say that marud refused is not looked at.
class ApprovalCheck {
 public:
  explicit ApprovalCheck(const policies::AuditExport& bundle)
      : run_id_(bundle.run_id), refused_answers_(policies::RefusedAnswers(bundle)) {}

  std::optional<Finding> Add(const std::string& type, const Json& body, int64_t record) {
    const bool refused = refused_answers_.contains(static_cast<size_t>(record));
    if (type == "run.created") requester_.id = StringOr(body, "principal", "");
    if (type == "plan.made") older_ = agents::OfOlderMaru(body);
    if (type == "approval.requested") return Requested(body, refused, record);
    if (type == "approval.decided" && !refused) return Decided(body, record);
    if (type == "approval.seal_broken") ++refused_;
    return std::nullopt;
  }

  Finding Whole() const {
    if (shown_ == 0 && refused_ == 0)
      return Approvals(Outcome::kHolds, "none was asked for", "요구된 승인이 없습니다");
    const bool unknown = unknown_ > 0;
    return Approvals(
        Outcome::kHolds,
        StrCat(shown_, " asked for, each bound to exactly what was shown",
               unknown ? "; facts not recorded: what approvers were" : "",
               refused_ == 0 ? "" : StrCat("; approvals whose answers were refused: ", refused_)),
        StrCat(shown_, "건 모두 승인자가 본 내용 그대로 묶여 있습니다",
               unknown ? ". 승인자의 당시 역할은 적기 전의 기록입니다" : "",
               refused_ == 0 ? "" : StrCat(". 답변이 거절된 승인 ", refused_, "건")));
  }

 private:
  std::optional<Finding> Requested(const Json& body, bool refused, int64_t record) {
    const std::string id = StringOr(body, "approval_id", "");
    if (auto asked = policies::ParseObligation(Member(body, "obligation")); asked.ok())
      asked_.insert_or_assign(id, *std::move(asked));
    if (auto label = policies::ParseLabel(Member(Member(body, "shown"), "label")); label.ok())
      labels_.insert_or_assign(id, *label);
    if (Member(Member(body, "shown"), "question").is_string())
      return std::nullopt;  // whether it happened: allows nothing
    const std::string hash =
        policies::HashOfShown(run_id_, StringOr(body, "step", ""), Member(body, "shown"));
    if (!hash.empty() && hash == StringOr(body, "call_hash", "")) {
      ++shown_;
      return std::nullopt;
    }
    if (refused) return std::nullopt;
    return Approvals(Outcome::kFails, "what the approver was shown is not what the hash says",
                     "승인자에게 보인 내용이 해시와 다릅니다", record);
  }

  // Each for themselves; that two of them are two people of two units, and that they were enough
  // before the call, is part of the call's decision.
  std::optional<Finding> Decided(const Json& body, int64_t record) {
    const std::string named = StringOr(body, "approver", "");
    if (!body.contains("standing")) return WithoutStanding(named, record);
    const std::string id = StringOr(body, "approval_id", "");
    const auto asked = asked_.find(id);
    const auto approver = policies::ParsePrincipal(body["standing"]);
    if (asked != asked_.end() && approver.ok() && approver->id == named &&
        policies::MayApprove(asked->second, requester_, *approver, {}, LabelFor(body)))
      return std::nullopt;
    return MightNot(named, asked == asked_.end() ? nullptr : &asked->second, record);
  }

  std::optional<Finding> WithoutStanding(const std::string& named, int64_t record) {
    if (!older_) {
      return Approvals(Outcome::kFails,
                       StrCat("what '", named, "' was, who answered, is not recorded"),
                       StrCat("답한 '", named, "' 계정의 당시 역할이 기록에 없습니다"), record);
    }
    ++unknown_;
    return std::nullopt;
  }

  // What whoever answers must be cleared for. Of a question that does not say, and of an answer
  // that an older Maru took, which did not look: nothing.
  policies::Label LabelFor(const Json& body) const {
    const auto label = labels_.find(StringOr(body, "approval_id", ""));
    const bool looked_at = !older_ || body.contains("seal");
    return looked_at && label != labels_.end() ? label->second : policies::UserLabel();
  }

  Finding MightNot(const std::string& named, const policies::Obligation* asked,
                   int64_t record) const {
    const bool by_role = asked != nullptr && !asked->roles.empty();
    const bool own = by_role && named == requester_.id;
    const std::string roles = by_role ? base::StrJoin(asked->roles, ", ") : "";
    return Approvals(
        Outcome::kFails,
        StrCat("by its record '", named, "' might not answer this: it was for ",
               by_role ? roles : "the requester", own ? ", other than the requester" : ""),
        StrCat("기록대로면 '", named, "' 계정은 답할 수 없었습니다. 답할 수 있는 사람: ",
               by_role ? StrCat(roles, " 역할") : "신청자", own ? "(신청자 제외)" : ""),
        record);
  }

  const std::string& run_id_;
  const std::set<size_t> refused_answers_;             // and questions, by position
  policies::Principal requester_;                      // only who
  bool older_ = true;                                  // agents::OfOlderMaru
  std::map<std::string, policies::Obligation> asked_;  // by approval id
  std::map<std::string, policies::Label> labels_;      // of what is approved, by approval id
  size_t shown_ = 0, unknown_ = 0, refused_ = 0;
};

}  // namespace

Finding CheckApprovals(const policies::AuditExport& bundle) {
  ApprovalCheck check(bundle);
  for (size_t i = 0; i < bundle.entries.size(); ++i) {
    const Json body = BodyOf(bundle.entries[i].record);
    if (!body.is_object()) continue;
    if (auto bad = check.Add(bundle.entries[i].record.type, body, static_cast<int64_t>(i)))
      return *std::move(bad);
  }
  return check.Whole();
}

}  // namespace deploy::cli
