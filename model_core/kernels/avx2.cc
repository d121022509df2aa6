// AVX2 with FMA: the 16 lanes are two registers. A tile of 4 sums (4 rows × 1 token, 2 × 2, or
// 1 × 4) stays in registers.
#include <immintrin.h>

#include <algorithm>

#include "model_core/kernels/cache_use.h"
#include "model_core/kernels/exp_constants.h"
#include "model_core/kernels/variants.h"

#pragma GCC push_options
#pragma GCC target("avx2,fma,f16c")

namespace model_core {
namespace {

struct Lanes {
  __m256 low, high;
};

Lanes Zero() { return {_mm256_setzero_ps(), _mm256_setzero_ps()}; }

float SumLanes(const Lanes& v) {
  const __m256 eight = _mm256_add_ps(v.low, v.high);
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

__m256 Widen(const uint16_t* from) {
  const __m128i half = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(half), 16));
}

__m256 WidenHalf(const Half* from) {
  return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
}

__m256 WidenBytes(const int8_t* from, __m256 scale) {
  const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
  return _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes)), scale);
}

// Columns at … at + 15 of a row.
Lanes Load(const float* x, size_t at) {
  return {_mm256_loadu_ps(x + at), _mm256_loadu_ps(x + at + 8)};
}
Lanes Load(const uint16_t* x, size_t at) { return {Widen(x + at), Widen(x + at + 8)}; }  // bf16
Lanes Load(const Half* x, size_t at) { return {WidenHalf(x + at), WidenHalf(x + at + 8)}; }
Lanes Load(const KeptGroup* x, size_t at) {
  const KeptGroup& group = x[at / kGroup];
  const __m256 scale = _mm256_set1_ps(_cvtsh_ss(group.scale));
  const int8_t* values = group.values + at % kGroup;
  return {WidenBytes(values, scale), WidenBytes(values + 8, scale)};
}

// The first `left` of 16, the others as zeros.
template <typename Element>
Lanes LoadTail(const Element* x, size_t at, size_t left) {
  Element padded[16] = {};
  std::copy(x + at, x + at + left, padded);
  return Load(padded, 0);
}
Lanes LoadTail(const KeptGroup* x, size_t at, size_t) { return Load(x, at); }

void Add(Lanes& sum, const Lanes& a, const Lanes& b) {
  sum.low = _mm256_fmadd_ps(a.low, b.low, sum.low);
  sum.high = _mm256_fmadd_ps(a.high, b.high, sum.high);
}

// Rows past the matrix repeat its last one, and are not stored. `kFetch`: what comes later is
// fetched meanwhile.
template <int kRows, int kTokens, typename Element, bool kFetch>
void Tile(float* out, size_t out_stride, const float* x, const WeightMatrix& w, size_t row) {
  const size_t ahead = kFetch ? FetchedAhead<Element>(w, row) : 0;
  const Element* rows[kRows];
#pragma GCC unroll 4
  for (size_t r = 0; r < kRows; ++r) {
    rows[r] = static_cast<const Element*>(w.data) + std::min(row + r, w.rows - 1) * w.stride;
  }
  Lanes sums[kRows][kTokens];
#pragma GCC unroll 4
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (int t = 0; t < kTokens; ++t) sums[r][t] = Zero();
  }
  size_t at = 0;
  for (; at + 16 <= w.cols; at += 16) {
    Lanes tokens[kTokens];
#pragma GCC unroll 4
    for (int t = 0; t < kTokens; ++t) tokens[t] = Load(x + t * w.cols, at);
#pragma GCC unroll 4
    for (int r = 0; r < kRows; ++r) {
      const Lanes weights = Load(rows[r], at);
      if (kFetch) FetchAhead(rows[r], at, ahead);
#pragma GCC unroll 4
      for (int t = 0; t < kTokens; ++t) Add(sums[r][t], weights, tokens[t]);
    }
  }
  const size_t left = w.cols - at, count = std::min<size_t>(kRows, w.rows - row);
#pragma GCC unroll 4
  for (size_t r = 0; r < kRows; ++r) {
    if (r >= count) break;
#pragma GCC unroll 4
    for (int t = 0; t < kTokens; ++t) {
      if (left > 0)
        Add(sums[r][t], LoadTail(rows[r], at, left), LoadTail(x + t * w.cols, at, left));
      out[t * out_stride + row + r] = SumLanes(sums[r][t]);
    }
  }
}

// kTokens at a time; m a multiple of it.
template <int kRows, int kTokens, typename Element>
void MatmulTiles(float* out, size_t out_stride, const float* x, size_t m, const WeightMatrix& w) {
  for (size_t row = 0; row < w.rows; row += kRows) {
    for (size_t t = 0; t < m; t += kTokens) {
      const auto of =
          t == 0 ? &Tile<kRows, kTokens, Element, true> : &Tile<kRows, kTokens, Element, false>;
      of(out + t * out_stride, out_stride, x + t * w.cols, w, row);
    }
  }
}

// Of many tokens four at a time: a weight is widened once for all four.
template <typename Element>
void MatmulOf(float* out, size_t out_stride, const float* x, size_t m, const WeightMatrix& w) {
  size_t t = 0;
  for (const size_t fours = m / 4 * 4, step = TokensAtOnce(w.cols * sizeof(float)); t < fours;) {
    const size_t count = std::min(step, fours - t);
    MatmulTiles<1, 4, Element>(out + t * out_stride, out_stride, x + t * w.cols, count, w);
    t += count;
  }
  if (m - t >= 2) {
    MatmulTiles<2, 2, Element>(out + t * out_stride, out_stride, x + t * w.cols, 2, w);
    t += 2;
  }
  if (t < m) MatmulTiles<4, 1, Element>(out + t * out_stride, out_stride, x + t * w.cols, 1, w);
}

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
    case Dtype::kQ4:
      return PackedMatmulAvx2(out, out_stride, x, m, w);
  }
}

float Dot(const float* a, const float* b, size_t n) {
  Lanes sum = Zero();
  size_t i = 0;
  for (; i + 16 <= n; i += 16) Add(sum, Load(a, i), Load(b, i));
  if (i < n) Add(sum, LoadTail(a, i, n - i), LoadTail(b, i, n - i));
  return SumLanes(sum);
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

// Sums of 16 columns for kTokens stay in registers while the rows pass by; load(row) gives the
// columns of each.
template <size_t kTokens, typename Element, typename LoadColumns>
void MixTile(float* out, size_t out_stride, const float* weights, size_t weight_stride,
             const WeightMatrix& rows, LoadColumns load) {
  Lanes sums[kTokens];
#pragma GCC unroll 4
  for (size_t t = 0; t < kTokens; ++t) sums[t] = Load(out, t * out_stride);
  const auto* row = static_cast<const Element*>(rows.data);
  for (size_t j = 0; j < rows.rows; ++j, row += rows.stride) {
    const Lanes values = load(row);
#pragma GCC unroll 4
    for (size_t t = 0; t < kTokens; ++t) {
      const __m256 weight = _mm256_set1_ps(weights[t * weight_stride + j]);
      Add(sums[t], {weight, weight}, values);
    }
  }
#pragma GCC unroll 4
  for (size_t t = 0; t < kTokens; ++t) {
    _mm256_storeu_ps(out + t * out_stride, sums[t].low);
    _mm256_storeu_ps(out + t * out_stride + 8, sums[t].high);
  }
}

template <size_t kTokens, typename Element>
void MixColumns(float* out, size_t out_stride, const float* weights, size_t weight_stride,
                const WeightMatrix& rows) {
  size_t at = 0;
  for (; at + 16 <= rows.cols; at += 16) {
    MixTile<kTokens, Element>(out + at, out_stride, weights, weight_stride, rows,
                              [at, &rows](const Element* row) {
                                FetchAhead(row, at, rows.ahead);
                                return Load(row, at);
                              });
  }
  const size_t left = rows.cols - at;
  if (left == 0) return;
  float padded[kTokens][16] = {};
  for (size_t t = 0; t < kTokens; ++t) std::copy_n(out + t * out_stride + at, left, padded[t]);
  MixTile<kTokens, Element>(padded[0], 16, weights, weight_stride, rows,
                            [at, left](const Element* row) { return LoadTail(row, at, left); });
  for (size_t t = 0; t < kTokens; ++t) std::copy_n(padded[t], left, out + t * out_stride + at);
}

constexpr size_t kHeadsMost = 4;

}  // namespace
}  // namespace model_core

#include "model_core/kernels/mix_tiles.h"

namespace model_core {
namespace {

__m256 ExpLanes(__m256 x) {
  using namespace exp_constants;  // NOLINT: the constants of this one function
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
  static constexpr Kernels kTable = {"avx2",    &Matmul,     &Dot,    &Accumulate,
                                     &KeepAvx2, &ExpShifted, &SiluMul};
  return kTable;
}

}  // namespace model_core

#pragma GCC pop_options
