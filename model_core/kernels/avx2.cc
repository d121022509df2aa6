// AVX2 with FMA: the 16 lanes are two registers.
#include <immintrin.h>

#include <algorithm>

#include "model_core/kernels/exp_constants.h"
#include "model_core/kernels/variants.h"

#pragma GCC push_options
#pragma GCC target("avx2,fma,f16c")

#include "model_core/kernels/avx2_rows.h"

namespace model_core {
namespace {

void Matmul(float* out, size_t out_stride, const float* x, size_t m, const WeightMatrix& w) {
  switch (w.dtype) {
    case Dtype::kF32:
      return MatmulOf<float>(out, out_stride, x, m, w);
    case Dtype::kBf16:
      return MatmulOf<uint16_t>(out, out_stride, x, m, w);
    case Dtype::kF16:
      return MatmulOf<Half>(out, out_stride, x, m, w);
    case Dtype::kQ8Rows:
      return MatmulOf<KeptGroup>(out, out_stride, x, m, w);
    case Dtype::kQ8:
    case Dtype::kQ4: {
      const Projection one{out, out_stride, w};
      return ProjectPackedAvx2({&one, 1}, x, m);
    }
  }
}

float Dot(const float* a, const float* b, size_t n) {
  __m256 low = _mm256_setzero_ps(), high = low;
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    low = _mm256_fmadd_ps(LoadEight(a, i, 0), LoadEight(b, i, 0), low);
    high = _mm256_fmadd_ps(LoadEight(a, i, 1), LoadEight(b, i, 1), high);
  }
  if (i < n) {
    low = _mm256_fmadd_ps(LoadTail(a, i, 0, n), LoadTail(b, i, 0, n), low);
    high = _mm256_fmadd_ps(LoadTail(a, i, 1, n), LoadTail(b, i, 1, n), high);
  }
  return SumLanes(low, high);
}

// 8 at a time: whole(x + i) where all are there, otherwise on a padded copy.
template <typename Eight>
void ForEights(float* x, const float* y, size_t n, Eight eight) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8)
    _mm256_storeu_ps(x + i, eight(_mm256_loadu_ps(x + i), _mm256_loadu_ps(y + i)));
  if (i == n) return;
  float padded[2][8] = {};
  std::copy(x + i, x + n, padded[0]);
  std::copy(y + i, y + n, padded[1]);
  _mm256_storeu_ps(padded[0], eight(_mm256_loadu_ps(padded[0]), _mm256_loadu_ps(padded[1])));
  std::copy(padded[0], padded[0] + (n - i), x + i);
}

// Sums of 16 columns for kTokens stay in registers while the rows pass by; load(row, half) gives
// 8 columns of each.
template <size_t kTokens, typename Element, typename Fetch, typename LoadColumns>
void MixTile(float* out, size_t out_stride, const float* weights, size_t weight_stride,
             const WeightMatrix& rows, Fetch& fetch, LoadColumns load) {
  __m256 low[kTokens], high[kTokens];
#pragma GCC unroll 4
  for (size_t t = 0; t < kTokens; ++t) {
    low[t] = LoadEight(out + t * out_stride, 0, 0);
    high[t] = LoadEight(out + t * out_stride, 0, 1);
  }
  const auto* row = static_cast<const Element*>(rows.data);
  for (size_t j = 0; j < rows.rows; ++j, row += rows.stride) {
    const __m256 low_values = load(row, 0), high_values = load(row, 1);
    fetch.template Next<ColumnBytes<Element>(16)>();
#pragma GCC unroll 4
    for (size_t t = 0; t < kTokens; ++t) {
      const __m256 weight = _mm256_set1_ps(weights[t * weight_stride + j]);
      low[t] = _mm256_fmadd_ps(weight, low_values, low[t]);
      high[t] = _mm256_fmadd_ps(weight, high_values, high[t]);
    }
  }
#pragma GCC unroll 4
  for (size_t t = 0; t < kTokens; ++t) {
    _mm256_storeu_ps(out + t * out_stride, low[t]);
    _mm256_storeu_ps(out + t * out_stride + 8, high[t]);
  }
}

template <size_t kTokens, typename Element, typename Fetch>
void MixColumns(float* out, size_t out_stride, const float* weights, size_t weight_stride,
                const WeightMatrix& rows, Fetch fetch) {
  size_t at = 0;
  for (; at + 16 <= rows.cols; at += 16) {
    MixTile<kTokens, Element>(
        out + at, out_stride, weights, weight_stride, rows, fetch,
        [at](const Element* row, size_t half) { return LoadEight(row, at, half); });
  }
  const size_t left = rows.cols - at;
  if (left == 0) return;
  float padded[kTokens][16] = {};
  for (size_t t = 0; t < kTokens; ++t) std::copy_n(out + t * out_stride + at, left, padded[t]);
  MixTile<kTokens, Element>(
      padded[0], 16, weights, weight_stride, rows, fetch,
      [at, &rows](const Element* row, size_t half) { return LoadTail(row, at, half, rows.cols); });
  for (size_t t = 0; t < kTokens; ++t) std::copy_n(padded[t], left, out + t * out_stride + at);
}

constexpr size_t kHeadsMost = 4;
constexpr bool kFetchesInParts = false;  // memory keeps up: it was slower

}  // namespace
}  // namespace model_core

#include "model_core/kernels/mix_tiles.h"

namespace model_core {
namespace {

__m256 ExpLanes(__m256 x) {
  using exp_constants::kLeast, exp_constants::kMost, exp_constants::kLog2E;
  using exp_constants::kLn2High, exp_constants::kLn2Low, exp_constants::kTaylor;
  const __m256 kept = _mm256_cmp_ps(x, _mm256_set1_ps(kLeast), _CMP_NLT_UQ);
  x = _mm256_min_ps(x, _mm256_set1_ps(kMost));
  const __m256 scaled =
      _mm256_add_ps(_mm256_mul_ps(x, _mm256_set1_ps(kLog2E)), _mm256_set1_ps(0.5F));
  const __m256 k = _mm256_and_ps(kept, _mm256_floor_ps(scaled));
  const __m256 high = _mm256_sub_ps(x, _mm256_mul_ps(k, _mm256_set1_ps(kLn2High)));
  const __m256 r = _mm256_sub_ps(high, _mm256_mul_ps(k, _mm256_set1_ps(kLn2Low)));
  __m256 p = _mm256_set1_ps(kTaylor[0]);
  for (int i = 1; i < 8; ++i) p = _mm256_add_ps(_mm256_mul_ps(p, r), _mm256_set1_ps(kTaylor[i]));
  const __m256i exponent = _mm256_add_epi32(_mm256_cvttps_epi32(k), _mm256_set1_epi32(127));
  return _mm256_and_ps(kept,
                       _mm256_mul_ps(p, _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23))));
}

void ExpShifted(float* x, float shift, size_t n) {
  const __m256 by = _mm256_set1_ps(shift);
  ForEights(x, x, n, [&](__m256 value, __m256) { return ExpLanes(_mm256_sub_ps(value, by)); });
}

void SiluMul(float* gate, const float* up, size_t n) {
  const __m256 one = _mm256_set1_ps(1.0F), sign = _mm256_set1_ps(-0.0F);
  ForEights(gate, up, n, [&](__m256 x, __m256 other) {
    const __m256 sigmoid = _mm256_div_ps(one, _mm256_add_ps(one, ExpLanes(_mm256_xor_ps(x, sign))));
    return _mm256_mul_ps(_mm256_mul_ps(x, sigmoid), other);
  });
}

}  // namespace

const Kernels& Avx2Kernels() {
  static constexpr Kernels kTable = {
      "avx2",      &Matmul, &Project<&Matmul, &ProjectPackedAvx2>, &Dot, &Accumulate, &KeepAvx2,
      &ExpShifted, &SiluMul};
  return kTable;
}

}  // namespace model_core

#pragma GCC pop_options
