#include "tools/catalogue.h"

#include <algorithm>

#include "model_core/base/check.h"
#include "model_core/base/strings.h"
#include "policies/decision.h"
#include "tools/catalogue/embedded.h"

namespace tools {
namespace {

using base::Json;

std::vector<std::string> Strings(const Json& object, std::string_view key) {
  std::vector<std::string> out;
  auto it = object.find(std::string(key));
  if (it == object.end()) return out;
  for (const Json& item : *it) out.push_back(item.get<std::string>());
  return out;
}

Effect ParseEffect(const std::string& text) {
  if (text == "draft") return Effect::kDraft;
  if (text == "write") return Effect::kWrite;
  return text == "release" ? Effect::kRelease : Effect::kRead;
}

Recovery ParseRecovery(const std::string& text) {
  if (text == "idempotent") return Recovery::kIdempotent;
  if (text == "reconcile") return Recovery::kReconcile;
  return text == "manual" ? Recovery::kManual : Recovery::kRepeat;
}

ArgumentSpec ParseArgument(const Json& json) {
  ArgumentSpec argument;
  argument.name = base::StringOr(json, "name", "");
  argument.kinds = Strings(json, "kinds");
  argument.required = base::BoolOr(json, "required", false);
  argument.list = base::BoolOr(json, "list", false);
  argument.destination = base::BoolOr(json, "destination", false);
  argument.enumeration = base::StringOr(json, "enum", "");
  argument.values = Strings(json, "values");
  argument.default_value = base::StringOr(json, "default", "");
  return argument;
}

ResultSpec ParseResult(const Json& json) {
  return {base::StringOr(json, "path", ""), base::StringOr(json, "type", ""),
          base::StringOr(json, "enum", ""), base::BoolOr(json, "untrusted", false)};
}

ToolSpec ParseTool(const Json& json) {
  ToolSpec tool;
  tool.name = base::StringOr(json, "name", "");
  tool.function_name = base::StringOr(json, "function_name", "");
  tool.title = base::StringOr(json, "title", "");
  tool.domain = base::StringOr(json, "domain", "");
  tool.purpose = base::StringOr(json, "purpose", "");
  for (const Json& argument : json.value("arguments", Json::array())) {
    tool.arguments.push_back(ParseArgument(argument));
  }
  for (const Json& result : json.value("results", Json::array())) {
    tool.results.push_back(ParseResult(result));
  }
  tool.needs_one_of = Strings(json, "needs_one_of");
  tool.effect = ParseEffect(base::StringOr(json, "kind", "read"));
  tool.recovery = ParseRecovery(base::StringOr(json, "recovery", "repeat"));
  tool.label = base::StringOr(json, "label", "");
  const Json approval = json.value("approval", Json::object());
  tool.approval_line = base::StringOr(approval, "line", "none");
  tool.approval_roles = Strings(approval, "roles");
  tool.errors = Strings(json, "errors");
  tool.speaks = Strings(json, "speaks");
  tool.in_doubt = base::StringOr(json, "in_doubt", "");
  return tool;
}

// A line that nobody knows would ask nobody.
absl::Status CheckApproval(const ToolSpec& tool) {
  const bool known = tool.approval_line == "none" ||
                     policies::ParseObligationKind(base::StrCat("approve_", tool.approval_line));
  if (known) return absl::OkStatus();
  return base::Error(absl::StatusCode::kInvalidArgument,
                     base::StrCat("catalogue: tool '", tool.name, "': approval line '",
                                  tool.approval_line, "' is not none, one, two or licensed"),
                     base::StrCat("도구 목록: '", tool.name,
                                  "'의 승인 방식이 none, one, two, licensed 가운데 하나가 "
                                  "아니라 '",
                                  tool.approval_line, "'입니다"));
}

}  // namespace

bool ArgumentSpec::Takes(std::string_view kind) const {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

const ArgumentSpec* ToolSpec::Argument(std::string_view wanted) const {
  auto it = std::find_if(arguments.begin(), arguments.end(),
                         [&](const ArgumentSpec& a) { return a.name == wanted; });
  return it == arguments.end() ? nullptr : &*it;
}

const ResultSpec* ToolSpec::Result(std::string_view path) const {
  std::string generic;  // every [n] and [*] written []
  bool inside = false;
  for (char c : path) {
    if (c == ']') inside = false;
    if (!inside) generic += c;
    if (c == '[') inside = true;
  }
  auto it = std::find_if(results.begin(), results.end(),
                         [&](const ResultSpec& r) { return r.path == generic; });
  return it == results.end() ? nullptr : &*it;
}

absl::StatusOr<Catalogue> Catalogue::Parse(const Json& json) {
  if (!json.is_object() || !json.contains("tools")) {
    return base::Error(absl::StatusCode::kInvalidArgument, "catalogue: no 'tools'",
                       "도구 목록: 'tools'가 없습니다");
  }
  Catalogue catalogue;
  catalogue.json_ = json;
  catalogue.hash_ = base::HashJson(json);
  const Json purposes = json.value("tool_purposes", Json::object());
  for (const Json& item : json["tools"]) {
    ToolSpec tool = ParseTool(item);
    tool.purposes = Strings(purposes, tool.name);
    RETURN_IF_ERROR(CheckApproval(tool));
    catalogue.tools_.push_back(std::move(tool));
  }
  for (const Json& guard : json.value("guards", Json::array())) {
    const Json passes = guard.value("passes", Json::array());
    catalogue.guards_.push_back({base::StringOr(guard, "tool", ""),
                                 base::StringOr(guard, "field", ""),
                                 {passes.begin(), passes.end()}});
  }
  const Json enums = json.value("enums", Json::object());  // items() borrows
  for (const auto& [name, values] : enums.items()) {
    for (const auto& [value, words] : values.items()) {
      catalogue.enumerations_[name][value] = words.get<std::vector<std::string>>();
    }
  }
  return catalogue;
}

const Catalogue& Catalogue::BuiltIn() {
  static const auto* const catalogue = [] {
    auto json = base::ParseJson(kCatalogueJson, "built-in catalogue");
    CHECK(json.ok());
    auto parsed = Parse(*json);
    CHECK(parsed.ok());
    return new Catalogue(*std::move(parsed));  // leaked on purpose: outlives every thread
  }();
  return *catalogue;
}

const ToolSpec* Catalogue::Find(std::string_view name) const {
  auto it =
      std::find_if(tools_.begin(), tools_.end(), [&](const ToolSpec& t) { return t.name == name; });
  return it == tools_.end() ? nullptr : &*it;
}

const Guard* Catalogue::FindGuard(std::string_view tool) const {
  auto it =
      std::find_if(guards_.begin(), guards_.end(), [&](const Guard& g) { return g.tool == tool; });
  return it == guards_.end() ? nullptr : &*it;
}

const std::map<std::string, std::vector<std::string>>* Catalogue::Enumeration(
    std::string_view name) const {
  auto it = enumerations_.find(std::string(name));
  return it == enumerations_.end() ? nullptr : &it->second;
}

std::string_view Name(Effect effect) {
  constexpr std::string_view kNames[] = {"read", "draft", "write", "release"};
  return kNames[static_cast<int>(effect)];
}

std::string_view Name(Recovery recovery) {
  constexpr std::string_view kNames[] = {"repeat", "idempotent", "reconcile", "manual"};
  return kNames[static_cast<int>(recovery)];
}

}  // namespace tools
