#include "model_core/chat/call_grammar.h"

#include <algorithm>

#include "model_core/base/language.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "model_core/chat/conversation.h"
#include "model_core/chat/text_terminal.h"
#include "model_core/text/argument_schema.h"
#include "model_core/text/chat_format.h"

namespace model_core {
namespace {

using base::Json;
using base::StrCat;

class Writer {
 public:
  Writer(const Tokenizer& tokenizer, const ChatFormat& format)
      : tokenizer_(tokenizer), format_(format) {}

  absl::StatusOr<std::string> Call(const Json& tool);
  // Of the calls so far: what they name.
  std::string terminals() const;

 private:
  std::string Text(std::string_view text) const;
  std::string Marker(std::string_view marker) const;
  absl::StatusOr<std::string> Arguments(const Json& schema);
  absl::StatusOr<std::string> Argument(const std::string& key, const Json& schema);
  absl::StatusOr<std::string> Value(const Json& schema);

  const Tokenizer& tokenizer_;
  const ChatFormat& format_;
  std::vector<std::string> terminals_;
};

absl::Status Invalid(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument, english, korean);
}

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

absl::StatusOr<std::string> Writer::Call(const Json& tool) {
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
  out += Quoted(name) + Text(form.name_end);
  if (!form.tagged) return out + Schema(parameters) + Text(form.end);
  const auto arguments = Arguments(parameters);
  if (arguments.ok()) return out + *arguments + Text(form.end);
  const absl::Status& why = arguments.status();
  return Invalid(StrCat("tool '", name, "': ", std::string(why.message())),
                 StrCat("도구 '", name, "': ", base::Message(why, base::Language::kKorean)));
}

// Keywords that a list of arguments with keys of the schema's own cannot but obey, or that say
// nothing of values.
constexpr std::string_view kListKeywords[] = {"type",
                                              "properties",
                                              "required",
                                              "additionalProperties",
                                              "unevaluatedProperties",
                                              "$defs",
                                              "definitions",
                                              "title",
                                              "description",
                                              "default",
                                              "examples",
                                              "$schema",
                                              "$id",
                                              "$comment",
                                              "deprecated"};

absl::Status CheckList(const Json& schema) {
  if (!schema.is_object()) return absl::OkStatus();
  for (const auto& [key, value] : schema.items()) {
    const auto end = std::end(kListKeywords);
    if (key.starts_with("x-") || std::find(std::begin(kListKeywords), end, key) != end) continue;
    return Invalid(
        StrCat("'", key,
               "' of the parameters cannot be honoured by arguments that are "
               "written one by one"),
        StrCat("인자를 하나씩 쓰는 형식에서는 parameters의 '", key, "' 조건을 지킬 수 없습니다"));
  }
  for (const Json& key : schema.value("required", Json::array())) {
    const Json properties = schema.value("properties", Json::object());
    if (key.is_string() && properties.contains(key.get<std::string>())) continue;
    return Invalid(StrCat("required argument ", base::DumpJson(key), " is no property"),
                   StrCat("필수 인자 ", base::DumpJson(key),
                          base::Particle(base::DumpJson(key), "이"), " properties에 없습니다"));
  }
  return absl::OkStatus();
}

// Those that are not required may be left out; the order is the schema's.
absl::StatusOr<std::string> Writer::Arguments(const Json& schema) {
  RETURN_IF_ERROR(CheckList(schema));
  const Json none = Json::object();
  const Json properties = schema.is_object() ? schema.value("properties", none) : none;
  const Json required = schema.is_object() ? schema.value("required", Json::array()) : none;
  std::string out;
  for (const auto& property : properties.items()) {
    const std::string& key = property.key();
    const bool must = std::find(required.begin(), required.end(), Json(key)) != required.end();
    const auto argument = Argument(key, ArgumentSchema(schema, key));
    if (!argument.ok()) {
      const absl::Status& why = argument.status();
      return Invalid(StrCat("argument '", key, "': ", std::string(why.message())),
                     StrCat("인자 '", key, "': ", base::Message(why, base::Language::kKorean)));
    }
    out += must ? *argument : StrCat("(", *argument, ")? ");
  }
  return out;
}

absl::StatusOr<std::string> Writer::Argument(const std::string& key, const Json& schema) {
  ASSIGN_OR_RETURN(const std::string value, Value(schema));
  return Text("<arg_key>") + Quoted(key) + Text("</arg_key>\n<arg_value>") + value +
         Text("</arg_value>\n");
}

// Strings stand as they are, everything else as JSON. What looks like a value that is not a string
// and obeys the schema is read as that value.
absl::StatusOr<std::string> Writer::Value(const Json& schema) {
  const bool others = AllowsOthers(schema, schema);
  if (!AllowsStrings(schema, schema)) return Schema(schema);
  ASSIGN_OR_RETURN(const std::string text, TextTerminal(schema));
  const bool marked = tokenizer_.TokenId("</arg_value>") >= 0;
  const std::string name = StrCat("TEXT_", terminals_.size());
  terminals_.push_back(StrCat(name, ": ", text, " & ",
                              marked ? "~/(?s:.*)<\\/arg_value>(?s:.*)/" : "/[^<]*/", "\n"));
  if (!others) return StrCat(name, " ");
  Json rest = {{"type", {"null", "boolean", "number", "array", "object"}},
               {"allOf", Json::array({schema})}};
  for (const char* shared : {"$defs", "definitions"}) {
    if (schema.is_object() && schema.contains(shared)) rest[shared] = schema[shared];
  }
  return StrCat("(", name, " | ", Schema(rest), ") ");
}

std::string Writer::terminals() const { return base::StrJoin(terminals_, ""); }

}  // namespace

Json WithoutFreeSpace(Json schema) {
  if (!schema.is_object() || schema.contains("x-guidance")) return schema;
  schema["x-guidance"] = {
      {"whitespace_flexible", false}, {"item_separator", ", "}, {"key_separator", ": "}};
  return schema;
}

absl::StatusOr<std::string> CallGrammar(const Tokenizer& tokenizer, const ChatFormat& format,
                                        const Json& tools, std::string_view name) {
  Writer writer(tokenizer, format);
  std::vector<std::string> calls;
  for (const Json& tool : tools) {
    if (!name.empty() && ToolName(tool) != name) continue;
    ASSIGN_OR_RETURN(calls.emplace_back(), writer.Call(tool));
  }
  if (!calls.empty())
    return StrCat("start: ", base::StrJoin(calls, "\n  | "), "\n", writer.terminals());
  return base::Error(absl::StatusCode::kInvalidArgument,
                     name.empty() ? "tool choice: a call is required, there are no tools"
                                  : StrCat("tool choice: there is no tool '", name, "'"),
                     name.empty() ? "도구 호출이 필요하나 도구가 없습니다"
                                  : StrCat("호출해야 할 도구 '", name, "'",
                                           base::Particle(name, "이"), " 없습니다"));
}

}  // namespace model_core
