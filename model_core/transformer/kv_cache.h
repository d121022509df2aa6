// KvCache: keys and values of one sequence's past tokens, one store a layer. A window layer keeps
// only its ring: the window and one prefill chunk, so that a chunk's first token still sees all of
// its window. Latent attention keeps one row a token, whose first part is also the value. Not
// thread-safe.
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "model_core/transformer/config.h"

namespace model_core {

inline constexpr size_t kPrefillTokensMax = 64;  // tokens of one forward pass

class KvCache {
 public:
  explicit KvCache(const ModelConfig& config)
      : key_row_(config.kept_heads() * config.key_width()),
        value_row_(config.is_latent() ? 0 : config.kept_heads() * config.value_width()) {
    for (const LayerConfig& layer : config.layers) {
      layers_.push_back({layer.window == 0 ? 0 : layer.window + kPrefillTokensMax - 1, {}, {}});
    }
  }

  size_t tokens() const { return tokens_; }
  void Clear() { tokens_ = 0; }
  void Commit(size_t count) { tokens_ += count; }

  // Room for `tokens` in all, before they are written. The only place that allocates.
  void Reserve(size_t tokens) {
    for (Layer& layer : layers_) {
      const size_t rows = layer.ring == 0 ? tokens : std::min(layer.ring, tokens);
      if (layer.keys.size() < rows * key_row_) layer.keys.resize(rows * key_row_);
      if (layer.values.size() < rows * value_row_) layer.values.resize(rows * value_row_);
    }
  }
  // Bytes that Reserve(tokens) would hold.
  size_t BytesFor(size_t tokens) const {
    size_t rows = 0;
    for (const Layer& layer : layers_)
      rows += layer.ring == 0 ? tokens : std::min(layer.ring, tokens);
    return rows * (key_row_ + value_row_) * sizeof(float);
  }

  float* Key(size_t layer, size_t position) {
    return layers_[layer].keys.data() + Row(layer, position) * key_row_;
  }
  float* Value(size_t layer, size_t position) {
    return layers_[layer].values.data() + Row(layer, position) * value_row_;
  }

  // Positions first … last as stretches that lie one after the other in memory; the second may be
  // empty.
  struct Stretch {
    size_t count;
    const float* keys;    // rows key_row() apart
    const float* values;  // rows value_stride() apart
  };
  std::array<Stretch, 2> Stretches(size_t layer, size_t first, size_t last) const {
    const Layer& store = layers_[layer];
    const size_t begin = Row(layer, first), count = last + 1 - first;
    const size_t before_wrap = store.ring == 0 ? count : std::min(count, store.ring - begin);
    return {At(store, begin, before_wrap), At(store, 0, count - before_wrap)};
  }
  size_t key_row() const { return key_row_; }
  size_t value_stride() const { return value_row_ == 0 ? key_row_ : value_row_; }

 private:
  struct Layer {
    size_t ring;                      // rows kept; 0: all
    std::vector<float> keys, values;  // [rows, kept heads, width]
  };
  size_t Row(size_t layer, size_t position) const {
    return layers_[layer].ring == 0 ? position : position % layers_[layer].ring;
  }
  Stretch At(const Layer& layer, size_t row, size_t count) const {
    const float* keys = layer.keys.data() + row * key_row_;
    return {count, keys, value_row_ == 0 ? keys : layer.values.data() + row * value_row_};
  }

  const size_t key_row_, value_row_;
  size_t tokens_ = 0;
  std::vector<Layer> layers_;
};

}  // namespace model_core
