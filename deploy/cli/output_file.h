// Files that a command leaves behind: their owner's alone, whole or not there.
#pragma once

#include <string>
#include <string_view>

#include "model_core/base/status.h"

namespace deploy::cli {

// Where `path` leads: a link stays, and what it names is written, there or not yet.
// PermissionDenied: a link of somebody else; InvalidArgument: links that lead round and round.
absl::StatusOr<std::string> FollowLinks(const std::string& path);

// Puts `text` there for its owner to read, as base::WriteFile does, links followed.
absl::Status WriteOutputFile(const std::string& path, std::string_view text);

}  // namespace deploy::cli
