// Whether a chat template shows its model the tools that a request gives it.
#pragma once

#include <string>

#include "model_core/base/json.h"

namespace model_core {

// InvalidArgument, by the tool's name: in the prompt of `context`, whose "tools" are functions with
// names, it does not appear, or no parameter of it does, so that the model could not know of it. OK
// where there are none, and where the template raises an error of its own.
absl::Status CheckToolsShown(std::string_view chat_template, const base::Json& context,
                             const std::string& model);

}  // namespace model_core
