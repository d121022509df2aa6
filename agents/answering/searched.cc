#include "agents/answering/searched.h"

#include <algorithm>

#include "agents/answering/values.h"
#include "model_core/base/clock.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::Json;
using base::Language;
using base::StrCat;

// A number, or a text, is all that was asked for: no list belongs to it.
bool SaidElsewhere(const Json& arguments, const Json& value) {
  for (const char* sum : {"count", "total"}) {
    if (value.contains(sum) && value[sum].is_number() && value[sum] != 0) return true;
  }
  return base::StringOr(arguments, "part", "") == "text";
}

// Words in Latin letters alone, in what was looked for by its name: records in Korean hold none of
// them. Small letters: an identifier has none.
bool InLatinLetters(const tools::ToolSpec& tool, const Json& arguments) {
  const auto latin = [&](const tools::ArgumentSpec& argument) {
    const std::string words = base::StringOr(arguments, argument.name, "");
    return argument.Takes("text") && argument.enumeration.empty() &&
           std::all_of(words.begin(), words.end(), [](unsigned char c) { return c < 0x80; }) &&
           std::any_of(words.begin(), words.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  };
  return std::any_of(tool.arguments.begin(), tool.arguments.end(), latin);
}

}  // namespace

std::string ArgumentsText(const tools::Catalogue& catalogue, const tools::ToolSpec& tool,
                          const Json& arguments, Language language) {
  std::string text;
  for (const tools::ArgumentSpec& argument : tool.arguments) {
    if (!arguments.contains(argument.name)) continue;
    const std::string shown = ShowArgument(catalogue, argument, arguments[argument.name], language);
    if (shown.empty()) continue;
    text += StrCat(text.empty() ? "" : ", ", ArgumentCaption(tool.name, argument.name, language),
                   ": ", shown);
  }
  return text;
}

Json WithDefaults(const tools::ToolSpec& tool, Json arguments, std::string_view now) {
  const auto time = base::ParseTimeText(now);
  for (const tools::ArgumentSpec& argument : tool.arguments) {
    if (argument.default_value.empty() || arguments.contains(argument.name) || !time.ok()) continue;
    arguments[argument.name] = BindDefault(argument, *time);
  }
  return arguments;
}

std::string NothingText(const tools::Catalogue& catalogue, const tools::ToolSpec& tool,
                        const Json& arguments, const std::string& name, const Json& value,
                        Language language) {
  const bool korean = language == Language::kKorean;
  const std::string caption = FieldCaption(tool.name, name, language);
  if (name == "items" && SaidElsewhere(arguments, value)) return "";
  if (caption != "items") return StrCat(caption, korean ? ": 없음." : ": none.");
  const std::string sought = ArgumentsText(catalogue, tool, arguments, language);
  std::string text = sought.empty() ? (korean ? "해당하는 자료가 없습니다." : "Nothing was found.")
                     : korean ? StrCat("조건(", sought, ")에 해당하는 자료가 없습니다.")
                              : StrCat("Nothing was found (", sought, ").");
  if (InLatinLetters(tool, arguments)) {
    text += korean ? " 자료에 적힌 말 그대로 찾으므로, 우리말 자료는 우리말로 찾아야 합니다."
                   : " Records are searched as they are written: a Korean one is found by its "
                     "Korean word.";
  }
  return text;
}

}  // namespace agents
