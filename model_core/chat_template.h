// Chat templates: Jinja as Hugging Face models ship it.
#pragma once

#include <string>
#include <string_view>

#include "model_core/base/json.h"

namespace model_core {

// `context`: {"messages", "tools", "add_generation_prompt", "bos_token", "now", …}. The date a
// template asks for is context["now"], never the clock. InvalidArgument carries the template's own
// error.
absl::StatusOr<std::string> RenderChat(std::string_view chat_template, const base::Json& context);

// Empty if `value` obeys `schema` (JSON Schema), else the first error and its place.
absl::StatusOr<std::string> CheckJsonSchema(const base::Json& schema, const base::Json& value);

}  // namespace model_core
