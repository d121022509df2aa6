#include <cmath>

#include "model_core/kernels/variants.h"

namespace model_core {
namespace {

constexpr size_t kLanes = 16;

size_t WholeLanes(size_t n) { return (n + kLanes - 1) / kLanes * kLanes; }

float SumLanes(float* lanes) {
  for (size_t half = kLanes / 2; half > 0; half /= 2) {
    for (size_t l = 0; l < half; ++l) lanes[l] += lanes[l + half];
  }
  return lanes[0];
}

// 0 beyond the row, as in the tail of every other variant: an addition of 0 turns a lane's -0 into
// 0.
float Weight(const WeightMatrix& w, size_t row, size_t col) {
  if (col >= w.cols) return 0;
  const void* data = w.Rows(row, 1).data;
  if (w.dtype == Dtype::kBf16) return FromBf16(static_cast<const uint16_t*>(data)[col]);
  return KeptValue(data, w.dtype, col);
}

void Matmul(float* out, size_t out_stride, const float* x, size_t m, const WeightMatrix& w) {
  if (IsPacked(w.dtype)) {
    const Projection one{out, out_stride, w};
    return ProjectPackedScalar({&one, 1}, x, m);
  }
  for (size_t t = 0; t < m; ++t) {
    for (size_t row = 0; row < w.rows; ++row) {
      float lanes[kLanes] = {};
      for (size_t i = 0; i < WholeLanes(w.cols); ++i) {
        const float value = i < w.cols ? x[t * w.cols + i] : 0;
        lanes[i % kLanes] = std::fma(Weight(w, row, i), value, lanes[i % kLanes]);
      }
      out[t * out_stride + row] = SumLanes(lanes);
    }
  }
}

float Dot(const float* a, const float* b, size_t n) {
  float lanes[kLanes] = {};
  for (size_t i = 0; i < WholeLanes(n); ++i) {
    float& lane = lanes[i % kLanes];
    lane = i < n ? std::fma(a[i], b[i], lane) : std::fma(0.0F, 0.0F, lane);
  }
  return SumLanes(lanes);
}

void Accumulate(float* out, size_t out_stride, const float* weights, size_t weight_stride, size_t m,
                const WeightMatrix& rows) {
  for (size_t t = 0; t < m; ++t) {
    for (size_t j = 0; j < rows.rows; ++j) {
      for (size_t i = 0; i < rows.cols; ++i) {
        float& sum = out[t * out_stride + i];
        sum = std::fma(weights[t * weight_stride + j], Weight(rows, j, i), sum);
      }
    }
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
  static constexpr Kernels kTable = {
      "scalar",    &Matmul, &Project<&Matmul, &ProjectPackedScalar>, &Dot, &Accumulate, &KeepScalar,
      &ExpShifted, &SiluMul};
  return kTable;
}

}  // namespace model_core
