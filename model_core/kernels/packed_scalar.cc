// The reference of packed products: obvious, never optimised.
#include <cmath>
#include <limits>
#include <vector>

#include "model_core/kernels/variants.h"

namespace model_core {
namespace {

constexpr float kLeast = 0x1p-100F;  // below, 127 / largest could overflow

// The largest |x|; of NaN, infinity and numbers the first that occurs, as their bits are ordered.
float Largest(const float* x, size_t count) {
  uint32_t most = 0;
  for (size_t i = 0; i < count; ++i)
    most = std::max(most, std::bit_cast<uint32_t>(x[i]) & 0x7FFFFFFFU);
  return std::bit_cast<float>(most);
}

void QuantiseGroup(const float* x, size_t count, int8_t* values, ActivationGroup& group) {
  std::fill_n(values, kGroup, int8_t{0});
  group = {0, 0, 0};
  const float largest = Largest(x, count);
  if (!std::isfinite(largest))
    group.scale = group.scaled_sum = std::numeric_limits<float>::quiet_NaN();
  if (!std::isfinite(largest) || largest < kLeast) return;
  const float inverse = 127.0F / largest;
  for (size_t i = 0; i < count; ++i) {
    values[i] = static_cast<int8_t>(std::nearbyint(x[i] * inverse));  // half to even
    group.sum += values[i];
  }
  group.scale = largest / 127.0F;
  group.scaled_sum = group.scale * static_cast<float>(group.sum);
}

void Multiply(float* out, size_t out_stride, const Activations& x, const WeightMatrix& w) {
  for (size_t t = 0; t < x.tokens; ++t) {
    for (size_t row = 0; row < w.rows; ++row) {
      float sum = 0;
      for (size_t g = 0; g < Groups(w.cols); ++g) {
        const uint8_t* block = PackedBlock(w, row, g);
        const int8_t* values = x.Values(g, t);
        const ActivationGroup& group = x.Group(g, t);
        int32_t dot = 0;
        for (size_t c = 0; c < kGroup; ++c)
          dot += PackedInteger(block, w.dtype, row, c) * values[c];
        const float scale = PackedScale(block, w.dtype, 0, row) * group.scale;
        sum = std::fma(static_cast<float>(dot), scale, sum);
        if (w.dtype == Dtype::kQ4)
          sum = std::fma(PackedScale(block, w.dtype, 1, row), group.scaled_sum, sum);
      }
      out[t * out_stride + row] = sum;
    }
  }
}

}  // namespace

Activations ActivationRoom(size_t tokens, size_t cols) {
  thread_local std::vector<int8_t> values;
  thread_local std::vector<ActivationGroup> groups;
  const size_t count = tokens * Groups(cols);
  if (groups.size() < count) {
    values.resize(count * kGroup);
    groups.resize(count);
  }
  return {tokens, cols, values.data(), groups.data()};
}

void QuantiseScalar(const float* x, const Activations& a) {
  for (size_t t = 0; t < a.tokens; ++t) {
    for (size_t g = 0; g < Groups(a.cols); ++g) {
      const size_t first = g * kGroup, count = std::min(kGroup, a.cols - first);
      QuantiseGroup(x + t * a.cols + first, count, a.Values(g, t), a.Group(g, t));
    }
  }
}

void ProjectPackedScalar(std::span<const Projection> projections, const float* x, size_t m) {
  ProjectPacked<&QuantiseScalar, &Multiply>(projections, x, m);
}

}  // namespace model_core
