// Where a model's config comes from: config.json of a published folder, or a GGUF file's metadata.
#pragma once

#include <string>

#include "model_core/base/json.h"

namespace model_core {

struct ConfigSource {
  base::Json json;   // as config.json says it
  std::string text;  // of config.json; empty: the config is part of the weight files
};

// `path`: a folder, or a GGUF file. Errors as base::ReadJsonFile. A damaged GGUF file is refused
// as by WeightFiles and GgufConfig.
absl::StatusOr<ConfigSource> ReadConfig(const std::string& path);

}  // namespace model_core
