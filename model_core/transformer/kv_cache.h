// Keys and values of past tokens, one store a layer. A window layer keeps only its ring: the window and one
// prefill chunk, so that a chunk's first token still sees all of its window.
#pragma once

#include <vector>

#include "model_core/transformer/config.h"

namespace model_core {

inline constexpr size_t kPrefillTokensMax = 64;  // tokens of one forward pass

// Of one sequence; not thread-safe.
class KvCache {
 public:
  explicit KvCache(const ModelConfig& config) : row_(config.kv_heads * config.head_dim) {
    for (const LayerConfig& layer : config.layers) {
      layers_.push_back({layer.window == 0 ? 0 : layer.window + kPrefillTokensMax, {}, {}});
    }
  }

  size_t tokens() const { return tokens_; }

  // Room for `count` more tokens; call once a pass, then write their rows, then Commit.
  void Reserve(size_t count) {
    for (Layer& layer : layers_) {
      const size_t rows = layer.ring == 0 ? tokens_ + count : std::min(layer.ring, tokens_ + count);
      if (layer.keys.size() < rows * row_) {
        layer.keys.resize(rows * row_);
        layer.values.resize(rows * row_);
      }
    }
  }
  void Commit(size_t count) { tokens_ += count; }

  float* Key(size_t layer, size_t position) { return layers_[layer].keys.data() + Row(layer, position) * row_; }
  float* Value(size_t layer, size_t position) { return layers_[layer].values.data() + Row(layer, position) * row_; }

 private:
  struct Layer {
    size_t ring;  // rows kept; 0: all
    std::vector<float> keys, values;  // [rows, kv_heads, head_dim]
  };
  size_t Row(size_t layer, size_t position) const {
    return layers_[layer].ring == 0 ? position : position % layers_[layer].ring;
  }

  const size_t row_;
  size_t tokens_ = 0;
  std::vector<Layer> layers_;
};

}  // namespace model_core
