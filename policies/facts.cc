#include "policies/facts.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "model_core/base/strings.h"

namespace policies {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;

absl::Status Malformed(std::string_view what) {
  return base::Error(absl::StatusCode::kInvalidArgument,
                     StrCat("facts: '", what, "' is missing or malformed"),
                     StrCat("판단 근거의 '", what, "' 항목이 없거나 잘못되었습니다"));
}

absl::StatusOr<std::string> Text(const Json& object, const char* key) {
  if (!object.is_object() || !object.contains(key) || !object[key].is_string())
    return Malformed(key);
  return object[key].get<std::string>();
}

absl::StatusOr<bool> Flag(const Json& object, const char* key) {
  if (!object.is_object() || !object.contains(key) || !object[key].is_boolean())
    return Malformed(key);
  return object[key].get<bool>();
}

absl::StatusOr<std::vector<std::string>> Texts(const Json& object, const char* key) {
  if (!object.is_object() || !object.contains(key) || !object[key].is_array())
    return Malformed(key);
  std::vector<std::string> texts;
  for (const Json& item : object[key]) {
    if (!item.is_string()) return Malformed(key);
    texts.push_back(item.get<std::string>());
  }
  return texts;
}

absl::StatusOr<Clearance> ParseClearance(Json grades) {
  if (!grades.is_object()) return Malformed("clearance");
  grades.update({{"privacy", "none"}, {"integrity", "user"}});
  ASSIGN_OR_RETURN(const Label label, ParseLabel(grades));
  return Clearance{label.n2sf, label.mil};
}

std::set<std::string> AskedRoles(const PlanDecision& decision) {
  std::set<std::string> roles;
  for (const StepDecision& step : decision.steps) {
    for (const Obligation& obligation : step.obligations)
      roles.insert(obligation.roles.begin(), obligation.roles.end());
  }
  return roles;
}

}  // namespace

Json StandingJson(const Principal& person) {
  return {
      {"id", person.id},
      {"unit", person.unit},
      {"roles", person.roles},
      {"clearance", {{"n2sf", Name(person.clearance.n2sf)}, {"mil", Name(person.clearance.mil)}}}};
}

Json ToJson(const Principal& person) {
  Json json = StandingJson(person);
  json["purposes"] = person.purposes;
  json["tools"] = person.tools;
  return json;
}

absl::StatusOr<Principal> ParsePrincipal(const Json& json) {
  Principal person;
  ASSIGN_OR_RETURN(person.id, Text(json, "id"));
  ASSIGN_OR_RETURN(person.unit, Text(json, "unit"));
  ASSIGN_OR_RETURN(person.roles, Texts(json, "roles"));
  ASSIGN_OR_RETURN(person.clearance, ParseClearance(json.value("clearance", Json())));
  if (!json.contains("purposes") && !json.contains("tools")) return person;
  ASSIGN_OR_RETURN(person.purposes, Texts(json, "purposes"));
  ASSIGN_OR_RETURN(person.tools, Texts(json, "tools"));
  return person;
}

Json ToJson(const StepFacts& step) {
  Json json = {{"step", step.step_id},
               {"domain", step.domain},
               {"kind", step.kind},
               {"purposes", step.purposes},
               {"approval_line", step.approval_line},
               {"approval_roles", step.approval_roles},
               {"input", ToJson(step.input)},
               {"output", ToJson(step.output)},
               {"sink_untrusted", step.sink_untrusted},
               {"confirm", step.confirm},
               {"related", step.related}};
  if (!step.records.empty()) json["records"] = WithoutTitles(step.records);
  return json;
}

absl::StatusOr<StepFacts> ParseStepFacts(const Json& json) {
  StepFacts step;
  ASSIGN_OR_RETURN(step.step_id, Text(json, "step"));
  ASSIGN_OR_RETURN(step.domain, Text(json, "domain"));
  ASSIGN_OR_RETURN(step.kind, Text(json, "kind"));
  ASSIGN_OR_RETURN(step.purposes, Texts(json, "purposes"));
  ASSIGN_OR_RETURN(step.approval_line, Text(json, "approval_line"));
  ASSIGN_OR_RETURN(step.approval_roles, Texts(json, "approval_roles"));
  ASSIGN_OR_RETURN(step.input, ParseLabel(json.value("input", Json())));
  ASSIGN_OR_RETURN(step.output, ParseLabel(json.value("output", Json())));
  ASSIGN_OR_RETURN(step.sink_untrusted, Flag(json, "sink_untrusted"));
  ASSIGN_OR_RETURN(step.confirm, Flag(json, "confirm"));
  ASSIGN_OR_RETURN(step.related, Flag(json, "related"));
  ASSIGN_OR_RETURN(step.records, ParseNamedRecords(json.value("records", Json())));
  return step;
}

std::map<std::string, std::string> AttributesOf(const Json& arguments) {
  std::map<std::string, std::string> attributes;
  if (!arguments.is_object()) return attributes;
  for (const auto& [name, value] : arguments.items()) {
    if (value.is_string()) attributes[name] = value.get<std::string>();
    if (value.is_number() || value.is_boolean()) attributes[name] = base::CanonicalJson(value);
  }
  return attributes;
}

Json EligibleJson(const PlanDecision& decision, const std::vector<Principal>& people) {
  const std::set<std::string> asked = AskedRoles(decision);
  Json list = Json::array();
  for (const Principal& person : people) {
    std::vector<std::string> roles;
    std::copy_if(person.roles.begin(), person.roles.end(), std::back_inserter(roles),
                 [&](const std::string& role) { return asked.contains(role); });
    if (roles.empty()) continue;
    Json eligible = StandingJson(person);
    eligible["roles"] = std::move(roles);
    list.push_back(std::move(eligible));
  }
  return list;
}

absl::StatusOr<std::vector<Principal>> ParseEligible(const Json& json,
                                                     std::optional<Clearance> unsaid) {
  if (!json.is_array()) return Malformed("eligible");
  std::vector<Principal> people;
  for (const Json& item : json) {
    Principal& person = people.emplace_back();
    ASSIGN_OR_RETURN(person.id, Text(item, "id"));
    ASSIGN_OR_RETURN(person.unit, Text(item, "unit"));
    ASSIGN_OR_RETURN(person.roles, Texts(item, "roles"));
    if (unsaid && !item.contains("clearance")) {
      person.clearance = *unsaid;
      continue;
    }
    ASSIGN_OR_RETURN(person.clearance, ParseClearance(item.value("clearance", Json())));
  }
  return people;
}

}  // namespace policies
