// Approvals and effects of an exported run: who agreed to exactly what, before it was done.
#include <map>

#include "deploy/cli/evidence.h"
#include "deploy/cli/members.h"
#include "model_core/base/strings.h"
#include "policies/permit.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;

struct Asked {
  std::string step, call_hash;
  size_t needed = 1, given = 0;
};

// What an approver was shown, hashed again.
std::string HashOfShown(const std::string& run_id, const Json& body) {
  const Json shown = Member(body, "shown");
  const auto label = policies::ParseLabel(Member(shown, "label"));
  if (!label.ok()) return "";
  return policies::CallBinding{run_id,
                               StringOr(body, "step", ""),
                               StringOr(shown, "tool", ""),
                               Member(shown, "arguments"),
                               *label,
                               StringOr(shown, "plan_hash", ""),
                               StringOr(shown, "policy_version", "")}
      .Hash();
}

class ApprovalCheck {
 public:
  explicit ApprovalCheck(std::string run_id) : run_id_(std::move(run_id)) {}

  // What is wrong with one event; empty: nothing.
  std::pair<std::string, std::string> Add(const std::string& type, const Json& body) {
    if (type == "approval.requested") return Request(body);
    if (type == "approval.decided") return Decision(body);
    if (type == "effect.intent") return Intent(body);
    return {};
  }

  size_t asked() const { return asked_.size(); }

 private:
  std::pair<std::string, std::string> Request(const Json& body) {
    if (Member(body, "shown").contains("question"))
      return {};  // whether it happened: allows nothing
    const std::string hash = StringOr(body, "call_hash", "");
    if (HashOfShown(run_id_, body) != hash) {
      return {"what the approver was shown is not what the hash says",
              "승인자에게 보인 내용이 해시와 다릅니다"};
    }
    const std::string kind = StringOr(Member(body, "obligation"), "kind", "");
    asked_[StringOr(body, "approval_id", "")] = {StringOr(body, "step", ""), hash,
                                                 kind == "approve_two" ? size_t{2} : size_t{1}, 0};
    return {};
  }

  std::pair<std::string, std::string> Decision(const Json& body) {
    const auto it = asked_.find(StringOr(body, "approval_id", ""));
    if (it == asked_.end()) return {};
    if (StringOr(body, "call_hash", "") != it->second.call_hash) {
      return {"the answer is bound to another call than was asked about",
              "승인이 물어본 것과 다른 호출에 묶여 있습니다"};
    }
    if (base::BoolOr(body, "approved", false)) ++it->second.given;
    return {};
  }

  std::pair<std::string, std::string> Intent(const Json& body) const {
    const std::string step = StringOr(body, "step", "");
    bool any = false, exact = false;
    for (const auto& [id, asked] : asked_) {
      if (asked.step != step) continue;
      any = true;
      if (asked.call_hash != StringOr(body, "call_hash", "")) continue;
      exact = true;
      if (asked.given < asked.needed) {
        return {StrCat("step ", step, " was begun before it was approved"),
                StrCat(step, " 단계가 승인 전에 시작되었습니다")};
      }
    }
    if (!any || exact) return {};
    return {StrCat("step ", step, " called something else than was approved"),
            StrCat(step, " 단계가 승인된 것과 다른 호출을 했습니다")};
  }

  const std::string run_id_;
  std::map<std::string, Asked> asked_;  // by approval id
};

}  // namespace

Finding CheckApprovals(const policies::AuditExport& bundle) {
  ApprovalCheck check(bundle.run_id);
  for (size_t i = 0; i < bundle.entries.size(); ++i) {
    const policies::AuditRecord& record = bundle.entries[i].record;
    const Json body = BodyOf(record);
    if (!body.is_object()) continue;
    auto [english, korean] = check.Add(record.type, body);
    if (!english.empty())
      return {"approvals", Finding::Outcome::kFails, std::move(english), std::move(korean),
              static_cast<int64_t>(i)};
  }
  if (check.asked() == 0)
    return {"approvals", Finding::Outcome::kHolds, "none was asked for", "요구된 승인이 없습니다",
            -1};
  return {"approvals", Finding::Outcome::kHolds,
          StrCat(check.asked(), " asked for, each bound to the call that was made"),
          StrCat(check.asked(), "건 모두 실제 호출에 묶여 있습니다"), -1};
}

}  // namespace deploy::cli
