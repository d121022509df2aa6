// EndTokens: the tokens that end what a model says.
#pragma once

#include <string>
#include <vector>

#include "model_core/transformer/config.h"

namespace model_core {

// eos_token_id of generation_config.json where the folder has one, else of the model's config.
// InvalidArgument: a file that is no JSON object, or an id outside the vocabulary.
absl::StatusOr<std::vector<int32_t>> EndTokens(const std::string& directory,
                                               const ModelConfig& config);

}  // namespace model_core
