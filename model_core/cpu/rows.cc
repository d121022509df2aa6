// Operations on whole rows: embedding, norms, products, sums.
#include <algorithm>

#include "model_core/cpu/cpu_operations.h"
#include "model_core/cpu/row_norm.h"

namespace model_core {

void CpuOperations::Begin(const Lane&, const PassTable&) const {}

// Whoever runs the team waits for its members.
void CpuOperations::Finish(const Lane&) const {}

void CpuOperations::Embed(const Lane& lane, const Embedding& of) const {
  const size_t hidden = of.weights.cols;
  const Share share = lane.Of(of.table->tokens.size());
  for (size_t t = share.begin; t < share.end; ++t) {
    const PassToken& token = of.table->tokens[t];
    const WeightMatrix stored = of.weights.Rows(static_cast<size_t>(token.id), 1);
    const bool bf16 = token.input == nullptr && stored.dtype == Dtype::kBf16;
    const void* row = token.input == nullptr ? stored.data : token.input;
    for (size_t i = 0; i < hidden; ++i) {
      const float value =
          bf16 ? FromBf16(static_cast<const uint16_t*>(row)[i]) : static_cast<const float*>(row)[i];
      of.out[t * hidden + i] = value * of.scale;
    }
  }
}

void CpuOperations::MakeTurns(const Lane& lane, const Turns& of) const {
  const size_t pairs = of.frequencies.size();
  const Share share = lane.Of(of.table->tokens.size());
  for (size_t t = share.begin; t < share.end; ++t) {
    const auto position = static_cast<double>(of.table->tokens[t].position);
    for (size_t i = 0; i < pairs; ++i) {
      const SinCos turn = ExactSinCos(position * of.frequencies[i]);
      of.sine[t * pairs + i] = static_cast<float>(turn.sin * of.amplitude);
      of.cosine[t * pairs + i] = static_cast<float>(turn.cos * of.amplitude);
    }
  }
}

void CpuOperations::Normalise(const Lane& lane, const Norm& of) const {
  const Share share = lane.Of(of.rows);
  for (size_t r = share.begin; r < share.end; ++r) {
    const float* x = of.x + r * of.size;
    float* out = of.out + r * of.size;
    if (of.weight == nullptr) {
      std::copy_n(x, of.size, out);
    } else {
      NormRow(kernels_, x, of.weight, of.size, of.epsilon, out);
    }
  }
}

void CpuOperations::Join(const Lane& lane, const Joining& of) const {
  const Share share = lane.Of(of.table->tokens.size());
  for (size_t t = share.begin; t < share.end; ++t) {
    float* both = of.out + t * 2 * of.size;
    NormRow(kernels_, of.h + t * of.size, of.h_norm, of.size, of.epsilon, both);
    NormRow(kernels_, of.table->tokens[t].beside, of.beside_norm, of.size, of.epsilon,
            both + of.size);
  }
}

void CpuOperations::Multiply(const Lane& lane, const Product& of) const {
  const Share share = lane.Of(of.w.rows, kRowUnit);
  if (share.size() == 0) return;
  const Share then = lane.Of(of.next.rows, kRowUnit);
  kernels_.matmul(of.out + share.begin, of.w.rows, of.x, of.tokens,
                  Before(of.w.Rows(share.begin, share.size()), of.next.Rows(then.begin, 0).data));
}

// Without a norm each member adds the columns that it made.
void CpuOperations::Add(const Lane& lane, const Addition& of) const {
  const size_t size = of.size;
  if (of.norm != nullptr) {
    lane.Wait();
    const Share share = lane.Of(of.tokens);
    for (size_t t = share.begin; t < share.end; ++t) {
      float* out = of.out + t * size;
      NormRow(kernels_, out, of.norm, size, of.epsilon, out);
      for (size_t i = 0; i < size; ++i) of.h[t * size + i] += out[i] * of.scale;
    }
    return;
  }
  const Share share = lane.Of(size, kRowUnit);
  for (size_t t = 0; t < of.tokens; ++t) {
    for (size_t i = t * size + share.begin; i < t * size + share.end; ++i)
      of.h[i] += of.out[i] * of.scale;
  }
}

}  // namespace model_core
