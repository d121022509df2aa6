// Reading JSON whose shape nobody guarantees: files that may have been edited, answers of a newer
// server.
#pragma once

#include <string_view>

#include "model_core/base/json.h"

namespace deploy::cli {

// The member of an object; null where there is none, or no object.
const base::Json& Member(const base::Json& object, std::string_view key);
// The same for a list; an empty one where it is no list.
const base::Json& Items(const base::Json& object, std::string_view key);

}  // namespace deploy::cli
