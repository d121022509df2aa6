// Files that `maru` writes.
#pragma once

#include <string>
#include <string_view>

#include "model_core/base/status.h"

namespace deploy::cli {

// Writes all of `text`, or leaves what was there: to a temporary file beside it that then takes its
// place. `secret`: readable by the owner alone. Errors name the file.
absl::Status WriteFile(const std::string& path, std::string_view text, bool secret = false);

}  // namespace deploy::cli
