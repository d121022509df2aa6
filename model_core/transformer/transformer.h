// Transformer: the forward pass of every family, driven by its ModelConfig. Immutable once loaded; thread-safe,
// with one KvCache and one Scratch a sequence.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model_core/kernels/kernels.h"
#include "model_core/transformer/kv_cache.h"
#include "model_core/weights/safetensors.h"

namespace model_core {

struct FeedForward {
  WeightMatrix gate, up, down;  // [ffn, hidden], [ffn, hidden], [hidden, ffn]
};

struct Layer {
  const float* input_norm;   // [hidden]
  const float* ffn_norm;     // [hidden]
  WeightMatrix q, k, v, o;   // [heads·head_dim, hidden], [kv_heads·head_dim, hidden] twice, [hidden, heads·head_dim]
  const float* q_norm;       // [head_dim]
  const float* k_norm;       // [head_dim]
  FeedForward dense;         // of a dense layer
  std::vector<float> router;       // [experts, hidden], f32 whatever the file holds
  std::vector<float> router_bias;  // [experts]; empty: none
  std::vector<FeedForward> experts;
  FeedForward shared;
};

// What a look inside sees, for parity tests. Filled per call; vectors grow.
struct Trace {
  std::vector<std::vector<float>> hidden;        // after the embedding, each layer, and the final norm: [tokens, hidden]
  std::vector<std::vector<int32_t>> experts;     // by layer: [tokens, k], ascending
  std::vector<std::vector<float>> expert_weights;
};

class Transformer {
 public:
  // Refused: a config that cannot be honoured, a missing tensor or one of another shape or dtype, by name.
  static absl::StatusOr<std::unique_ptr<Transformer>> Load(const std::string& directory, const Kernels& kernels);

  const ModelConfig& config() const { return config_; }
  const std::string& weights_sha256() const { return weights_sha256_; }

  // Runs `tokens` (at most kPrefillTokensMax) after what the cache holds; `logits` gets one row for each of the
  // last `rows`: [rows, vocabulary].
  void Forward(std::span<const int32_t> tokens, KvCache& cache, size_t rows, std::vector<float>& logits,
               Trace* trace = nullptr) const;

 private:
  struct Pass;
  Transformer(ModelConfig config, WeightFiles weights, const Kernels& kernels)
      : config_(std::move(config)), weights_(std::move(weights)), kernels_(kernels) {}
  absl::Status Bind();
  absl::Status BindLayer(size_t index);
  absl::StatusOr<WeightMatrix> Matrix(const std::string& name, size_t rows, size_t cols);
  absl::StatusOr<const float*> Vector(const std::string& name, size_t size);
  absl::StatusOr<FeedForward> Bound(const std::string& prefix, size_t ffn);
  absl::Status BindRouter(const std::string& prefix, Layer& layer);

  void Attention(Pass& pass, size_t index) const;
  void Ffn(Pass& pass, const Layer& layer, size_t index) const;
  void RunFfn(const FeedForward& ffn, const float* x, size_t count, float* out, Pass& pass) const;
  void Experts(Pass& pass, const Layer& layer, size_t index) const;
  void Normalise(const float* x, const float* weight, size_t size, float* out) const;
  void Rotate(float* head, size_t position) const;

  const ModelConfig config_;
  const WeightFiles weights_;
  const Kernels& kernels_;
  std::string weights_sha256_;
  std::vector<std::unique_ptr<std::vector<float>>> owned_;  // vectors widened from bf16
  WeightMatrix embedding_, head_;
  const float* final_norm_ = nullptr;
  std::vector<double> inverse_frequencies_;  // [head_dim / 2]
  std::vector<Layer> layers_;
};

}  // namespace model_core
