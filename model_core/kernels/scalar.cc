#include <cmath>

#include "model_core/kernels/variants.h"

namespace model_core {
namespace {

constexpr size_t kLanes = 16;

float SumLanes(float* lanes) {
  for (size_t half = kLanes / 2; half > 0; half /= 2) {
    for (size_t l = 0; l < half; ++l) lanes[l] += lanes[l + half];
  }
  return lanes[0];
}

float Weight(const WeightMatrix& w, size_t row, size_t col) {
  const size_t at = row * w.stride + col;
  return w.dtype == Dtype::kF32 ? static_cast<const float*>(w.data)[at]
                                : FromBf16(static_cast<const uint16_t*>(w.data)[at]);
}

void Matmul(float* out, size_t out_stride, const float* x, size_t m, const WeightMatrix& w) {
  if (IsPacked(w.dtype)) return PackedMatmulScalar(out, out_stride, x, m, w);
  for (size_t t = 0; t < m; ++t) {
    for (size_t row = 0; row < w.rows; ++row) {
      float lanes[kLanes] = {};
      for (size_t i = 0; i < w.cols; ++i) {
        lanes[i % kLanes] = std::fma(Weight(w, row, i), x[t * w.cols + i], lanes[i % kLanes]);
      }
      out[t * out_stride + row] = SumLanes(lanes);
    }
  }
}

float Dot(const float* a, const float* b, size_t n) {
  float lanes[kLanes] = {};
  for (size_t i = 0; i < n; ++i) lanes[i % kLanes] = std::fma(a[i], b[i], lanes[i % kLanes]);
  return SumLanes(lanes);
}

void Accumulate(float* out, const float* weights, const float* rows, size_t stride, size_t count,
                size_t n) {
  for (size_t j = 0; j < count; ++j) {
    for (size_t i = 0; i < n; ++i) out[i] = std::fma(weights[j], rows[j * stride + i], out[i]);
  }
}

void ExpShifted(float* x, float shift, size_t n) {
  for (size_t i = 0; i < n; ++i) x[i] = Exp(x[i] - shift);
}

void SiluMul(float* gate, const float* up, size_t n) {
  for (size_t i = 0; i < n; ++i) gate[i] = Silu(gate[i]) * up[i];
}

}  // namespace

const Kernels& ScalarKernels() {
  static constexpr Kernels kTable = {"scalar", &Matmul, &Dot, &Accumulate, &ExpShifted, &SiluMul};
  return kTable;
}

}  // namespace model_core
