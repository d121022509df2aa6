// Words that only say what kind of thing an identifier names are no part of it (tools.md §1.2).
#include <algorithm>

#include "agents/plan_reading.h"
#include "agents/planning/choices.h"
#include "model_core/base/json.h"

namespace agents {
namespace {

using base::Json;
using tools::ArgumentSpec;

// "conveyor CV-118" → "CV-118": the identifier of one of the argument's kinds that ends the words.
std::string Identifier(const std::string& words, const ArgumentSpec& argument,
                       const Findings& found) {
  for (const std::string& kind : argument.kinds) {
    const auto literals = found.literals.find(kind);
    if (!kind.starts_with("id:") || literals == found.literals.end()) continue;
    for (const std::string& literal : literals->second) {
      const auto id = base::ParseJson(literal, kind);
      if (!id.ok() || !id->is_string()) continue;
      const std::string& name = id->get_ref<const std::string&>();
      if (words.ends_with(" " + name)) return name;
    }
  }
  return words;
}

}  // namespace

void DropTypeWords(Plan& plan, const tools::Catalogue& catalogue, const Recognition& recognition) {
  for (Step& step : plan.steps) {
    const tools::ToolSpec& tool = *catalogue.Find(step.tool);
    for (auto& [name, value] : step.arguments.items()) {
      const ArgumentSpec& argument = *tool.Argument(name);
      if (!argument.Takes("text")) continue;
      const Findings& found = FindingsFor(tool, argument, recognition);
      const auto bare = [&](Json& item) {
        if (item.is_string()) item = Identifier(item.get<std::string>(), argument, found);
      };
      if (!value.is_array()) bare(value);
      if (value.is_array()) std::for_each(value.begin(), value.end(), bare);
    }
  }
}

}  // namespace agents
