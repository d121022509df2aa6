// A narrow model with K-EXAONE's order of layers: three that see a window before one that sees all.
#pragma once

#include "model_core/transformer/config.h"

namespace model_core {

inline ModelConfig NarrowHybrid(size_t layers, size_t window_tokens) {
  ModelConfig config;
  config.family = "exaone4";
  config.vocabulary = 64;
  config.hidden = 32;
  config.heads = 1;
  config.kv_heads = 1;
  config.head_dim = 16;
  config.ffn = 32;
  config.ropes.resize(1);
  config.ropes[0].dimensions = 16;
  config.layers.resize(layers);
  for (size_t i = 0; i < layers; ++i) {
    if (i % 4 == 3) continue;
    config.layers[i].window = window_tokens;
    config.layers[i].rope = 0;
  }
  return config;
}

}  // namespace model_core
