// The auditor's side: the same model, the same request, the same plan.
#include "agents/planner.h"
#include "model_core/base/clock.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

using base::Json;
using base::StrCat;

std::set<std::string> Names(const Json& body, const char* key) {
  std::set<std::string> names;
  for (const Json& name : body.value(key, Json::array())) {
    if (name.is_string()) names.insert(name.get<std::string>());
  }
  return names;
}

absl::Status Differs(absl::StatusCode code, std::string_view what, std::string_view korean,
                     std::string_view sealed, std::string_view found) {
  return base::Error(code,
                     StrCat("plan.made: ", what, " is '", sealed, "', recomputed '", found, "'"),
                     StrCat("plan.made: ", korean, base::Particle(korean, "이"), " '", sealed,
                            "'인데 다시 계산하면 '", found, "'입니다"));
}

absl::Status Same(const PlanEvidence& sealed, const PlanEvidence& found) {
  if (sealed.weights_sha256 != found.weights_sha256) {
    return Differs(absl::StatusCode::kFailedPrecondition, "the weights' hash", "가중치 해시",
                   sealed.weights_sha256, found.weights_sha256);
  }
  if (sealed.prompt_sha256 != found.prompt_sha256) {
    return Differs(absl::StatusCode::kDataLoss, "the prompt's hash", "프롬프트 해시",
                   sealed.prompt_sha256, found.prompt_sha256);
  }
  if (sealed.grammar_sha256 == found.grammar_sha256) return absl::OkStatus();
  return Differs(absl::StatusCode::kDataLoss, "the grammar's hash", "문법 해시",
                 sealed.grammar_sha256, found.grammar_sha256);
}

}  // namespace

PlanEvidence PlanEvidence::Parse(const Json& json) {
  return {base::StringOr(json, "model", ""),
          base::StringOr(json, "weights_sha256", ""),
          base::StringOr(json, "grammar_sha256", ""),
          base::StringOr(json, "prompt_sha256", ""),
          base::StringOr(json, "provider", ""),
          static_cast<int>(base::IntOr(json, "rules", 1)),
          static_cast<int>(base::IntOr(json, "arithmetic", 1))};
}

absl::Status RecomputePlan(Planner& planner, const tools::Catalogue& catalogue,
                           const Json& plan_made) {
  const auto evidence = PlanEvidence::Parse(plan_made.value("evidence", Json::object()));
  if (evidence.rules != kPlannerRules) {
    return Differs(absl::StatusCode::kFailedPrecondition, "the planner's rules", "계획기 규칙",
                   StrCat(evidence.rules), StrCat(kPlannerRules));
  }
  if (evidence.arithmetic != model_core::kArithmetic) {
    return Differs(absl::StatusCode::kFailedPrecondition, "the arithmetic", "연산 방식",
                   StrCat(evidence.arithmetic), StrCat(model_core::kArithmetic));
  }
  PlanRequest request;
  request.text = base::StringOr(plan_made, "request", "");
  ASSIGN_OR_RETURN(request.now, base::ParseTimeText(base::StringOr(plan_made, "now", "")));
  request.offered = Names(plan_made, "offered");
  request.allowed = Names(plan_made, "allowed");
  ASSIGN_OR_RETURN(PlanResult made, planner.MakePlan(request));
  RETURN_IF_ERROR(Same(evidence, made.evidence));
  const std::string sealed = base::StringOr(plan_made, "text", "");
  if (sealed != made.text) {
    return Differs(absl::StatusCode::kDataLoss, "the text", "글", sealed, made.text);
  }
  Derive(made.plan, catalogue, request.text);
  const std::string plan = base::DumpJson(plan_made.value("plan", Json()));
  const Json found_json = ToJson(made.plan, /*derived=*/true);
  const std::string found = base::DumpJson(found_json);
  if (plan == found) return absl::OkStatus();
  if (base::CanonicalJson(plan_made.value("plan", Json())) == base::CanonicalJson(found_json)) {
    return base::Error(absl::StatusCode::kDataLoss,
                       "plan.made: a number of the plan is not spelt as it was",
                       "plan.made: 계획의 숫자 표기가 바뀌었습니다");
  }
  return Differs(absl::StatusCode::kDataLoss, "the plan", "계획", plan, found);
}

}  // namespace agents
