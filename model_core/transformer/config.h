// ModelConfig: a model as data, read from config.json. A family is a mapping of its keys; the forward pass knows
// no family.
#pragma once

#include <string>
#include <vector>

#include "model_core/base/json.h"

namespace model_core {

struct LayerConfig {
  size_t window = 0;   // tokens visible, itself included; 0: all before it
  bool rope = true;    // rotary embedding on q and k; without it the layer knows no positions
  bool moe = false;    // mixture of experts instead of one feed-forward
};

struct ModelConfig {
  std::string family;  // model_type
  size_t vocabulary = 0;
  size_t hidden = 0;
  size_t heads = 0;
  size_t kv_heads = 0;
  size_t head_dim = 0;
  size_t ffn = 0;               // width of a dense feed-forward
  size_t context_tokens_max = 0;
  float norm_epsilon = 1e-5F;
  double rope_theta = 1e4;
  bool tied_head = false;       // the output matrix is the embedding

  size_t experts = 0;
  size_t experts_per_token = 0;
  size_t expert_ffn = 0;
  size_t shared_ffn = 0;        // of the expert that every token passes; 0: none
  bool normalise_weights = true;
  float routed_scale = 1;

  int32_t bos = -1;
  std::vector<int32_t> eos;
  std::vector<LayerConfig> layers;
};

// InvalidArgument names a key that is missing, of the wrong kind, or that asks for something this engine does not
// do: a key that changes the result is never ignored. Unimplemented: an unknown model_type.
absl::StatusOr<ModelConfig> ParseModelConfig(const base::Json& json);

}  // namespace model_core
