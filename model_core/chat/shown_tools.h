// Whether a chat template shows its model the tools that a request gives it.
#pragma once

#include <string>

#include "model_core/base/json.h"

namespace model_core {

// InvalidArgument, by name: the prompt of `context` would be the same without its "tools", so the
// model could not know of them. OK where it holds none.
absl::Status CheckToolsShown(std::string_view chat_template, const base::Json& context,
                             const std::string& model);

}  // namespace model_core
