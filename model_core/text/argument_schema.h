// What a tool's schema says of one argument, for formats in which strings stand as they are and
// everything else as JSON.
#pragma once

#include <string>

#include "model_core/base/json.h"

namespace model_core {

inline constexpr int kSchemaDepthMax = 32;  // of references and choices within one another

// The schema of the argument `key`, with the definitions that it may refer to; `schema` is that of
// all arguments. Null: it does not speak of `key`.
base::Json ArgumentSchema(const base::Json& schema, const std::string& key);

// What "$ref": `reference` means in `root`, or null.
const base::Json* Referred(const base::Json& root, const std::string& reference);

// Whether some string may obey `schema`, a part of `root`; and whether something else may.
bool AllowsStrings(const base::Json& schema, const base::Json& root);
bool AllowsOthers(const base::Json& schema, const base::Json& root);

}  // namespace model_core
