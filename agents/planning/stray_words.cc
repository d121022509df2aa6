#include "agents/planning/stray_words.h"

#include <algorithm>
#include <functional>

#include "agents/planning/matching.h"
#include "agents/planning/measures.h"
#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

using base::Json;
using re2::RE2;
using tools::ArgumentSpec;
using tools::ToolSpec;

// The mark that ends at `at`, and the one that begins there.
std::string_view MarkBefore(std::string_view text, size_t at) {
  size_t begin = at - 1;
  while (base::IsContinuation(text[begin])) --begin;
  return text.substr(begin, at - begin);
}

std::string_view MarkBehind(std::string_view text, size_t at) {
  size_t end = at + 1;
  while (end < text.size() && base::IsContinuation(text[end])) ++end;
  return text.substr(at, end - at);
}

std::string WithoutHalfMarks(const std::string& words, std::string_view request) {
  for (const base::Quotation& quotation : base::Quotations(request)) {
    const std::string_view inner = quotation.In(request);
    const std::string open = base::StrCat(MarkBefore(request, quotation.begin), inner);
    const std::string close = base::StrCat(inner, MarkBehind(request, quotation.end));
    if (inner.empty() || words.find(open + close.substr(inner.size())) != words.npos) continue;
    if (words.ends_with(open) || words.starts_with(close)) return std::string(inner);
  }
  return words;
}

std::string WithoutDay(const std::string& words) {
  static const RE2* const before = new RE2("^(?:오늘|어제|그제|내일|모레|글피) (.+)$");
  static const RE2* const behind = new RE2("^(.+) (?:오늘|어제|그제|내일|모레|글피)$");
  std::string rest;
  if (RE2::FullMatch(words, *before, &rest) || RE2::FullMatch(words, *behind, &rest)) return rest;
  return words;
}

// 경유 200리터, where 200 of it are wanted and no other 200 is named.
std::string WithoutAmount(const std::string& words, const Json& amount, std::string_view request) {
  static const RE2* const measured = new RE2(base::StrCat("^(.+?) ?\\b(\\d+)", kMeasure, "$"));
  std::string name, number;
  if (!RE2::FullMatch(words, *measured, &name, &number) || amount.dump() != number) return words;
  return request.find(number) == request.rfind(number) ? name : words;
}

// The names in a list that pairs with one of amounts.
void DropAmounts(Json& arguments, std::string_view request) {
  if (!arguments.contains("items") || !arguments.contains("quantities")) return;
  Json &items = arguments["items"], &amounts = arguments["quantities"];
  for (size_t i = 0; items.is_array() && amounts.is_array() && i < items.size(); ++i) {
    if (items[i].is_string() && i < amounts.size())
      items[i] = WithoutAmount(items[i].get<std::string>(), amounts[i], request);
  }
}

bool IsPlace(const ArgumentSpec& argument) {
  return argument.name == "place" || argument.name == "area" || argument.name == "unit" ||
         argument.name == "site";
}

// 환경부 훈령: whose rules they are, and no law.
bool IsMinistry(const ArgumentSpec& argument, const Json& value) {
  static const RE2* const ministry =
      new RE2("[가-힣]{2,}(?:부|처|청|위원회)(?: ?(?:훈령|예규|고시|지침))?");
  return argument.name == "law" && !argument.required && value.is_string() &&
         RE2::FullMatch(value.get<std::string>(), *ministry);
}

// A value of an enumeration of `tool`, or one of the Korean words for it.
bool IsValueWord(const std::string& words, const ToolSpec& tool,
                 const tools::Catalogue& catalogue) {
  return std::any_of(
      tool.arguments.begin(), tool.arguments.end(), [&](const ArgumentSpec& argument) {
        const auto* values = catalogue.Enumeration(argument.enumeration);
        return values != nullptr && std::any_of(values->begin(), values->end(), [&](const auto& v) {
                 return v.first == words ||
                        std::find(v.second.begin(), v.second.end(), words) != v.second.end();
               });
      });
}

}  // namespace

void DropStrayWords(Plan& plan, const tools::Catalogue& catalogue, std::string_view request) {
  for (Step& step : plan.steps) {
    const ToolSpec& tool = *catalogue.Find(step.tool);
    Json kept = Json::object();
    for (auto& [name, value] : step.arguments.items()) {
      const ArgumentSpec& argument = *tool.Argument(name);
      if (IsMinistry(argument, value)) continue;
      const auto clean = [&](Json& item) {
        if (!item.is_string()) return;
        const std::string words = WithoutHalfMarks(item.get<std::string>(), request);
        item = IsPlace(argument) ? WithoutDay(words) : words;
      };
      if (value.is_array()) std::for_each(value.begin(), value.end(), clean);
      clean(value);
      kept[name] = std::move(value);
    }
    DropAmounts(kept, request);
    step.arguments = std::move(kept);
  }
}

void AskForNamed(Plan& plan, const tools::Catalogue& catalogue) {
  std::vector<std::string> missing;
  for (const Step& step : plan.steps) {
    const ToolSpec& tool = *catalogue.Find(step.tool);
    for (const auto& [name, value] : step.arguments.items()) {
      const ArgumentSpec& argument = *tool.Argument(name);
      if (argument.required && IsPlace(argument) && value.is_string() &&
          IsValueWord(value.get<std::string>(), tool, catalogue))
        missing.push_back(base::StrCat(step.tool, ".", name));
    }
  }
  if (missing.empty()) return;
  plan = Plan();
  plan.verdict = Verdict::kAsk;
  plan.missing = std::move(missing);
}

}  // namespace agents
