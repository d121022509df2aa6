// AVX2 with FMA: the 16 lanes are two registers.
#include <immintrin.h>

#include <cmath>

#include "model_core/kernels/variants.h"

#pragma GCC push_options
#pragma GCC target("avx2,fma")

namespace model_core {
namespace {

struct Lanes {
  __m256 low, high;
};

float SumLanes(const Lanes& v) {
  const __m256 eight = _mm256_add_ps(v.low, v.high);
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

// 16 floats from `x`, those from `left` on as zeros.
Lanes Load(const float* x, size_t left) {
  if (left >= 16) return {_mm256_loadu_ps(x), _mm256_loadu_ps(x + 8)};
  alignas(32) float padded[16] = {};
  for (size_t i = 0; i < left; ++i) padded[i] = x[i];
  return {_mm256_load_ps(padded), _mm256_load_ps(padded + 8)};
}

__m256 Widen(const uint16_t* from) {
  const __m128i half = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(half), 16));
}

Lanes LoadBf16(const uint16_t* x, size_t left) {
  alignas(32) uint16_t padded[16] = {};
  const uint16_t* source = x;
  if (left < 16) {
    for (size_t i = 0; i < left; ++i) padded[i] = x[i];
    source = padded;
  }
  return {Widen(source), Widen(source + 8)};
}

void Add(Lanes& sum, const Lanes& a, const Lanes& b) {
  sum.low = _mm256_fmadd_ps(a.low, b.low, sum.low);
  sum.high = _mm256_fmadd_ps(a.high, b.high, sum.high);
}

template <Dtype dtype>
float RowDot(const WeightMatrix& w, size_t row, const float* x) {
  Lanes sum = {_mm256_setzero_ps(), _mm256_setzero_ps()};
  for (size_t i = 0; i < w.cols; i += 16) {
    const size_t at = row * w.cols + i;
    if constexpr (dtype == Dtype::kF32) {
      Add(sum, Load(static_cast<const float*>(w.data) + at, w.cols - i), Load(x + i, w.cols - i));
    } else {
      Add(sum, LoadBf16(static_cast<const uint16_t*>(w.data) + at, w.cols - i), Load(x + i, w.cols - i));
    }
  }
  return SumLanes(sum);
}

void Matmul(float* out, const float* x, size_t m, const WeightMatrix& w) {
  for (size_t row = 0; row < w.rows; ++row) {
    for (size_t t = 0; t < m; ++t) {
      out[t * w.rows + row] = w.dtype == Dtype::kF32 ? RowDot<Dtype::kF32>(w, row, x + t * w.cols)
                                                     : RowDot<Dtype::kBf16>(w, row, x + t * w.cols);
    }
  }
}

float Dot(const float* a, const float* b, size_t n) {
  Lanes sum = {_mm256_setzero_ps(), _mm256_setzero_ps()};
  for (size_t i = 0; i < n; i += 16) Add(sum, Load(a + i, n - i), Load(b + i, n - i));
  return SumLanes(sum);
}

void Axpy(float* out, float scale, const float* x, size_t n) {
  const __m256 s = _mm256_set1_ps(scale);
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    _mm256_storeu_ps(out + i, _mm256_fmadd_ps(s, _mm256_loadu_ps(x + i), _mm256_loadu_ps(out + i)));
  }
  for (; i < n; ++i) out[i] = std::fma(scale, x[i], out[i]);
}

}  // namespace

const Kernels& Avx2Kernels() {
  static constexpr Kernels kTable = {"avx2", &Matmul, &Dot, &Axpy};
  return kTable;
}

}  // namespace model_core

#pragma GCC pop_options
