#include "deploy/cli/plan_view.h"

#include "agents/captions.h"
#include "agents/plan.h"
#include "agents/refusal.h"
#include "deploy/cli/display.h"
#include "deploy/cli/members.h"
#include "model_core/base/strings.h"
#include "tools/catalogue.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;

std::string RefusalText(const Session& session, const std::string& reason) {
  if (reason == "harmful")
    return session.Say("refused: harmful", "거절: 해로운 일이거나 통제를 피하려는 요청");
  if (reason == "not_permitted")
    return session.Say("refused: not permitted to you", "거절: 권한이 없는 일");
  return session.Say("refused: no tool can do this now",
                     "거절: 지금 이 일을 할 수 있는 도구가 없음");
}

std::string MissingText(const Session& session, const std::string& slot) {
  const size_t dot = slot.rfind('.');
  if (dot == std::string::npos) return slot;
  const std::string tool = slot.substr(0, dot);
  return StrCat(ToolTitle(session, tool), ": ",
                agents::ArgumentCaption(tool, slot.substr(dot + 1), session.language), "  (", slot,
                ")");
}

// Enumeration values in people's words.
std::string ArgumentText(const Session& session, const std::string& tool, const std::string& name,
                         const Json& value) {
  const tools::ToolSpec* spec = tools::Catalogue::BuiltIn().Find(tool);
  const tools::ArgumentSpec* argument = spec == nullptr ? nullptr : spec->Argument(name);
  if (argument == nullptr || argument->enumeration.empty() || !value.is_string())
    return ValueText(value);
  return agents::EnumWord(tools::Catalogue::BuiltIn(), argument->enumeration,
                          value.get<std::string>(), session.language);
}

void ShowPlannedStep(const Session& session, const Json& step, Page& page) {
  const std::string tool = StringOr(step, "tool", "?"), title = ToolTitle(session, tool);
  page.Row({{StringOr(step, "id", "?"), Tone::kStrong},
            {title},
            {title == tool ? "" : tool, Tone::kQuiet}},
           {3, static_cast<int>(DisplayWidth(title)), 0}, 2);
  ShowArguments(session, tool, Member(step, "arguments"), 7, page);
  if (const Json after = Items(step, "after"); !after.empty()) {
    page.Line(session.Say(StrCat("after ", ValueText(after)), StrCat(ValueText(after), " 다음에")),
              7, Tone::kQuiet);
  }
  if (base::BoolOr(step, "confirm", false)) {
    page.Line(session.Say("waits for your own confirmation", "요청자의 확인을 기다립니다"), 7,
              Tone::kWait);
  }
}

}  // namespace

std::string ValueText(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "✓" : "✗";
  if (value.is_object() && value.contains("$ref"))
    return StrCat("← ", StringOr(value, "$ref", "?"));
  if (value.is_object() && value.contains("from"))
    return StrCat(StringOr(value, "from", ""), " ~ ", StringOr(value, "to", ""));
  if (!value.is_array()) return base::DumpJson(value);
  std::string text;
  for (const Json& item : value) text += StrCat(text.empty() ? "" : ", ", ValueText(item));
  return text;
}

Json RefusalRules(const Json& plan) {
  Json rules = Json::array();
  const auto parsed = agents::ParsePlan(plan);
  if (!parsed.ok() || parsed->verdict != agents::Verdict::kRefuse) return rules;
  for (const policies::Rule& rule : agents::RefusalRules(parsed->reason))
    rules.push_back(policies::ToJson(rule));
  return rules;
}

std::string ToolTitle(const Session& session, const std::string& tool) {
  const tools::ToolSpec* spec = tools::Catalogue::BuiltIn().Find(tool);
  return spec == nullptr ? tool : agents::ToolTitle(*spec, session.language);
}

void ShowArguments(const Session& session, const std::string& tool, const Json& arguments,
                   int indent, Page& page) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (const auto& [name, value] : arguments.items()) {
    fields.emplace_back(agents::ArgumentCaption(tool, name, session.language),
                        ArgumentText(session, tool, name, value));
  }
  page.Fields(fields, indent);
}

void ShowPlan(const Session& session, const Json& plan, Page& page) {
  page.Heading(session.Say("Plan", "계획"));
  const std::string verdict = StringOr(plan, "verdict", "");
  if (verdict == "refuse")
    page.Line(RefusalText(session, StringOr(plan, "reason", "")), 2, Tone::kBad);
  if (verdict == "ask")
    page.Line(session.Say("more is needed:", "더 알아야 할 것:"), 2, Tone::kWait);
  for (const Json& slot : Items(plan, "missing"))
    page.Line(MissingText(session, ValueText(slot)), 4);
  for (const Json& step : Items(plan, "steps")) ShowPlannedStep(session, step, page);
}

void ShowStep(const Session& session, const Json& step, Page& page) {
  const std::string state = StringOr(step, "state", ""), tool = StringOr(step, "tool", ""),
                    title = ToolTitle(session, tool);
  const bool good = state == "succeeded", skipped = state == "skipped";
  const Json error = Member(step, "error");
  const int64_t millis = static_cast<int64_t>(base::NumberOr(step, "milliseconds", 0) + 0.5);
  std::string note = good ? StrCat(millis, " ms") : skipped ? session.Say("skipped", "건너뜀") : "";
  if (error.is_object())
    note = StringOr(error, session.korean() ? "message_ko" : "message_en",
                    StringOr(error, "code", "?"));
  const Cell sign = good      ? Cell{"✓", Tone::kGood}
                    : skipped ? Cell{"–", Tone::kQuiet}
                              : Cell{"✗", Tone::kBad};
  page.Row({sign,
            {StringOr(step, "step", ""), Tone::kStrong},
            {title},
            {note, good || skipped ? Tone::kQuiet : Tone::kBad}},
           {1, 3, 24, 0}, 2);
}

}  // namespace deploy::cli
