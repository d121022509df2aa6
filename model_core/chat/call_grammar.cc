#include "model_core/chat/call_grammar.h"

#include <algorithm>

#include "model_core/base/strings.h"
#include "model_core/chat/conversation.h"
#include "model_core/text/chat_format.h"

namespace model_core {
namespace {

using base::Json;
using base::StrCat;

class Writer {
 public:
  Writer(const Tokenizer& tokenizer, const ChatFormat& format)
      : tokenizer_(tokenizer), format_(format) {}

  std::string Call(const Json& tool) const;

 private:
  std::string Text(std::string_view text) const;
  std::string Marker(std::string_view marker) const;
  std::string Arguments(const Json& schema) const;
  std::string Argument(const std::string& key, const Json& schema) const;
  std::string Value(const Json& schema) const;

  const Tokenizer& tokenizer_;
  const ChatFormat& format_;
};

std::string Quoted(std::string_view text) {
  return text.empty() ? "" : StrCat(base::DumpJson(Json(text)), " ");
}

std::string Schema(const Json& schema) {
  return StrCat("%json ", base::DumpJson(WithoutFreeSpace(schema)), " ");
}

std::string Writer::Marker(std::string_view marker) const {
  const int32_t token = tokenizer_.TokenId(marker);
  return token < 0 ? Quoted(marker) : StrCat("<[", token, "]> ");
}

// Text of the format, with its markers.
std::string Writer::Text(std::string_view text) const {
  std::string out;
  while (!text.empty()) {
    size_t at = text.size();
    std::string_view first;
    for (const MarkerRule& rule : format_.rules) {
      const size_t found = text.find(rule.marker);
      if (rule.marker.starts_with('<') && found < at) at = found, first = rule.marker;
    }
    out += Quoted(text.substr(0, at));
    if (!first.empty()) out += Marker(first);
    text.remove_prefix(at + first.size());
  }
  return out;
}

std::string Writer::Call(const Json& tool) const {
  const CallForm& form = format_.call;
  const Json& function = tool["function"];
  std::string name = ToolName(tool);
  if (form.json) {
    name = base::DumpJson(Json(name));
    name = name.substr(1, name.size() - 2);
  }
  const Json parameters =
      function.contains("parameters") ? function["parameters"] : Json{{"type", "object"}};
  std::string out = Text(form.begin);
  if (!form.id_end.empty()) out += StrCat("/[a-z0-9]{10}/ ", Text(form.id_end));
  return out + Quoted(name) + Text(form.name_end) +
         (form.tagged ? Arguments(parameters) : Schema(parameters)) + Text(form.end);
}

// Those that are not required may be left out; the order is the schema's.
std::string Writer::Arguments(const Json& schema) const {
  const Json none = Json::object();
  const Json properties = schema.is_object() ? schema.value("properties", none) : none;
  const Json required = schema.is_object() ? schema.value("required", Json::array()) : none;
  std::string out;
  for (const auto& [key, property] : properties.items()) {
    Json value = property;
    for (const char* shared : {"$defs", "definitions"}) {  // what it may refer to
      if (value.is_object() && schema.contains(shared)) value[shared] = schema[shared];
    }
    const bool must = std::find(required.begin(), required.end(), Json(key)) != required.end();
    out += must ? Argument(key, value) : StrCat("(", Argument(key, value), ")? ");
  }
  return out;
}

std::string Writer::Argument(const std::string& key, const Json& schema) const {
  return Text("<arg_key>") + Quoted(key) + Text("</arg_key>\n<arg_value>") + Value(schema) +
         Text("</arg_value>\n");
}

// Strings stand as they are, everything else as JSON.
std::string Writer::Value(const Json& schema) const {
  if (!schema.is_object() || schema.value("type", Json()) != "string") return Schema(schema);
  std::vector<std::string> choices;
  for (const Json& each : schema.value("enum", Json::array())) {
    if (each.is_string()) choices.push_back(Quoted(each.get<std::string>()));
  }
  if (!choices.empty()) return StrCat("(", base::StrJoin(choices, "| "), ") ");
  return tokenizer_.TokenId("</arg_value>") < 0 ? "/[^<]*/ " : "/(.|\\n)*/ ";
}

}  // namespace

Json WithoutFreeSpace(Json schema) {
  if (!schema.is_object() || schema.contains("x-guidance")) return schema;
  schema["x-guidance"] = {
      {"whitespace_flexible", false}, {"item_separator", ", "}, {"key_separator", ": "}};
  return schema;
}

absl::StatusOr<std::string> CallGrammar(const Tokenizer& tokenizer, const ChatFormat& format,
                                        const Json& tools, std::string_view name) {
  const Writer writer(tokenizer, format);
  std::vector<std::string> calls;
  for (const Json& tool : tools) {
    if (name.empty() || ToolName(tool) == name) calls.push_back(writer.Call(tool));
  }
  if (!calls.empty()) return StrCat("start: ", base::StrJoin(calls, "\n  | "), "\n");
  return base::Error(absl::StatusCode::kInvalidArgument,
                     name.empty() ? "tool choice: a call is required, there are no tools"
                                  : StrCat("tool choice: there is no tool '", name, "'"),
                     name.empty() ? "도구 호출이 필요하나 도구가 없습니다"
                                  : StrCat("호출해야 할 도구 '", name, "'이(가) 없습니다"));
}

}  // namespace model_core
