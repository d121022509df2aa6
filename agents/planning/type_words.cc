#include "agents/planning/type_words.h"

#include <algorithm>

#include "agents/planning/choices.h"
#include "model_core/base/json.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::Json;
using tools::ArgumentSpec;

// What people put before an identifier, and mean nothing else by.
constexpr std::string_view kTypeWords[] = {
    "설비",  "펌프",       "컨베이어", "프레스", "압축기",      "밸브",    "모터",      "팬",
    "장비",  "기기",       "태그",     "계기",   "루프",        "pump",    "conveyor",  "press",
    "valve", "compressor", "motor",    "fan",    "unit",        "machine", "equipment", "tag",
    "loop",  "point",      "gauge",    "sensor", "transmitter", "item"};

bool IsTypeWord(std::string_view words) {
  const std::string lower = base::LowerAscii(words);
  return std::find(std::begin(kTypeWords), std::end(kTypeWords), lower) != std::end(kTypeWords);
}

// "conveyor CV-118" → "CV-118"; "the pipe before CV-118" is another thing.
std::string Identifier(const std::string& words, const ArgumentSpec& argument,
                       const Findings& found) {
  for (const std::string& kind : argument.kinds) {
    const auto literals = found.literals.find(kind);
    if (!kind.starts_with("id:") || literals == found.literals.end()) continue;
    for (const std::string& literal : literals->second) {
      const auto id = base::ParseJson(literal, kind);
      if (!id.ok() || !id->is_string()) continue;
      const std::string& name = id->get_ref<const std::string&>();
      const bool last = words.ends_with(" " + name);
      if (last && IsTypeWord(words.substr(0, words.size() - name.size() - 1))) return name;
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
