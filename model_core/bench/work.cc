#include "model_core/bench/work.h"

#include <algorithm>

#include "model_core/tensor/packed.h"
#include "model_core/transformer/load_options.h"

namespace model_core {
namespace {

Dtype DtypeOf(Precision precision, Dtype stored) {
  return precision == Precision::kStored ? stored
         : precision == Precision::kQ8   ? Dtype::kQ8
                                         : Dtype::kQ4;
}

// As LayerBinder keeps it.
Precision PrecisionOf(Part part, Precision precision, bool has_experts) {
  const bool coarse = part == Part::kExpert || (part == Part::kDenseIn && !has_experts);
  return coarse ? precision : FinePrecision(precision);
}

size_t MatrixBytes(Dtype dtype, size_t rows, size_t cols) {
  if (IsPacked(dtype)) return PackedBytes(dtype, rows, cols);
  return rows * cols * (dtype == Dtype::kF32 ? sizeof(float) : sizeof(uint16_t));
}

}  // namespace

Work& Work::operator+=(const Work& other) {
  bytes += other.bytes;
  weight_ops += other.weight_ops;
  attention_ops += other.attention_ops;
  return *this;
}

Work& Work::operator-=(const Work& other) {
  bytes -= other.bytes;
  weight_ops -= other.weight_ops;
  attention_ops -= other.attention_ops;
  return *this;
}

WorkFormula::WorkFormula(const ModelConfig& config, Precision precision, Dtype stored, Dtype kept)
    : config_(config), precision_(precision), stored_(stored), layout_(config, kept) {
  const RouterConfig& router = config.router;
  for (const ModelTensor& tensor : ListTensors(config)) {
    if (tensor.cols == 0) continue;
    const size_t kept = KeptBytes(tensor);
    const bool twice =
        tensor.part == Part::kHead && config.tied_head && precision == Precision::kStored;
    kept_bytes_ += twice ? 0 : kept;
    const bool anew = tensor.part == Part::kRouter || tensor.part == Part::kKeyValue ||
                      (precision != Precision::kStored && tensor.part != Part::kEmbedding);
    anew_bytes_ += anew ? kept : 0;
    const auto bytes = static_cast<double>(kept);
    const double ops = 2.0 * static_cast<double>(tensor.rows * tensor.cols);
    if (tensor.part == Part::kEmbedding) continue;
    if (tensor.part == Part::kHead) {
      head_bytes_ += bytes;
      head_ops_ += ops;
    } else if (tensor.part == Part::kExpert) {
      expert_bytes_ += bytes;
      body_ops_ +=
          ops * static_cast<double>(router.per_token) / static_cast<double>(router.experts);
    } else {
      body_bytes_ += bytes;
      body_ops_ += ops;
    }
  }
}

size_t WorkFormula::KeptBytes(const ModelTensor& tensor) const {
  const size_t rows = tensor.rows, cols = tensor.cols;
  if (tensor.part == Part::kRouter) return MatrixBytes(Dtype::kF32, rows, cols);
  if (tensor.part == Part::kEmbedding) return MatrixBytes(stored_, rows, cols);
  const Precision precision = PrecisionOf(tensor.part, precision_, config_.router.experts > 0);
  if (tensor.part != Part::kKeyValue) return MatrixBytes(DtypeOf(precision, stored_), rows, cols);
  const LatentConfig& latent = config_.latent;
  const Dtype dtype = DtypeOf(precision, Dtype::kF32);  // made anew, never as stored
  return config_.heads * (MatrixBytes(dtype, latent.rank, latent.nope) +
                          MatrixBytes(dtype, latent.value, latent.rank));
}

Work WorkFormula::Of(size_t past, size_t count, size_t scores) const {
  const RouterConfig& router = config_.router;
  Work work;
  work.bytes = body_bytes_ + (scores > 0 ? head_bytes_ : 0);
  if (router.experts > 0) {
    const size_t chosen = std::min(router.experts, count * router.per_token);
    work.bytes += expert_bytes_ * static_cast<double>(chosen) / static_cast<double>(router.experts);
  }
  work.weight_ops =
      body_ops_ * static_cast<double>(count) + head_ops_ * static_cast<double>(scores);
  const auto token_bytes = static_cast<double>(layout_.page_bytes() / kPageTokens);
  const auto token_ops =
      2.0 * static_cast<double>(config_.heads * (config_.key_width() + config_.value_width()));
  for (const LayerConfig& layer : config_.layers) {
    const size_t window = layer.window == 0 ? past + count : layer.window;
    work.bytes += token_bytes * static_cast<double>(std::min(past, window - 1));
    size_t seen = 0;
    for (size_t t = past; t < past + count; ++t) seen += std::min(t + 1, window);
    work.attention_ops += token_ops * static_cast<double>(seen);
  }
  return work;
}

}  // namespace model_core
