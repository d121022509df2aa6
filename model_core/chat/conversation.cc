#include "model_core/chat/conversation.h"

#include <algorithm>
#include <map>
#include <set>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace model_core {
namespace {

using base::Json;
using base::StrCat;

constexpr std::string_view kRoles[] = {"system", "user", "assistant", "tool"};

absl::Status Invalid(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument, english, korean);
}

absl::Status OfMessage(size_t index, std::string_view english, std::string_view korean) {
  return Invalid(StrCat("message ", index + 1, ": ", english),
                 StrCat("메시지 ", index + 1, ": ", korean));
}

// Text alone is a string: templates split and trim it. With images it is a list.
Json Content(const ChatMessage& message) {
  const auto is_image = [](const ChatPart& part) { return part.kind == ChatPart::Kind::kImage; };
  if (std::none_of(message.content.begin(), message.content.end(), is_image))
    return TextOf(message);
  Json parts = Json::array();
  for (const ChatPart& part : message.content) {
    parts.push_back(is_image(part)
                        ? Json{{"type", "image_url"}, {"image_url", {{"url", part.name}}}}
                        : Json{{"type", "text"}, {"text", part.data}});
  }
  return parts;
}

// The name of the tool behind each call's id.
using Callees = std::map<std::string, std::string>;

absl::StatusOr<Json> Calls(const ChatMessage& message, size_t index, Callees& callees) {
  Json calls = Json::array();
  for (const ChatToolCall& call : message.tool_calls) {
    const auto arguments = base::ParseJson(call.arguments, "arguments");
    if (!arguments.ok() || !arguments->is_object()) {
      return OfMessage(index, StrCat("the arguments of '", call.name, "' are no JSON object"),
                       StrCat("'", call.name, "' 호출의 인자가 JSON 객체가 아닙니다"));
    }
    calls.push_back({{"id", call.id},
                     {"type", "function"},
                     {"function", {{"name", call.name}, {"arguments", *arguments}}}});
    callees[call.id] = call.name;
  }
  return calls;
}

absl::StatusOr<Json> TemplateMessage(const ChatMessage& message, size_t index, Callees& callees) {
  if (std::find(std::begin(kRoles), std::end(kRoles), message.role) == std::end(kRoles)) {
    const std::string known = base::StrJoin(kRoles, ", ");
    return OfMessage(index, StrCat("role '", message.role, "' is unknown; known: ", known),
                     StrCat("역할 '", message.role, "'", base::Particle(message.role, "은"),
                            " 없습니다 (", known, ")"));
  }
  if (base::FirstInvalidUtf8(TextOf(message) + message.reasoning) != std::string::npos)
    return OfMessage(index, "the text is not UTF-8", "텍스트가 UTF-8이 아닙니다");
  Json json = {{"role", message.role}, {"content", Content(message)}};
  // Templates of different makers look under different names.
  for (const char* key : {"reasoning_content", "reasoning"}) {
    if (!message.reasoning.empty()) json[key] = message.reasoning;
  }
  if (!message.tool_calls.empty()) {
    ASSIGN_OR_RETURN(json["tool_calls"], Calls(message, index, callees));
  }
  if (message.role != "tool") return json;
  const auto callee = callees.find(message.tool_call_id);
  if (callee == callees.end()) {
    return OfMessage(index, StrCat("no call before it has the id '", message.tool_call_id, "'"),
                     StrCat("앞선 도구 호출 중 id가 '", message.tool_call_id, "'인 것이 없습니다"));
  }
  json["tool_call_id"] = message.tool_call_id;
  json["name"] = callee->second;
  return json;
}

}  // namespace

ChatMessage TextMessage(std::string role, std::string text) {
  return {.role = std::move(role),
          .content = {{.kind = ChatPart::Kind::kText, .data = std::move(text)}}};
}

std::string TextOf(const ChatMessage& message) {
  std::string text;
  for (const ChatPart& part : message.content) {
    if (part.kind == ChatPart::Kind::kText) text += part.data;
  }
  return text;
}

absl::StatusOr<Json> TemplateMessages(const std::vector<ChatMessage>& messages) {
  if (messages.empty()) return Invalid("messages: there are none", "메시지가 없습니다");
  Json list = Json::array();
  Callees callees;
  for (size_t i = 0; i < messages.size(); ++i) {
    ASSIGN_OR_RETURN(Json message, TemplateMessage(messages[i], i, callees));
    list.push_back(std::move(message));
  }
  return list;
}

std::string ToolName(const Json& tool) {
  const bool function = tool.is_object() && tool.contains("function");
  return function && tool["function"].is_object() ? base::StringOr(tool["function"], "name", "")
                                                  : "";
}

absl::Status CheckTools(const Json& tools) {
  if (tools.is_null()) return absl::OkStatus();
  if (!tools.is_array()) return Invalid("tools: is no list", "도구가 목록이 아닙니다");
  std::set<std::string> names;
  for (size_t i = 0; i < tools.size(); ++i) {
    const std::string name = ToolName(tools[i]);
    if (!name.empty() && names.insert(name).second) continue;
    return Invalid(StrCat("tools: number ", i + 1, " is no function with a name of its own"),
                   StrCat("도구 ", i + 1, base::Particle(StrCat(i + 1), "이"),
                          " 고유한 이름을 가진 함수가 아닙니다"));
  }
  return absl::OkStatus();
}

std::vector<std::string> ImageFiles(const std::vector<ChatMessage>& messages) {
  std::vector<std::string> files;
  for (const ChatMessage& message : messages) {
    for (const ChatPart& part : message.content) {
      if (part.kind == ChatPart::Kind::kImage) files.push_back(part.data);
    }
  }
  return files;
}

size_t CountCalls(const std::vector<ChatMessage>& messages) {
  size_t calls = 0;
  for (const ChatMessage& message : messages) calls += message.tool_calls.size();
  return calls;
}

}  // namespace model_core
