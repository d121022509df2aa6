// The plan form of the catalogue: JSON in and out.
#include "agents/plan.h"

#include <algorithm>
#include <set>

#include "model_core/base/status.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

using base::Json;
using base::StrCat;

constexpr std::string_view kVerdicts[] = {"plan", "ask", "refuse"};
constexpr std::string_view kReasons[] = {"harmful", "out_of_scope", "not_permitted"};

// The same in both languages.
struct Words {
  std::string english, korean;
};

absl::Status Malformed(const Words& what) {
  return base::Error(absl::StatusCode::kInvalidArgument, StrCat("plan: ", what.english),
                     StrCat("계획의 형식이 잘못되었습니다: ", what.korean));
}
absl::Status Malformed(const Words& where, const Words& what) {
  return Malformed(
      {StrCat(where.english, ": ", what.english), StrCat(where.korean, ": ", what.korean)});
}

// A plan is evidence: a key that nobody reads would be a claim that nobody checks.
absl::Status OnlyKeys(const Json& object, const std::set<std::string>& known, const Words& where) {
  if (!object.is_object())
    return Malformed({StrCat(where.english, " is not an object"),
                      StrCat(base::WithParticle(where.korean, "이"), " 객체가 아닙니다")});
  for (const auto& [key, value] : object.items()) {
    if (!known.contains(key))
      return Malformed(where,
                       {StrCat("unknown key '", key, "'"),
                        StrCat("'", key, "'", base::Particle(key, "은"), " 알 수 없는 키입니다")});
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> Strings(const Json& object, const char* key,
                                                 const Words& where) {
  std::vector<std::string> out;
  auto it = object.find(key);
  if (it == object.end()) return out;
  if (!it->is_array())
    return Malformed(
        where, {StrCat("'", key, "' is not a list"), StrCat("'", key, "' 값이 목록이 아닙니다")});
  for (const Json& item : *it) {
    if (!item.is_string())
      return Malformed(where, {StrCat("'", key, "' holds something else than text"),
                               StrCat("'", key, "' 목록에 글이 아닌 것이 있습니다")});
    out.push_back(item.get<std::string>());
  }
  return out;
}

absl::StatusOr<Step> ParseStep(const Json& json, size_t index) {
  const Words where{StrCat("step ", index + 1), StrCat(index + 1, "단계")};
  RETURN_IF_ERROR(OnlyKeys(json, {"id", "tool", "arguments", "after", "confirm"}, where));
  Step step;
  step.id = base::StringOr(json, "id", "");
  if (step.id != StrCat("s", index + 1))
    return Malformed(where,
                     {StrCat("its id is '", step.id, "', not 's", index + 1, "'"),
                      StrCat("'id' 값이 's", index + 1, "'이어야 하는데 '", step.id, "'입니다")});
  step.tool = base::StringOr(json, "tool", "");
  if (step.tool.empty()) return Malformed(where, {"no 'tool'", "'tool'이 없습니다"});
  auto arguments = json.find("arguments");
  if (arguments == json.end() || !arguments->is_object())
    return Malformed(where, {"no object 'arguments'", "'arguments' 객체가 없습니다"});
  step.arguments = *arguments;
  ASSIGN_OR_RETURN(step.after, Strings(json, "after", where));
  if (json.contains("confirm") && !json["confirm"].is_boolean())
    return Malformed(
        where, {"'confirm' is neither true nor false", "'confirm' 값이 true도 false도 아닙니다"});
  step.confirm = base::BoolOr(json, "confirm", false);
  return step;
}

Words OfVerdict(std::string_view verdict) {
  return {StrCat("verdict '", verdict, "'"), StrCat("판정 '", verdict, "'")};
}

absl::StatusOr<std::vector<Step>> ParseSteps(const Json& json) {
  RETURN_IF_ERROR(OnlyKeys(json, {"verdict", "steps"}, OfVerdict("plan")));
  auto list = json.find("steps");
  if (list == json.end() || !list->is_array())
    return Malformed({"no list 'steps'", "'steps' 목록이 없습니다"});
  if (list->empty() || list->size() > kStepsMax) {
    return Malformed(
        {StrCat(list->size(), " steps; there must be 1 to ", kStepsMax),
         StrCat("단계가 ", list->size(), "개인데 1개부터 ", kStepsMax, "개까지여야 합니다")});
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
  if (!json.is_object()) return Malformed({"it is not an object", "객체가 아닙니다"});
  const auto verdict = IndexOf(kVerdicts, base::StringOr(json, "verdict", ""));
  if (!verdict)
    return Malformed({"'verdict' is none of plan, ask, refuse",
                      "'verdict' 값이 'plan', 'ask', 'refuse' 중 하나가 아닙니다"});
  Plan plan;
  plan.verdict = static_cast<Verdict>(*verdict);
  if (plan.verdict == Verdict::kPlan) {
    ASSIGN_OR_RETURN(plan.steps, ParseSteps(json));
  } else if (plan.verdict == Verdict::kAsk) {
    RETURN_IF_ERROR(OnlyKeys(json, {"verdict", "missing"}, OfVerdict("ask")));
    ASSIGN_OR_RETURN(plan.missing, Strings(json, "missing", OfVerdict("ask")));
    if (plan.missing.empty())
      return Malformed({"'missing' is empty", "'missing' 목록이 비어 있습니다"});
  } else {
    RETURN_IF_ERROR(OnlyKeys(json, {"verdict", "reason"}, OfVerdict("refuse")));
    const auto reason = IndexOf(kReasons, base::StringOr(json, "reason", ""));
    if (!reason)
      return Malformed(
          {"'reason' is none of harmful, out_of_scope, not_permitted",
           "'reason' 값이 'harmful', 'out_of_scope', 'not_permitted' 중 하나가 아닙니다"});
    plan.reason = static_cast<RefuseReason>(*reason);
  }
  return plan;
}

std::string_view Name(Verdict verdict) { return kVerdicts[static_cast<int>(verdict)]; }
std::string_view Name(RefuseReason reason) { return kReasons[static_cast<int>(reason)]; }

}  // namespace agents
