// What an engine chooses by a model's shape, where nobody says otherwise. Pure functions.
#pragma once

#include "model_core/transformer/config.h"

namespace model_core {

// As many cores as the model's width keeps busy.
size_t ThreadsFor(const ModelConfig& config);

// Tokens of one forward pass.
size_t PassTokensFor(const RouterConfig& router);

}  // namespace model_core
