#include "agents/plan_reading.h"

#include <algorithm>
#include <optional>

#include "agents/planning/answered.h"
#include "agents/planning/choices.h"
#include "agents/planning/evasion.h"
#include "agents/planning/kinds.h"
#include "agents/planning/recogniser.h"
#include "agents/planning/seconds.h"
#include "agents/planning/spans.h"
#include "agents/planning/stray_words.h"
#include "agents/planning/type_words.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

using base::Json;
using base::StrCat;

// A value is the request's own if it is one of its literals or a part of its words.
bool Own(const Json& value, const Choices& choices, const PlanRequest& request,
         const Findings& found) {
  if (ParseReference(value)) return true;  // Validate knows whether it fits
  const std::string text = base::DumpJson(value);
  const auto& literals = choices.literals;
  if (std::find(literals.begin(), literals.end(), text) != literals.end()) return true;
  return choices.text && value.is_string() &&
         IsSpan(value.get<std::string>(), OpenText(request.text, found), found.bounds,
                choices.span);
}

absl::Status Invented(const Step& step, std::string_view argument, const Json& value) {
  const std::string shown = base::DumpJson(value);
  return base::Error(absl::StatusCode::kInvalidArgument,
                     StrCat("step ", step.id, " (", step.tool, "): argument '", argument,
                            "': ", shown, " is not in the request"),
                     StrCat(step.id, " 단계(", step.tool, "): 인자 '", argument, "': ", shown,
                            base::Particle(shown, "은"), " 요청에 없는 값입니다"));
}

absl::Status CheckStep(const Step& step, const PlanRequest& request, const Recognition& recognition,
                       const tools::Catalogue& catalogue) {
  const tools::ToolSpec* tool = catalogue.Find(step.tool);
  for (const auto& [name, value] : step.arguments.items()) {
    const tools::ArgumentSpec* argument = tool == nullptr ? nullptr : tool->Argument(name);
    if (argument == nullptr) continue;  // Validate tells
    const Findings& found = FindingsFor(*tool, *argument, recognition);
    const Choices choices = ChoicesFor(*argument, found, {});
    const Json list = value.is_array() ? value : Json::array({value});
    for (const Json& item : list) {
      if (!Own(item, choices, request, found)) return Invented(step, name, item);
    }
  }
  return absl::OkStatus();
}

absl::Status CheckSteps(const Plan& plan, const PlanRequest& request,
                        const Recognition& recognition, const tools::Catalogue& catalogue) {
  for (const Step& step : plan.steps) {
    RETURN_IF_ERROR(CheckStep(step, request, recognition, catalogue));
  }
  return absl::OkStatus();
}

}  // namespace

std::set<std::string> UsableTools(const PlanRequest& request) {
  std::set<std::string> usable;
  std::set_intersection(request.offered.begin(), request.offered.end(), request.allowed.begin(),
                        request.allowed.end(), std::inserter(usable, usable.end()));
  return usable;
}

std::shared_ptr<const Recognition> RecogniseForModel(const PlanRequest& request) {
  return std::make_shared<const Recognition>(RecogniseInMinutes(request.text, request.now));
}

std::string ShownValues(const PlanRequest& request) {
  return ShownValues(request, RecogniseInMinutes(request.text, request.now));
}

std::string ShownValues(const PlanRequest& request, const Recognition& recognition) {
  return PlannerValues(request.text, recognition);
}

absl::Status CheckValues(const Plan& plan, const PlanRequest& request,
                         const tools::Catalogue& catalogue) {
  return CheckSteps(plan, request, Recognise(request.text, request.now), catalogue);
}

bool RefuseEvasion(const PlanRequest& request, PlanResult& result) {
  if (!AsksToEvade(request.text)) return false;
  result.plan = Plan();
  result.plan.reason = RefuseReason::kHarmful;
  return true;
}

bool RefuseUnusable(const PlanRequest& request, PlanResult& result) {
  const std::vector<std::string> needed = ToolsOf(result.plan);
  const auto outside = [&](const std::set<std::string>& tools) {
    return std::find_if(needed.begin(), needed.end(),
                        [&](const std::string& tool) { return !tools.contains(tool); });
  };
  const auto forbidden = outside(request.allowed), down = outside(request.offered);
  if (forbidden == needed.end() && down == needed.end()) return false;
  const bool permitted = forbidden == needed.end();
  result.plan = Plan();
  result.plan.reason = permitted ? RefuseReason::kOutOfScope : RefuseReason::kNotPermitted;
  result.unusable_tool = permitted ? *down : *forbidden;
  return true;
}

absl::Status ReadPlan(const PlanRequest& request, const tools::Catalogue& catalogue,
                      PlanResult& result) {
  return ReadPlan(request, RecogniseInMinutes(request.text, request.now), catalogue, result);
}

absl::Status ReadPlan(const PlanRequest& request, const Recognition& recognition,
                      const tools::Catalogue& catalogue, PlanResult& result) {
  if (RefuseEvasion(request, result)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Json json,
                   base::ParseJson(result.text, "the model's answer", "모델의 답"));
  ASSIGN_OR_RETURN(result.plan, ParsePlan(json));
  for (const std::string& tool : ToolsOf(result.plan)) {
    if (catalogue.Find(tool) == nullptr) return Validate(result.plan, catalogue);
  }
  if (RefuseUnusable(request, result)) return absl::OkStatus();
  RETURN_IF_ERROR(Validate(result.plan, catalogue));
  DropTypeWords(result.plan, catalogue, recognition);
  DropStrayWords(result.plan, catalogue, request.text);
  DropRepeats(result.plan, catalogue);
  DropAnswered(result.plan, catalogue, request.text, recognition);
  RETURN_IF_ERROR(CheckSteps(result.plan, request, recognition, catalogue));
  AskForBorrowed(result.plan, catalogue, request.text, request.now);
  AskForNamed(result.plan, catalogue);
  RestoreSeconds(result.plan, recognition, request.text, request.now);
  return absl::OkStatus();
}

}  // namespace agents
