// Inventory: every tensor that a config asks for, by its published name, and what it is for. From
// it weights are made up, and bytes and operations counted.
#pragma once

#include <string>
#include <vector>

#include "model_core/transformer/config.h"

namespace model_core {

enum class Part {
  kEmbedding,  // a row a token
  kHead,       // the output matrix; with a tied head the embedding once more
  kAttention,
  kKeyValue,  // latent attention's kv_b, kept by head in the absorbed form
  kDenseIn,   // gate and up of a layer without experts
  kDenseOut,  // down
  kShared,    // the expert that every token passes
  kExpert,    // one of those that the router chooses from
  kRouter,    // kept as f32
  kNorm,      // a vector, as the next one
  kBias,
};

struct ModelTensor {
  std::string name;
  size_t rows;
  size_t cols;  // 0: a vector of `rows`
  Part part;
};

std::vector<ModelTensor> ListTensors(const ModelConfig& config);

}  // namespace model_core
