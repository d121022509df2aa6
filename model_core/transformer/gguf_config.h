// The metadata of a GGUF file in the terms of config.json.
#pragma once

#include "model_core/base/json.h"
#include "model_core/weights/weight_files.h"

namespace model_core {

// What ParseModelConfig takes, of the file with the metadata and all of the model's tensors. Read
// are the architectures of llama.cpp for EXAONE 4, K-EXAONE and Solar Open; another one is
// Unimplemented. InvalidArgument names a key of the architecture that is missing, of the wrong
// kind, or not understood.
absl::StatusOr<base::Json> GgufConfig(const GgufFile& file, const WeightFiles& weights);

}  // namespace model_core
