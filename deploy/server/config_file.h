// A configuration file laid over the defaults.
#pragma once

#include <string>

#include "deploy/server/config_schema.h"
#include "model_core/base/status.h"

namespace deploy {

// Puts what the file at `path` says into `entries`. InvalidArgument names file, line and key: see
// Config::Load. NotFound: no such file.
absl::Status LayConfigFile(const std::string& path, ConfigEntries& entries);

// "PATH:LINE: 'KEY'" and what follows it, in both languages; without a place where `line` is 0.
absl::Status ConfigError(const std::string& path, int line, std::string_view key,
                         const ConfigFault& fault);

}  // namespace deploy
