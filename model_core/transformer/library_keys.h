// Keys that the library which wrote a config (PyPI transformers: PretrainedConfig and
// GenerationConfig) adds to every one of them, whatever the model.
#pragma once

#include "model_core/transformer/config_reader.h"

namespace model_core {

// Of any config: those that change nothing here are passed over, the others must hold their neutral
// value, also those for generating that older files hold beside the model's own.
void PassLibraryKeys(ConfigReader& reader);

// Of generation: what this engine does not do must hold its neutral value.
void PassGenerationKeys(ConfigReader& reader);

}  // namespace model_core
