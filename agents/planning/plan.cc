// The plan form of the catalogue: JSON in and out.
#include "agents/plan.h"

#include <algorithm>
#include <set>

#include "model_core/base/status.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::Json;
using base::StrCat;

constexpr std::string_view kVerdicts[] = {"plan", "ask", "refuse"};
constexpr std::string_view kReasons[] = {"harmful", "out_of_scope", "not_permitted"};

absl::Status Malformed(std::string_view what) {
  return base::Error(absl::StatusCode::kInvalidArgument, StrCat("plan: ", what),
                     StrCat("계획의 형식이 잘못되었습니다: ", what));
}

// A plan is evidence: a key that nobody reads would be a claim that nobody checks.
absl::Status OnlyKeys(const Json& object, const std::set<std::string>& known,
                      std::string_view where) {
  if (!object.is_object()) return Malformed(StrCat(where, " is not an object"));
  for (const auto& [key, value] : object.items()) {
    if (!known.contains(key)) return Malformed(StrCat(where, ": unknown key '", key, "'"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> Strings(const Json& object, const char* key,
                                                 std::string_view where) {
  std::vector<std::string> out;
  auto it = object.find(key);
  if (it == object.end()) return out;
  if (!it->is_array()) return Malformed(StrCat(where, ": '", key, "' is not a list"));
  for (const Json& item : *it) {
    if (!item.is_string())
      return Malformed(StrCat(where, ": '", key, "' holds something else than text"));
    out.push_back(item.get<std::string>());
  }
  return out;
}

absl::StatusOr<Step> ParseStep(const Json& json, size_t index) {
  const std::string where = StrCat("step ", index + 1);
  RETURN_IF_ERROR(OnlyKeys(json, {"id", "tool", "arguments", "after", "confirm"}, where));
  Step step;
  step.id = base::StringOr(json, "id", "");
  if (step.id != StrCat("s", index + 1))
    return Malformed(StrCat(where, ": its id is '", step.id, "', not 's", index + 1, "'"));
  step.tool = base::StringOr(json, "tool", "");
  if (step.tool.empty()) return Malformed(StrCat(where, ": no 'tool'"));
  auto arguments = json.find("arguments");
  if (arguments == json.end() || !arguments->is_object())
    return Malformed(StrCat(where, ": no object 'arguments'"));
  step.arguments = *arguments;
  ASSIGN_OR_RETURN(step.after, Strings(json, "after", where));
  if (json.contains("confirm") && !json["confirm"].is_boolean())
    return Malformed(StrCat(where, ": 'confirm' is neither true nor false"));
  step.confirm = base::BoolOr(json, "confirm", false);
  return step;
}

absl::StatusOr<std::vector<Step>> ParseSteps(const Json& json) {
  RETURN_IF_ERROR(OnlyKeys(json, {"verdict", "steps"}, "verdict 'plan'"));
  auto list = json.find("steps");
  if (list == json.end() || !list->is_array()) return Malformed("no list 'steps'");
  if (list->empty() || list->size() > kStepsMax) {
    return Malformed(StrCat(list->size(), " steps; there must be 1 to ", kStepsMax));
  }
  std::vector<Step> steps;
  for (size_t i = 0; i < list->size(); ++i) {
    ASSIGN_OR_RETURN(Step step, ParseStep((*list)[i], i));
    steps.push_back(std::move(step));
  }
  return steps;
}

Json StepJson(const Step& step, bool derived) {
  Json json = {{"id", step.id}, {"tool", step.tool}, {"arguments", step.arguments}};
  if (derived && !step.after.empty()) json["after"] = step.after;
  if (derived && step.confirm) json["confirm"] = true;
  return json;
}

template <size_t N>
std::optional<int> IndexOf(const std::string_view (&names)[N], std::string_view name) {
  const auto* it = std::find(std::begin(names), std::end(names), name);
  return it == std::end(names) ? std::nullopt
                               : std::optional(static_cast<int>(it - std::begin(names)));
}

}  // namespace

const Step* Plan::Find(std::string_view id) const {
  auto it =
      std::find_if(steps.begin(), steps.end(), [&](const Step& step) { return step.id == id; });
  return it == steps.end() ? nullptr : &*it;
}

Json ToJson(const Plan& plan, bool derived) {
  Json json = {{"verdict", std::string(Name(plan.verdict))}};
  if (plan.verdict == Verdict::kAsk) json["missing"] = plan.missing;
  if (plan.verdict == Verdict::kRefuse) json["reason"] = std::string(Name(plan.reason));
  if (plan.verdict != Verdict::kPlan) return json;
  json["steps"] = Json::array();
  for (const Step& step : plan.steps) json["steps"].push_back(StepJson(step, derived));
  return json;
}

absl::StatusOr<Plan> ParsePlan(const Json& json) {
  if (!json.is_object()) return Malformed("it is not an object");
  const auto verdict = IndexOf(kVerdicts, base::StringOr(json, "verdict", ""));
  if (!verdict) return Malformed("'verdict' is none of plan, ask, refuse");
  Plan plan;
  plan.verdict = static_cast<Verdict>(*verdict);
  if (plan.verdict == Verdict::kPlan) {
    ASSIGN_OR_RETURN(plan.steps, ParseSteps(json));
  } else if (plan.verdict == Verdict::kAsk) {
    RETURN_IF_ERROR(OnlyKeys(json, {"verdict", "missing"}, "verdict 'ask'"));
    ASSIGN_OR_RETURN(plan.missing, Strings(json, "missing", "verdict 'ask'"));
    if (plan.missing.empty()) return Malformed("'missing' is empty");
  } else {
    RETURN_IF_ERROR(OnlyKeys(json, {"verdict", "reason"}, "verdict 'refuse'"));
    const auto reason = IndexOf(kReasons, base::StringOr(json, "reason", ""));
    if (!reason) return Malformed("'reason' is none of harmful, out_of_scope, not_permitted");
    plan.reason = static_cast<RefuseReason>(*reason);
  }
  return plan;
}

std::string_view Name(Verdict verdict) { return kVerdicts[static_cast<int>(verdict)]; }
std::string_view Name(RefuseReason reason) { return kReasons[static_cast<int>(reason)]; }

}  // namespace agents
