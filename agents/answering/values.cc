#include "agents/answering/values.h"

#include <algorithm>
#include <cstdlib>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

using base::Json;
using base::Language;
using base::StrCat;

constexpr size_t kQuoteCodePointsMax = 600;
constexpr int64_t kGroupFrom = 10000;  // 3,120,000 but 2026

std::string Grouped(int64_t number) {
  const std::string digits = std::to_string(std::abs(number));
  std::string text = number < 0 ? "-" : "";
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string Number(const Json& value) {
  if (value.is_number_integer()) {
    const int64_t number = value.get<int64_t>();
    return std::abs(number) < kGroupFrom ? std::to_string(number) : Grouped(number);
  }
  return base::DumpJson(value);
}

// One line; quotation marks of its own become other ones, so that nothing inside can end the
// quotation.
std::string Quoted(const std::string& text) {
  std::u32string points = base::CodePoints(text);
  const auto broken = [](char32_t c) {
    return c < 0x20 || c == 0x7F || (c >= 0x202A && c <= 0x202E);
  };
  std::replace_if(points.begin(), points.end(), broken, U' ');
  std::replace(points.begin(), points.end(), U'「', U'\'');
  std::replace(points.begin(), points.end(), U'」', U'\'');
  const bool cut = points.size() > kQuoteCodePointsMax;
  if (cut) points.resize(kQuoteCodePointsMax);
  return StrCat("「", base::Utf8(points), cut ? "…" : "", "」", kQuoteMark);
}

std::string StepText(const Reference& reference, Language language) {
  const std::string number = reference.step.substr(1);
  return language == Language::kKorean ? StrCat(number, "단계 결과")
                                       : StrCat("result of step ", number);
}

std::string Plain(const tools::Catalogue& catalogue, const tools::ArgumentSpec& argument,
                  const Json& value, Language language) {
  if (auto reference = ParseReference(value)) return StepText(*reference, language);
  if (value.is_object() && value.contains("from") && value.contains("to")) {
    const std::string from = TimeForPeople(base::StringOr(value, "from", ""));
    const std::string to = TimeForPeople(base::StringOr(value, "to", ""));
    return from == to ? from : StrCat(from, "~", to);
  }
  if (!value.is_string()) return value.is_number() ? Number(value) : base::DumpJson(value);
  const std::string text = value.get<std::string>();
  if (!argument.enumeration.empty()) {
    const auto known = std::find(argument.values.begin(), argument.values.end(), text);
    if (known != argument.values.end())
      return EnumWord(catalogue, argument.enumeration, text, language);
  }
  if (argument.Takes("jo")) return ArticleText(text, language);
  return argument.Takes("time") ? TimeForPeople(text) : text;
}

}  // namespace

std::string ShowValue(const tools::Catalogue& catalogue, const tools::ToolSpec& tool,
                      const tools::ResultSpec& field, const Json& value, Language language) {
  if (value.is_number()) return Number(value);
  if (value.is_boolean()) {
    return std::string(language == Language::kKorean ? (value.get<bool>() ? "예" : "아니요")
                                                     : (value.get<bool>() ? "yes" : "no"));
  }
  const std::string text = value.is_string() ? value.get<std::string>() : base::DumpJson(value);
  if (field.untrusted) return Quoted(text);
  if (!field.enumeration.empty()) return EnumWord(catalogue, field.enumeration, text, language);
  if (field.type == "jo") return ArticleText(text, language);
  if (field.type == "time") return TimeForPeople(text);
  const size_t dot = field.path.rfind('.');
  return TermWord(tool.name, dot == std::string::npos ? field.path : field.path.substr(dot + 1),
                  text, language);
}

std::string ShowArgument(const tools::Catalogue& catalogue, const tools::ArgumentSpec& argument,
                         const Json& value, Language language) {
  if (!value.is_array()) return Plain(catalogue, argument, value, language);
  std::string joined;
  for (const Json& item : value) {
    joined += StrCat(joined.empty() ? "" : ", ", Plain(catalogue, argument, item, language));
  }
  return joined;
}

}  // namespace agents
