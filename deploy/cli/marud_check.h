// The marud that lies beside this program, asked what it would say of a configuration: it has what
// connectors need, and maru does without.
#pragma once

#include <string>

#include "model_core/base/status.h"

namespace deploy::cli {

// Its path; empty: there is none.
std::string MarudBesideProgram();

// Whether `marud` would start on `home` with `file` (empty: the one there, or defaults); its
// refusal else. What it writes to the standard error goes to this program's. Internal: it did not
// say.
absl::Status AskMarud(const std::string& marud, const std::string& home, const std::string& file);

}  // namespace deploy::cli
