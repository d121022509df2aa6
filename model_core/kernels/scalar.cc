#include <algorithm>
#include <cmath>
#include <cstring>

#include "model_core/kernels/kernels.h"

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
  const size_t at = row * w.cols + col;
  return w.dtype == Dtype::kF32 ? static_cast<const float*>(w.data)[at]
                                : FromBf16(static_cast<const uint16_t*>(w.data)[at]);
}

float Dot(const float* a, const float* b, size_t n) {
  float lanes[kLanes] = {};
  for (size_t i = 0; i < n; ++i) lanes[i % kLanes] = std::fma(a[i], b[i], lanes[i % kLanes]);
  return SumLanes(lanes);
}

void Axpy(float* out, float scale, const float* x, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = std::fma(scale, x[i], out[i]);
}

void Matmul(float* out, const float* x, size_t m, const WeightMatrix& w) {
  for (size_t t = 0; t < m; ++t) {
    for (size_t row = 0; row < w.rows; ++row) {
      float lanes[kLanes] = {};
      for (size_t i = 0; i < w.cols; ++i) {
        lanes[i % kLanes] = std::fma(Weight(w, row, i), x[t * w.cols + i], lanes[i % kLanes]);
      }
      out[t * w.rows + row] = SumLanes(lanes);
    }
  }
}

}  // namespace

const Kernels& ScalarKernels() {
  static constexpr Kernels kTable = {"scalar", &Matmul, &Dot, &Axpy};
  return kTable;
}

// 2^k · p(r) with x = k·ln 2 + r; p is the Taylor polynomial of degree 7 on |r| ≤ ln 2 / 2.
float Exp(float x) {
  if (x < -87.0f) return 0.0f;
  x = std::min(x, 88.0f);
  const float k = std::floor(x * 1.44269504f + 0.5f);
  const float r = (x - k * 0.693359375f) - k * -2.12194440e-4f;
  float p = 1.98412698e-4f;
  p = p * r + 1.38888889e-3f;
  p = p * r + 8.33333333e-3f;
  p = p * r + 4.16666667e-2f;
  p = p * r + 1.66666667e-1f;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  const uint32_t bits = static_cast<uint32_t>(static_cast<int32_t>(k) + 127) << 23;
  float power;
  std::memcpy(&power, &bits, sizeof(power));
  return p * power;
}

}  // namespace model_core
