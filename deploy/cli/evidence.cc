#include "deploy/cli/evidence.h"

#include "agents/plan_reading.h"
#include "deploy/cli/members.h"
#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;
using Outcome = Finding::Outcome;

Finding Plan(Outcome outcome, std::string_view english, std::string_view korean,
             int64_t record = -1) {
  return {"plan", outcome, std::string(english), std::string(korean), record};
}

Finding OtherRules(int sealed) {
  const int here = agents::kPlannerRules;
  return Plan(Outcome::kNotChecked,
              StrCat("made by another version of the planner (rules ", sealed, "; here they are ",
                     here, "): verify it with that version of maru"),
              StrCat("다른 판의 계획기(규칙 ", sealed, ", 여기는 ", here,
                     ")로 만든 계획입니다. 그 판의 maru로 검증하십시오"));
}

Finding OtherArithmetic(int sealed) {
  const int here = model_core::kArithmetic;
  return Plan(Outcome::kNotChecked,
              StrCat("made with another arithmetic of the engine (", sealed, "; here it is ", here,
                     "): verify it with that version of maru"),
              StrCat("엔진의 다른 연산 방식(", sealed, ", 여기는 ", here,
                     ")으로 만든 계획입니다. 그 판의 maru로 검증하십시오"));
}

// nullopt: computed again, bit for bit.
std::optional<Finding> CheckPlan(const Json& body, agents::Planner* planner, int64_t record) {
  if (StringOr(Member(body, "evidence"), "provider", "") != "embedded") {
    return Plan(Outcome::kNotChecked, "made by a remote model, which is not here",
                "원격 모델이 만든 계획이라 다시 계산할 수 없습니다");
  }
  if (planner == nullptr) {
    return Plan(Outcome::kNotChecked, "no planner is here: give --model DIR",
                "계획 모델이 없습니다. --model 디렉터리를 주십시오");
  }
  const absl::Status status = agents::RecomputePlan(*planner, tools::Catalogue::BuiltIn(), body);
  if (status.ok()) return std::nullopt;
  if (absl::IsFailedPrecondition(status)) {
    const auto sealed = agents::PlanEvidence::Parse(Member(body, "evidence"));
    if (sealed.rules != agents::kPlannerRules) return OtherRules(sealed.rules);
    if (sealed.arithmetic != model_core::kArithmetic) return OtherArithmetic(sealed.arithmetic);
    const std::string weights = sealed.weights_sha256.substr(0, 12);
    return Plan(
        Outcome::kNotChecked,
        StrCat("made by other weights (", weights, ") than those here: give --model DIR"),
        StrCat("여기 없는 가중치(", weights, ")로 만든 계획입니다. --model 디렉터리를 주십시오"));
  }
  const bool no_room = base::Reason(status) == "ENGINE_NO_ROOM";
  if (no_room || absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status)) {
    // It says nothing of the plan.
    return Plan(Outcome::kNotChecked,
                StrCat("could not be computed again here: ",
                       base::Message(status, base::Language::kEnglish)),
                StrCat("여기서 다시 계산하지 못했습니다: ",
                       base::Message(status, base::Language::kKorean)));
  }
  return Plan(Outcome::kFails,
              StrCat("the sealed weights make another plan: ",
                     base::Message(status, base::Language::kEnglish)),
              StrCat("봉인된 가중치로 다시 계산하면 다릅니다: ",
                     base::Message(status, base::Language::kKorean)),
              record);
}

}  // namespace

Json BodyOf(const policies::AuditRecord& record) { return Member(record.payload, "body"); }

Finding CheckLog(const policies::AuditExport& bundle, std::string_view trusted_key) {
  const policies::Verification found = policies::Verify(bundle, trusted_key);
  const Outcome outcome = found.ok ? Outcome::kHolds : Outcome::kFails;
  if (!found.ok) return {"log", outcome, found.reason_en, found.reason_ko, found.first_bad};
  return {"log", outcome, StrCat(found.records, " records: ", found.reason_en),
          StrCat("기록 ", found.records, "건: ", found.reason_ko), -1};
}

Finding CheckEnd(const policies::AuditExport& bundle) {
  if (!bundle.entries.empty() && bundle.entries.back().record.type == "run.ended") {
    return {"end", Outcome::kHolds, "the file goes to the run's end", "실행의 끝까지 들어 있습니다",
            -1};
  }
  return {"end", Outcome::kFails,
          "the run's end is missing: the file was cut, or exported while the run went on "
          "(--unfinished takes it so)",
          "실행의 끝이 없습니다. 파일이 잘렸거나 실행 중에 내보낸 것입니다 "
          "(실행 중이면 --unfinished)",
          -1};
}

Finding CheckPlans(const policies::AuditExport& bundle, agents::Planner* planner) {
  size_t checked = 0;
  std::optional<Finding> unchecked;
  for (size_t i = 0; i < bundle.entries.size(); ++i) {
    const Json body = BodyOf(bundle.entries[i].record);
    if (bundle.entries[i].record.type != "plan.made" || !body.is_object()) continue;
    auto finding = CheckPlan(body, planner, static_cast<int64_t>(i));
    if (finding && finding->outcome == Outcome::kFails) return *std::move(finding);
    if (finding && !unchecked) unchecked = std::move(finding);
    ++checked;
  }
  if (unchecked) return *std::move(unchecked);
  if (checked == 0)
    return Plan(Outcome::kNotChecked, "the file holds no plan that can be read",
                "읽을 수 있는 계획 기록이 없습니다");
  return Plan(Outcome::kHolds, "computed again from the sealed weights, bit for bit the same",
              "봉인된 가중치로 다시 계산했고 비트까지 같습니다");
}

}  // namespace deploy::cli
