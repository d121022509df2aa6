#include "model_core/text/tool_call.h"

#include <utility>

#include "model_core/base/strings.h"
#include "model_core/chat_template.h"
#include "model_core/text/argument_schema.h"

namespace model_core {
namespace {

using Kind = OutputEvent::Kind;

bool IsSpace(char byte) { return base::Trim({&byte, 1}).empty(); }

// The schema of a tool's argument in a list of tools, or null. Both {"type", "function"} and the
// function alone occur.
base::Json SchemaOf(const base::Json& tools, std::string_view name, const std::string& key) {
  if (!tools.is_array()) return nullptr;
  for (const base::Json& tool : tools) {
    if (!tool.is_object()) continue;
    const base::Json& function = tool.contains("function") ? tool.at("function") : tool;
    if (!function.is_object() || base::StringOr(function, "name", "") != name) continue;
    return function.contains("parameters") ? ArgumentSchema(function.at("parameters"), key)
                                           : nullptr;
  }
  return nullptr;
}

}  // namespace

bool ToolCall::WantsJson(Place place, char byte) const {
  if (place == Place::kValue) return WantsInValue(byte);
  return (place == Place::kObject || place == Place::kArguments) && broken_.empty() &&
         json_.Wants(byte);
}

// A "<" that lies in no string of it cannot be JSON: it may begin the marker that ends the value.
bool ToolCall::WantsInValue(char byte) const {
  return value_json_.has_value() && value_json_->Wants(byte) &&
         (value_json_->in_string() || byte != '<');
}

void ToolCall::TakeJson(Place place, char byte) {
  if (place == Place::kValue) {
    value_ += byte;
    passed_ |= byte == '<';
    value_json_->Take(byte);
    return;
  }
  const bool before = json_.state() == JsonFollower::State::kBefore;
  const bool value = json_.in_value();
  const bool ends = json_.EndsValue(byte);
  if (place == Place::kObject && value && ends) EndValue();
  if (json_.Take(byte) == JsonFollower::State::kBad) return Break("the JSON is not well formed");
  if (place == Place::kArguments) {
    if (!before || !IsSpace(byte)) arguments_ += byte;
  } else if (value && !ends) {
    TakeValueByte(byte);
  }
}

// One byte of the value of a key of {"name": …, "arguments": …}, already followed.
void ToolCall::TakeValueByte(char byte) {
  if (value_.empty() && !streamed_ && IsSpace(byte)) return;
  if (value_.empty() && byte == '{' && json_.key() == "arguments" && arguments_.empty()) {
    streamed_ = true;
  }
  if (!streamed_) {
    value_ += byte;
  } else if (!json_.outermost() || !IsSpace(byte)) {
    arguments_ += byte;
  }
}

// The name is a string; arguments that are no object are a string which holds one, or null.
void ToolCall::EndValue() {
  const std::string text = std::move(value_);
  value_.clear();
  if (std::exchange(streamed_, false)) return;
  const std::string_view key = json_.key();
  if (key != "name" && key != "arguments") return;
  const absl::StatusOr<base::Json> value = base::ParseJson(text, key);
  if (!value.ok()) return Break(std::string(value.status().message()));
  if (key == "name")
    return value->is_string() ? SetName(value->get<std::string>())
                              : Break("the tool's name is no string");
  if (!arguments_.empty()) return Break("the arguments are given twice");
  if (value->is_string()) arguments_ = value->get<std::string>();
  if (!value->is_string() && !value->is_null()) Break("the arguments are no JSON object");
}

void ToolCall::TakeText(Place place, std::string_view text) {
  switch (place) {
    case Place::kCallId:
      id_.append(text);
      break;
    case Place::kName:
    case Place::kKey:
    case Place::kValue:
      if (!base::Trim(text).empty()) value_json_.reset();
      value_.append(text);
      break;
    default:
      if (!base::Trim(text).empty()) Break("there is text beside the arguments");
  }
}

bool ToolCall::Leave(Place from, Place to) {
  if (from == Place::kName) {
    const std::string_view name = base::Trim(value_);
    if (name.empty() && to == Place::kGap) return false;  // a line break before the name
    SetName(name);
  } else if (from == Place::kKey) {
    key_ = base::Trim(value_);
  } else if (from == Place::kValue) {
    EndArgument();
  } else if (to == Place::kValue && key_.empty()) {
    Break("an argument has no name");
  }
  value_.clear();
  value_json_.reset();
  passed_ = false;
  if (to == Place::kValue && MayBeJson()) value_json_.emplace(/*lists=*/true);
  return true;
}

// The schema of the argument whose value comes next is not known, or obeyed by more than strings.
bool ToolCall::MayBeJson() const {
  const base::Json schema = SchemaOf(tools_, name_, key_);
  return schema.is_null() || AllowsOthers(schema, schema);
}

bool ToolCall::Misread(std::string_view text, bool ended) const {
  if (!value_json_.has_value() || !passed_) return false;
  const bool whole = value_json_->state() == JsonFollower::State::kDone;
  if (!whole || ended || !base::Trim(text).empty()) return true;
  return !base::ParseJson(base::Trim(value_), "value").ok();
}

std::string ToolCall::TakeBack(size_t size) {
  std::string back = value_.substr(size);
  value_.resize(size);
  raw_.resize(raw_.size() - back.size());
  value_json_.reset();
  return back;
}

void ToolCall::SetName(std::string_view name) {
  if (!broken_.empty()) return;
  if (name.empty()) return Break("the call names no tool");
  if (!name_.empty()) return Break("the call names two tools");
  name_ = name;
}

void ToolCall::EndArgument() {
  if (!broken_.empty()) return;
  if (!listed_ && !arguments_.empty()) return Break("the arguments are given twice");
  arguments_.append(listed_ ? ", " : "{");
  listed_ = true;
  const std::string_view trimmed = base::Trim(value_);
  arguments_.append(base::DumpJson(base::Json(key_))).append(": ");
  arguments_.append(IsText(trimmed) ? base::DumpJson(base::Json(value_)) : std::string(trimmed));
  key_.clear();
}

// Where the schema knows no strings, or nothing is known, JSON is taken as JSON; where it knows
// other things as well, what is one of these.
bool ToolCall::IsText(std::string_view value) const {
  const base::Json schema = SchemaOf(tools_, name_, key_);
  const bool strings = !schema.is_null() && AllowsStrings(schema, schema);
  if (strings && !AllowsOthers(schema, schema)) return true;
  const auto json = base::ParseJson(value, "value");
  if (!json.ok() || !strings) return !json.ok();
  return json->is_string() || CheckJsonSchema(schema, *json).value_or("unknown") != "";
}

void ToolCall::Break(std::string_view why) {
  if (broken_.empty()) broken_ = why;
}

void ToolCall::Flush(std::vector<OutputEvent>& out) {
  if (name_.empty()) return;
  if (!std::exchange(started_, true)) {
    out.push_back({.kind = Kind::kCallStarted, .call = index_, .name = name_, .id = id_});
  }
  if (flushed_ == arguments_.size()) return;
  out.push_back(
      {.kind = Kind::kCallArguments, .call = index_, .text = arguments_.substr(flushed_)});
  flushed_ = arguments_.size();
}

void ToolCall::CloseArguments() {
  using State = JsonFollower::State;
  if (listed_) arguments_ += '}';
  if (json_.state() == State::kInside) return Break("the JSON ends early");
  if (arguments_.empty()) arguments_ = "{}";
  const absl::StatusOr<base::Json> value = base::ParseJson(arguments_, "arguments");
  if (!value.ok()) return Break(std::string(value.status().message()));
  if (!value->is_object()) Break("the arguments are no JSON object");
}

bool ToolCall::Complete(std::vector<OutputEvent>& out) {
  if (name_.empty()) Break("the call names no tool");
  if (broken_.empty()) CloseArguments();
  Flush(out);
  if (!broken_.empty()) return false;
  out.push_back(
      {.kind = Kind::kCallComplete, .call = index_, .text = arguments_, .name = name_, .id = id_});
  return true;
}

void ToolCall::Fail(std::string_view raw, std::vector<OutputEvent>& out) const {
  out.push_back({.kind = Kind::kCallFailed,
                 .call = index_,
                 .text = std::string(raw),
                 .name = name_,
                 .id = id_,
                 .error = broken_.empty() ? "the call does not end" : broken_});
}

}  // namespace model_core
