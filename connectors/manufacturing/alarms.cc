// alarm.active, alarm.ack: the standing conditions of the plant.
#include <algorithm>

#include "connectors/manufacturing/plant.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::manufacturing {
namespace {

using base::Json;
using base::StrCat;
using tools::MakeToolError;

constexpr uint32_t kAlreadyAcked = 0x80CF0000;  // BadConditionBranchAlreadyAcked
constexpr uint32_t kEventUnknown = 0x809A0000;  // BadEventIdUnknown: the condition has moved on
constexpr uint32_t kBadNodeIdUnknown = 0x80340000;

// The three bands of Part 9, annex D, for systems that know only three priorities.
std::string_view Priority(int severity) {
  return severity >= 667 ? "high" : severity >= 334 ? "medium" : "low";
}

bool Earlier(const Condition& a, const Condition& b) {
  const auto rank = [](const Condition& c) {
    return c.severity >= 667 ? 0 : c.severity >= 334 ? 1 : 2;
  };
  return std::tuple(rank(a), a.since, a.name) < std::tuple(rank(b), b.since, b.name);
}

Json Item(const Condition& condition, const TagEntry* entry) {
  return {{"alarm_id", condition.name},
          {"tag", entry != nullptr ? Json(entry->tag) : Json()},
          {"asset", entry != nullptr ? Json(entry->asset) : Json()},
          {"priority", Priority(condition.severity)},
          {"since", base::TimeText(condition.since)},
          {"message", condition.message}};
}

tools::ToolError RefreshIncomplete() {
  return MakeToolError("refresh_incomplete",
                       "the opc ua server did not finish its condition refresh",
                       "현재 알람을 모두 받지 못했습니다");
}

Fallible<Conditions> Standing(Plant& plant, const tools::CallContext& context) {
  ASSIGN_OR_FAIL(Conditions conditions, plant.opcua.StandingConditions(context));
  if (!conditions.complete) return RefreshIncomplete();
  std::erase_if(conditions.items, [](const Condition& condition) { return !condition.active; });
  std::sort(conditions.items.begin(), conditions.items.end(), Earlier);
  return conditions;
}

tools::ToolError ConditionGone(const std::string& alarm) {
  return MakeToolError(
      "condition_gone", StrCat("alarm '", alarm, "' does not stand any more"),
      StrCat("알람 '", alarm, "'", base::Particle(alarm, "이"), " 더 이상 발생 상태가 아닙니다"));
}

tools::ToolOutcome Acknowledged(Plant& plant, const std::string& alarm) {
  const absl::Time now = plant.clock.Now();
  Json value{{"alarm_id", alarm}, {"acked_at", base::TimeText(now)}};
  const auto origin = MakeOrigin(kOpcUaSystem, alarm, "", now, base::DumpJson(value));
  return tools::ToolResult{std::move(value), PlantLabel(), {origin}};
}

// An answer that was lost leaves the acknowledgement in doubt; a repeat is harmless.
tools::ToolError AckError(tools::ToolError error) {
  if (error.code != "timeout") return error;
  return MakeToolError("in_doubt", error.message_en, error.message_ko);
}

}  // namespace

policies::Label PlantLabel() {
  return {policies::N2sf::kS, policies::Mil::kNone, policies::Privacy::kNone,
          policies::Integrity::kTrusted};
}

Fallible<std::optional<Condition>> FindCondition(Plant& plant, const std::string& alarm,
                                                 const tools::CallContext& context) {
  ASSIGN_OR_FAIL(const Conditions standing, Standing(plant, context));
  for (const Condition& condition : standing.items) {
    if (condition.name == alarm) return std::optional(condition);
  }
  return std::optional<Condition>();
}

tools::ToolOutcome ActiveAlarms(Plant& plant, const tools::ToolCall& call,
                                const tools::CallContext& context) {
  const std::string area = base::StringOr(call.arguments(), "area", "");
  const std::string priority = base::StringOr(call.arguments(), "priority", "");
  const std::vector<const TagEntry*> within = plant.tags.Within(area);
  if (!area.empty() && within.empty()) {
    return MakeToolError("not_found", StrCat("there is no area '", area, "' in the plant"),
                         StrCat("구역 '", area, "'", base::Particle(area, "이"), " 없습니다"));
  }
  ASSIGN_OR_FAIL(const Conditions standing, Standing(plant, context));
  tools::ToolResult result{{{"count", 0}, {"items", Json::array()}}, PlantLabel(), {}};
  for (const Condition& condition : standing.items) {
    const TagEntry* entry = plant.tags.ById(condition.source);
    const bool there = area.empty() || std::ranges::count(within, entry) > 0;
    if (!there || (!priority.empty() && Priority(condition.severity) != priority)) continue;
    const Json item = Item(condition, entry);
    result.origins.push_back(MakeOrigin(kOpcUaSystem, condition.name, condition.event,
                                        plant.clock.Now(), base::DumpJson(item)));
    result.value["items"].push_back(item);
  }
  result.value["count"] = result.value["items"].size();
  if (result.origins.empty()) {
    result.origins.push_back(MakeOrigin(kOpcUaSystem, "conditions", "", plant.clock.Now(), "[]"));
  }
  return result;
}

tools::ToolOutcome AcknowledgeAlarm(Plant& plant, const tools::ToolCall& call,
                                    const tools::CallContext& context) {
  const std::string alarm = call.arguments().at("alarm").get<std::string>();
  ASSIGN_OR_FAIL(const std::optional<Condition> condition, FindCondition(plant, alarm, context));
  if (!condition) return ConditionGone(alarm);
  if (condition->acked) return Acknowledged(plant, alarm);
  const auto status =
      plant.opcua.Acknowledge(*condition, base::StringOr(call.arguments(), "comment", ""), context);
  if (!status.ok()) return AckError(status.error());
  if (*status < 0x40000000 || *status == kAlreadyAcked) return Acknowledged(plant, alarm);
  if (*status == kEventUnknown || *status == kBadNodeIdUnknown) return ConditionGone(alarm);
  return MakeToolError("malformed_upstream",
                       StrCat("acknowledge was refused with status ", *status),
                       "알람 확인 처리가 거부되었습니다");
}

}  // namespace connectors::manufacturing
