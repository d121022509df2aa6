#include "policies/decision.h"

#include <algorithm>
#include <array>

#include "model_core/base/strings.h"

namespace policies {
namespace {

using base::Json;
using base::StringOr;

constexpr std::array<std::string_view, 7> kKinds = {
    "approve_one", "approve_two", "approve_licensed", "confirm",
    "reason",      "redact",      "no_release_below"};

absl::Status Malformed(std::string_view what) {
  return base::Error(absl::StatusCode::kInvalidArgument,
                     base::StrCat("decision: ", what, " is missing or malformed"),
                     base::StrCat("판단 기록의 '", what, "' 항목이 없거나 잘못되었습니다"));
}

absl::StatusOr<std::vector<Json>> List(const Json& object, const char* key) {
  if (!object.is_object() || !object.contains(key) || !object[key].is_array())
    return Malformed(key);
  return object[key].get<std::vector<Json>>();
}

absl::StatusOr<std::vector<std::string>> Texts(const Json& object, const char* key) {
  ASSIGN_OR_RETURN(const std::vector<Json> list, List(object, key));
  std::vector<std::string> texts;
  for (const Json& item : list) {
    if (!item.is_string()) return Malformed(key);
    texts.push_back(item.get<std::string>());
  }
  return texts;
}

absl::StatusOr<Rule> ParseRule(const Json& json) {
  if (!json.is_object() || StringOr(json, "id", "").empty()) return Malformed("rule");
  return Rule{StringOr(json, "id", ""), StringOr(json, "reason_ko", ""),
              StringOr(json, "reason_en", ""), StringOr(json, "lift_ko", ""),
              StringOr(json, "lift_en", "")};
}

absl::StatusOr<StepDecision> ParseStepDecision(const Json& json) {
  StepDecision step;
  step.step_id = StringOr(json, "step", "");
  step.tool = StringOr(json, "tool", "");
  step.permitted = base::BoolOr(json, "permitted", false);
  if (step.step_id.empty() || step.tool.empty()) return Malformed("step");
  ASSIGN_OR_RETURN(const std::vector<Json> rules, List(json, "rules"));
  for (const Json& rule : rules) {
    ASSIGN_OR_RETURN(Rule parsed, ParseRule(rule));
    step.rules.push_back(std::move(parsed));
  }
  ASSIGN_OR_RETURN(const std::vector<Json> obligations, List(json, "obligations"));
  for (const Json& obligation : obligations) {
    ASSIGN_OR_RETURN(Obligation parsed, ParseObligation(obligation));
    step.obligations.push_back(std::move(parsed));
  }
  ASSIGN_OR_RETURN(step.input, ParseLabel(json.value("input", Json())));
  ASSIGN_OR_RETURN(step.output, ParseLabel(json.value("output", Json())));
  return step;
}

template <typename T>
Json Array(const std::vector<T>& items) {
  Json array = Json::array();
  for (const T& item : items) array.push_back(ToJson(item));
  return array;
}

}  // namespace

std::string_view Name(Obligation::Kind kind) { return kKinds[static_cast<size_t>(kind)]; }

std::optional<Obligation::Kind> ParseObligationKind(std::string_view name) {
  const auto it = std::find(kKinds.begin(), kKinds.end(), name);
  if (it == kKinds.end()) return std::nullopt;
  return static_cast<Obligation::Kind>(it - kKinds.begin());
}

Json ToJson(const Obligation& obligation) {
  return {{"kind", Name(obligation.kind)},
          {"roles", obligation.roles},
          {"parameter", obligation.parameter},
          {"rule", obligation.rule}};
}

absl::StatusOr<Obligation> ParseObligation(const Json& json) {
  const auto kind = ParseObligationKind(StringOr(json, "kind", ""));
  if (!kind) return Malformed("obligation kind");
  ASSIGN_OR_RETURN(std::vector<std::string> roles, Texts(json, "roles"));
  return Obligation{*kind, std::move(roles), StringOr(json, "parameter", ""),
                    StringOr(json, "rule", "")};
}

Json ToJson(const Rule& rule) {
  Json json = {{"id", rule.id}, {"reason_ko", rule.reason_ko}, {"reason_en", rule.reason_en}};
  if (!rule.lift_ko.empty()) json["lift_ko"] = rule.lift_ko;
  if (!rule.lift_en.empty()) json["lift_en"] = rule.lift_en;
  return json;
}

Json ToJson(const StepDecision& decision) {
  return {{"step", decision.step_id},
          {"tool", decision.tool},
          {"permitted", decision.permitted},
          {"rules", Array(decision.rules)},
          {"obligations", Array(decision.obligations)},
          {"input", ToJson(decision.input)},
          {"output", ToJson(decision.output)}};
}

Json ToJson(const PlanDecision& decision) {
  return {{"permitted", decision.permitted},
          {"steps", Array(decision.steps)},
          {"purpose", decision.purpose},
          {"policy_version", decision.policy_version}};
}

absl::StatusOr<PlanDecision> ParsePlanDecision(const Json& json) {
  PlanDecision decision;
  decision.permitted = base::BoolOr(json, "permitted", false);
  decision.purpose = StringOr(json, "purpose", "");
  decision.policy_version = StringOr(json, "policy_version", "");
  ASSIGN_OR_RETURN(const std::vector<Json> steps, List(json, "steps"));
  for (const Json& step : steps) {
    ASSIGN_OR_RETURN(StepDecision parsed, ParseStepDecision(step));
    decision.steps.push_back(std::move(parsed));
  }
  return decision;
}

}  // namespace policies
