// Tool calls and JSON as grammars: a call in the way its family writes it.
#pragma once

#include <string>
#include <string_view>

#include "model_core/base/json.h"
#include "model_core/chat_output.h"
#include "model_core/tokenizer.h"

namespace model_core {

// `schema` with white space only after commas and colons, as models write JSON: where it is free,
// some write blanks without end. A schema that says how itself ("x-guidance") stays as it is.
base::Json WithoutFreeSpace(base::Json schema);

// Lark, as llguidance reads it: one call of one of `tools` (a list as by CheckTools), or of the one
// that `name` names, with arguments by its "parameters". Markers are tokens where the tokenizer has
// them. InvalidArgument: no such tool, or a keyword of its schema that cannot be honoured in the
// arguments; the message names it. Keywords inside of JSON are judged when the grammar is made.
absl::StatusOr<std::string> CallGrammar(const Tokenizer& tokenizer, const ChatFormat& format,
                                        const base::Json& tools, std::string_view name);

}  // namespace model_core
