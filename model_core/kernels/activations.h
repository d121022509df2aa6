// Activations as small integers, made anew for each product with a packed matrix: for each token
// and group of 32 columns x ≈ scale · value, value in -127 … 127. Integer dot products are exact,
// so that only the few float operations of packed_tiles.h have an order, and every variant keeps
// it.
#pragma once

#include <algorithm>

#include "model_core/kernels/cache_use.h"

namespace model_core {

struct ActivationGroup {
  float scale;       // largest |x| / 127; 0 if all are below 2^-100, NaN if one is not finite
  float scaled_sum;  // scale · sum
  int32_t sum;       // of the group's values
};

struct Activations {
  size_t tokens, cols;
  int8_t* values;           // [groups, tokens, 32]; those beyond cols are 0
  ActivationGroup* groups;  // [groups, tokens]

  int8_t* Values(size_t group, size_t token) const {
    return values + (group * tokens + token) * kGroup;
  }
  ActivationGroup& Group(size_t group, size_t token) const {
    return groups[group * tokens + token];
  }
};

// The calling thread's room for them, until its next call. Allocates only when a thread meets a
// larger product than before.
Activations ActivationRoom(size_t tokens, size_t cols);

// x is [a.tokens, a.cols]. Two forms with the same bits; the second needs AVX2.
void QuantiseScalar(const float* x, const Activations& a);
void QuantiseAvx2(const float* x, const Activations& a);

// The product of f32 activations and a packed matrix, as Kernels::matmul: quantises, then
// multiplies, some tokens at a time.
template <auto kQuantise, auto kMultiply>
void PackedMatmul(float* out, size_t out_stride, const float* x, size_t m, const WeightMatrix& w) {
  const size_t step = TokensAtOnce(Groups(w.cols) * kGroup);
  for (size_t t = 0; t < m; t += step) {
    const Activations a = ActivationRoom(std::min(step, m - t), w.cols);
    kQuantise(x + t * w.cols, a);
    kMultiply(out + t * out_stride, out_stride, a, w);
  }
}

}  // namespace model_core
