// AVX-512: one register is the 16 lanes. Tiles of 4 rows × 4 tokens keep 16 sums in registers.
#include <immintrin.h>

#include "model_core/kernels/variants.h"

#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,fma")

namespace model_core {
namespace {

float SumLanes(__m512 v) {
  const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

__mmask16 TailMask(size_t left) { return static_cast<__mmask16>(left >= 16 ? 0xFFFF : (1U << left) - 1); }

template <Dtype dtype>
__m512 LoadWeights(const WeightMatrix& w, size_t at, __mmask16 mask) {
  if constexpr (dtype == Dtype::kF32) {
    return _mm512_maskz_loadu_ps(mask, static_cast<const float*>(w.data) + at);
  } else {
    const __m256i half = _mm256_maskz_loadu_epi16(mask, static_cast<const uint16_t*>(w.data) + at);
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(half), 16));
  }
}

template <Dtype dtype, int kRows, int kTokens>
void Tile(float* out, const float* x, const WeightMatrix& w, size_t row) {
  __m512 sums[kRows][kTokens];
  for (auto& line : sums) {
    for (__m512& sum : line) sum = _mm512_setzero_ps();
  }
  for (size_t i = 0; i < w.cols; i += 16) {
    const __mmask16 mask = TailMask(w.cols - i);
    __m512 tokens[kTokens];
    for (int t = 0; t < kTokens; ++t) tokens[t] = _mm512_maskz_loadu_ps(mask, x + t * w.cols + i);
    for (int r = 0; r < kRows; ++r) {
      const __m512 weights = LoadWeights<dtype>(w, (row + r) * w.cols + i, mask);
      for (int t = 0; t < kTokens; ++t) sums[r][t] = _mm512_fmadd_ps(weights, tokens[t], sums[r][t]);
    }
  }
  for (int r = 0; r < kRows; ++r) {
    for (int t = 0; t < kTokens; ++t) out[t * w.rows + row + r] = SumLanes(sums[r][t]);
  }
}

template <Dtype dtype, int kTokens>
void Rows(float* out, const float* x, const WeightMatrix& w) {
  size_t row = 0;
  for (; row + 4 <= w.rows; row += 4) Tile<dtype, 4, kTokens>(out, x, w, row);
  for (; row < w.rows; ++row) Tile<dtype, 1, kTokens>(out, x, w, row);
}

template <Dtype dtype>
void MatmulOf(float* out, const float* x, size_t m, const WeightMatrix& w) {
  size_t t = 0;
  for (; t + 4 <= m; t += 4) Rows<dtype, 4>(out + t * w.rows, x + t * w.cols, w);
  for (; t < m; ++t) Rows<dtype, 1>(out + t * w.rows, x + t * w.cols, w);
}

void Matmul(float* out, const float* x, size_t m, const WeightMatrix& w) {
  w.dtype == Dtype::kF32 ? MatmulOf<Dtype::kF32>(out, x, m, w) : MatmulOf<Dtype::kBf16>(out, x, m, w);
}

float Dot(const float* a, const float* b, size_t n) {
  __m512 sum = _mm512_setzero_ps();
  for (size_t i = 0; i < n; i += 16) {
    const __mmask16 mask = TailMask(n - i);
    sum = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(mask, a + i), _mm512_maskz_loadu_ps(mask, b + i), sum);
  }
  return SumLanes(sum);
}

void Axpy(float* out, float scale, const float* x, size_t n) {
  const __m512 s = _mm512_set1_ps(scale);
  for (size_t i = 0; i < n; i += 16) {
    const __mmask16 mask = TailMask(n - i);
    const __m512 sum = _mm512_fmadd_ps(s, _mm512_maskz_loadu_ps(mask, x + i), _mm512_maskz_loadu_ps(mask, out + i));
    _mm512_mask_storeu_ps(out + i, mask, sum);
  }
}

}  // namespace

const Kernels& Avx512Kernels() {
  static constexpr Kernels kTable = {"avx512", &Matmul, &Dot, &Axpy};
  return kTable;
}

}  // namespace model_core

#pragma GCC pop_options
