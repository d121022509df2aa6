// A string that a schema holds, written as it stands: without quotes and escapes.
#pragma once

#include <string>

#include "model_core/base/json.h"

namespace model_core {

// The right-hand side of a terminal of Lark, as llguidance reads it, for the strings that obey
// `schema`; those of a choice that allow no strings are left out. InvalidArgument names a keyword
// that cannot be honoured. Patterns are checked by llguidance.
absl::StatusOr<std::string> TextTerminal(const base::Json& schema);

}  // namespace model_core
