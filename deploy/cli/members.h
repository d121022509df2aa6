// Reading JSON whose shape nobody guarantees: files that may have been edited, answers of a newer
// server.
#pragma once

#include <string_view>

#include "model_core/base/json.h"

namespace deploy::cli {

using base::Member;
// A member that is a list; an empty one where it is none.
const base::Json& Items(const base::Json& object, std::string_view key);

}  // namespace deploy::cli
