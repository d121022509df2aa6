// How many parameters a config describes or files hold: all, and those that one token passes.
#pragma once

#include "model_core/transformer/config.h"
#include "model_core/weights/weight_files.h"

namespace model_core {

struct ParameterCount {
  size_t total = 0;
  size_t active = 0;
};
// Draft heads and vision towers are not counted; a selection bias is, where the family has one.
ParameterCount CountParameters(const ModelConfig& config);

// Of what `files` hold of a model of `config`: published files may lack a selection bias or hold a
// norm that no layer uses.
ParameterCount CountStoredParameters(const ModelConfig& config, const WeightFiles& files);

// Of the draft head; 0: the family has none. Whether weights carry it they alone say.
ParameterCount CountDraftParameters(const ModelConfig& config);

}  // namespace model_core
