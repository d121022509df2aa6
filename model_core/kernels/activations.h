// Activations as small integers, made anew for what is multiplied by packed matrices: for each
// token and group of 32 columns x ≈ scale · value, value in -127 … 127. Integer dot products are
// exact, so that only the few float operations of packed_tiles.h have an order, and every variant
// keeps it.
#pragma once

#include <algorithm>

#include "model_core/kernels/cache_use.h"
#include "model_core/kernels/kernels.h"

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

// Kernels::project of packed matrices: quantises, then multiplies by one after the other, some
// tokens at a time.
template <auto kQuantise, auto kMultiply>
void ProjectPacked(std::span<const Projection> projections, const float* x, size_t m) {
  const size_t cols = projections.front().w.cols, step = TokensAtOnce(Groups(cols) * kGroup);
  for (size_t t = 0; t < m; t += step) {
    const Activations a = ActivationRoom(std::min(step, m - t), cols);
    kQuantise(x + t * cols, a);
    for (const Projection& each : projections)
      kMultiply(each.out + t * each.out_stride, each.out_stride, a, each.w);
  }
}

}  // namespace model_core
