#include "agents/planning/kinds.h"

#include <re2/re2.h>

#include <algorithm>
#include <cmath>

#include "agents/planning/patterns.h"
#include "model_core/base/clock.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::Json;
using re2::RE2;
using tools::ArgumentSpec;

bool Matches(const std::string& text, const RE2& pattern) { return RE2::FullMatch(text, pattern); }

bool IsText(const std::string& text) {
  return !text.empty() && base::Trim(text).size() == text.size() &&
         std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20; });
}

bool IsDate(const std::string& text) {
  static const RE2* const shape = new RE2("(\\d{4})-(\\d{2})-(\\d{2})");
  int year = 0, month = 0, day = 0;
  return RE2::FullMatch(text, *shape, &year, &month, &day) &&
         ValidDay(year, month, day).has_value();
}

bool IsTime(const std::string& text) {
  static const RE2* const shape = new RE2("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\+09:00");
  return Matches(text, *shape) && base::ParseTimeText(text).ok();
}

bool IsPeriod(const Json& value) {
  if (!value.is_object() || value.size() != 2) return false;
  const std::string from = base::StringOr(value, "from", ""), to = base::StringOr(value, "to", "");
  return ((IsDate(from) && IsDate(to)) || (IsTime(from) && IsTime(to))) && from <= to;
}

bool IsNumber(const Json& value) { return value.is_number() && std::isfinite(value.get<double>()); }

bool StringFits(const std::string& text, std::string_view kind, const ArgumentSpec& argument) {
  static const RE2* const article = new RE2("[1-9]\\d{0,3}(-[1-9]\\d{0,2})?");
  if (kind == "text" || kind == "quote") return IsText(text);
  if (kind.starts_with("id:")) return IsIdentifier(kind, text);
  if (kind == "date") return IsDate(text);
  if (kind == "time") return IsTime(text);
  if (kind == "jo") return Matches(text, *article);
  return kind == "enum" &&
         std::find(argument.values.begin(), argument.values.end(), text) != argument.values.end();
}

bool ValueFits(const Json& value, std::string_view kind, const ArgumentSpec& argument) {
  if (value.is_string()) return StringFits(value.get<std::string>(), kind, argument);
  if (kind == "int") return value.is_number_integer();
  if (kind == "number") return IsNumber(value);
  return kind == "period" && IsPeriod(value);
}

}  // namespace

bool FitsKind(const Json& value, const ArgumentSpec& argument) {
  return std::any_of(argument.kinds.begin(), argument.kinds.end(),
                     [&](const std::string& kind) { return ValueFits(value, kind, argument); });
}

bool FieldFits(const tools::ResultSpec& field, const ArgumentSpec& argument) {
  if (field.untrusted) return false;
  if (field.type == "enum")
    return argument.Takes("enum") && field.enumeration == argument.enumeration;
  const bool takes_id =
      std::any_of(argument.kinds.begin(), argument.kinds.end(),
                  [](const std::string& kind) { return kind.starts_with("id:"); });
  if (takes_id) return field.type.starts_with("id:") && argument.Takes(field.type);
  return argument.Takes(field.type) || (field.type == "text" && argument.Takes("quote"));
}

bool IsIdentifier(std::string_view kind, std::string_view text) {
  if (!HasIdentifierShape(kind))
    return IsText(std::string(text)) && text.find(' ') == std::string_view::npos;
  std::vector<Candidate> found;
  FindIdentifiers(text, found);
  return std::any_of(found.begin(), found.end(), [&](const Candidate& candidate) {
    return candidate.begin == 0 && candidate.end == text.size() && candidate.shown.empty() &&
           candidate.Has(kind);
  });
}

bool Acts(const tools::ToolSpec& tool) {
  return tool.effect == tools::Effect::kWrite || tool.effect == tools::Effect::kRelease;
}

std::string ToolOfSlot(std::string_view slot) {
  return std::string(slot.substr(0, slot.rfind('.')));
}

std::vector<std::string> ToolsOf(const Plan& plan) {
  std::vector<std::string> tools;
  for (const Step& step : plan.steps) tools.push_back(step.tool);
  for (const std::string& slot : plan.missing) tools.push_back(ToolOfSlot(slot));
  return tools;
}

bool Lifts(const tools::ToolSpec& tool, const tools::ArgumentSpec& argument) {
  const std::vector<std::string>& needs = tool.needs_one_of;
  return std::find(needs.begin(), needs.end(), argument.name) != needs.end();
}

}  // namespace agents
