#include "deploy/cli/evidence.h"
#include "deploy/cli/members.h"

#include "model_core/base/clock.h"
#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;
using Outcome = Finding::Outcome;

std::set<std::string> Names(const Json& body, const char* key) {
  std::set<std::string> names;
  for (const Json& name : Items(body, key)) {
    if (name.is_string()) names.insert(name.get<std::string>());
  }
  return names;
}

Finding Plan(Outcome outcome, std::string_view english, std::string_view korean, int64_t record = -1) {
  return {"plan", outcome, std::string(english), std::string(korean), record};
}

// nullopt: computed again, byte for byte.
std::optional<Finding> CheckPlan(const Json& body, agents::Planner& planner, int64_t record) {
  const Json sealed = Member(body, "evidence");
  agents::PlanRequest request;
  request.text = StringOr(body, "request", "");
  request.offered = Names(body, "offered");
  request.allowed = Names(body, "allowed");
  const auto now = base::ParseTimeText(StringOr(body, "now", ""));
  if (!now.ok()) return Plan(Outcome::kFails, "the record of a plan holds no time", "계획 기록에 시각이 없습니다", record);
  request.now = *now;
  const auto result = planner.MakePlan(request);
  if (!result.ok()) {
    return Plan(Outcome::kFails, StrCat("the plan cannot be computed again: ", base::Message(result.status(), base::Language::kEnglish)),
                StrCat("계획을 다시 계산할 수 없습니다: ", base::Message(result.status(), base::Language::kKorean)), record);
  }
  const Json computed = result->evidence.ToJson();
  const std::string weights = StringOr(sealed, "weights_sha256", ""), here = StringOr(computed, "weights_sha256", "");
  if (weights != here) {
    return Plan(Outcome::kNotChecked, StrCat("made by other weights (", weights.substr(0, 12), ") than those here (", here.substr(0, 12), ")"),
                StrCat("여기 있는 가중치(", here.substr(0, 12), ")가 아닌 가중치(", weights.substr(0, 12), ")로 만든 계획입니다"));
  }
  if (result->text == StringOr(body, "text", "") && computed == sealed) return std::nullopt;
  return Plan(Outcome::kFails, "the sealed weights make another plan of this request", "봉인된 가중치로 다시 계산하면 다른 계획이 나옵니다", record);
}

}  // namespace

Json BodyOf(const policies::AuditRecord& record) {
  return Member(record.payload, "body");
}

Finding CheckLog(const policies::AuditExport& bundle, std::string_view trusted_key) {
  const policies::Verification found = policies::Verify(bundle, trusted_key);
  const Outcome outcome = found.ok ? Outcome::kHolds : Outcome::kFails;
  if (!found.ok) return {"log", outcome, found.reason_en, found.reason_ko, found.first_bad};
  return {"log", outcome, StrCat(found.records, " records are in the signed log, whole and in order"),
          StrCat("기록 ", found.records, "건이 서명된 감사 기록에 빠짐없이 순서대로 있습니다"), -1};
}

Finding CheckPlans(const policies::AuditExport& bundle, agents::Planner* planner) {
  size_t checked = 0;
  for (size_t i = 0; i < bundle.entries.size(); ++i) {
    const Json body = BodyOf(bundle.entries[i].record);
    if (bundle.entries[i].record.type != "plan.made" || !body.is_object()) continue;
    if (StringOr(Member(body, "evidence"), "provider", "") != "embedded") {
      return Plan(Outcome::kNotChecked, "made by a remote model, which is not here", "원격 모델이 만든 계획이라 다시 계산할 수 없습니다");
    }
    if (planner == nullptr) {
      return Plan(Outcome::kNotChecked, "no planner is here: give --model DIR", "계획 모델이 없습니다. --model 디렉터리를 주십시오");
    }
    if (auto finding = CheckPlan(body, *planner, static_cast<int64_t>(i))) return *std::move(finding);
    ++checked;
  }
  if (checked == 0) return Plan(Outcome::kNotChecked, "the file holds no plan that can be read", "읽을 수 있는 계획 기록이 없습니다");
  return Plan(Outcome::kHolds, "computed again from the sealed weights, bit for bit the same", "봉인된 가중치로 다시 계산했고 비트까지 같습니다");
}

}  // namespace deploy::cli
