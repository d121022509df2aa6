// The grammar's content as JSON Schema, for models that decode elsewhere.
#include <algorithm>

#include "agents/plan_reading.h"
#include "agents/planning/choices.h"
#include "agents/planning/seconds.h"
#include "model_core/base/check.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::Json;
using base::StrCat;
using tools::ArgumentSpec;
using tools::ToolSpec;

Json Closed(Json properties, std::vector<std::string> required) {
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(required)},
          {"additionalProperties", false}};
}

Json Const(std::string_view value) { return {{"type", "string"}, {"const", std::string(value)}}; }

Json AnyOf(Json alternatives) {
  return alternatives.size() == 1 ? alternatives[0] : Json{{"anyOf", std::move(alternatives)}};
}

class SchemaBuilder {
 public:
  SchemaBuilder(const PlanRequest& request, const Recognition& recognition,
                const tools::Catalogue& catalogue)
      : catalogue_(catalogue), usable_(UsableTools(request)), recognition_(recognition) {
    for (const ToolSpec& tool : catalogue.tools()) {
      if (usable_.contains(tool.name)) sources_.push_back(&tool);
    }
  }

  Json Build() const {
    Json steps = Json::array();
    for (const ToolSpec& tool : catalogue_.tools()) steps.push_back(StepSchema(tool));
    const Json plan = Closed(
        {{"verdict", Const("plan")},
         {"steps",
          {{"type", "array"}, {"items", AnyOf(steps)}, {"minItems", 1}, {"maxItems", kStepsMax}}}},
        {"verdict", "steps"});
    const Json ask = Closed(
        {{"verdict", Const("ask")},
         {"missing",
          {{"type", "array"}, {"items", {{"enum", AskableSlots(catalogue_)}}}, {"minItems", 1}}}},
        {"verdict", "missing"});
    const Json refuse =
        Closed({{"verdict", Const("refuse")},
                {"reason", {{"enum", {"harmful", "out_of_scope", "not_permitted"}}}}},
               {"verdict", "reason"});
    return {{"anyOf", {plan, ask, refuse}}};
  }

 private:
  Json StepSchema(const ToolSpec& tool) const {
    Json properties = Json::object();
    std::vector<std::string> required;
    for (const ArgumentSpec& argument : tool.arguments) {
      const Json value = usable_.contains(tool.name) ? ArgumentSchema(tool, argument) : Json();
      if (value.is_null()) continue;
      properties[argument.name] = value;
      if (argument.required) required.push_back(argument.name);
    }
    const Json id = {{"enum", {"s1", "s2", "s3", "s4", "s5", "s6"}}};
    return Closed(
        {{"id", id}, {"tool", Const(tool.name)}, {"arguments", Closed(properties, required)}},
        {"id", "tool", "arguments"});
  }

  // Null: nothing can stand there.
  Json ArgumentSchema(const ToolSpec& tool, const ArgumentSpec& argument) const {
    const Findings& found = FindingsFor(tool, argument, recognition_);
    const Choices choices = ChoicesFor(argument, found, sources_);
    Json one = Literals(choices);
    if (!choices.references.empty()) one.push_back(Reference(choices.references));
    if (!choices.results.empty()) one.push_back(Reference({}));
    if (!argument.list) return one.empty() ? Json() : AnyOf(one);
    Json whole = Json::array();
    if (!one.empty()) whole.push_back({{"type", "array"}, {"items", AnyOf(one)}, {"minItems", 1}});
    if (!choices.lists.empty()) whole.push_back(Reference(choices.lists));
    return whole.empty() ? Json() : AnyOf(whole);
  }

  // Values of the request and free text. Where any text may stand, a word is an example of one:
  // said as an alternative it allows nothing more, and a mask over both takes milliseconds.
  static Json Literals(const Choices& choices) {
    Json values = Json::array(), examples = Json::array();
    for (const std::string& literal : choices.literals) {
      auto value = base::ParseJson(literal, "literal");
      CHECK(value.ok(), "%s", literal.c_str());
      const bool example = choices.text && value->is_string() && *value != Json("");
      (example ? examples : values).push_back(*std::move(value));
    }
    Json one = Json::array();
    if (!values.empty()) one.push_back({{"enum", values}});
    if (!choices.text) return one;
    one.push_back({{"type", "string"}, {"minLength", 1}});
    if (!examples.empty()) one.back()["examples"] = examples;
    return one;
  }

  // Which step has which tool is not known yet: any step, and the fields of all usable tools.
  static Json Reference(const std::vector<std::string>& paths) {
    std::set<std::string> fields;
    for (const std::string& path : paths) fields.insert(Escaped(path.substr(path.find('.') + 1)));
    const std::string field = fields.empty() ? "" : StrCat("\\.(", base::StrJoin(fields, "|"), ")");
    const Json path = {{"type", "string"},
                       {"pattern", StrCat("^s[1-", kStepsMax - 1, "]", field, "$")}};
    return Closed({{"$ref", path}}, {"$ref"});
  }

  // A path as a regular expression.
  static std::string Escaped(const std::string& path) {
    std::string pattern;
    for (char c : path) {
      if (c == '.' || c == '[' || c == ']' || c == '*') pattern += '\\';
      pattern += c;
    }
    return pattern;
  }

  const tools::Catalogue& catalogue_;
  const std::set<std::string> usable_;
  const Recognition& recognition_;
  Sources sources_;
};

}  // namespace

base::Json PlanSchema(const PlanRequest& request, const tools::Catalogue& catalogue) {
  return PlanSchema(request, RecogniseInMinutes(request.text, request.now), catalogue);
}

base::Json PlanSchema(const PlanRequest& request, const Recognition& recognition,
                      const tools::Catalogue& catalogue) {
  return SchemaBuilder(request, recognition, catalogue).Build();
}

}  // namespace agents
