// AVX-512: one register is the 16 lanes. A tile of 16 sums (16 rows × 1 token, 8 × 2 or 4 × 4)
// stays in registers, and all 16 are folded together at its end: 45 instructions instead of 16 × 9.
#include <immintrin.h>

#include <algorithm>
#include <type_traits>

#include "model_core/kernels/exp_constants.h"
#include "model_core/kernels/variants.h"

#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,fma,f16c")

namespace model_core {
namespace {

float SumLanes(__m512 v) {
  const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

// Lane groups of 4: element k of the result's group g is lane k + lane k + 4 of the eight-lane sum
// of input g.
[[gnu::always_inline]] inline __m512 FoldFour(__m512 a, __m512 b, __m512 c, __m512 d) {
  const __m512 ab =
      _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x44), _mm512_shuffle_f32x4(a, b, 0xEE));
  const __m512 cd =
      _mm512_add_ps(_mm512_shuffle_f32x4(c, d, 0x44), _mm512_shuffle_f32x4(c, d, 0xEE));
  return _mm512_add_ps(_mm512_shuffle_f32x4(ab, cd, 0x88), _mm512_shuffle_f32x4(ab, cd, 0xDD));
}

// Lane p of the result is the sum of the lanes of sums[p], added in the order of SumLanes.
[[gnu::always_inline]] inline __m512 FoldSixteen(const __m512* sums) {
  __m512 rest[4];
#pragma GCC unroll 4
  for (int e = 0; e < 4; ++e) rest[e] = FoldFour(sums[e], sums[e + 4], sums[e + 8], sums[e + 12]);
  const __m512 low = _mm512_add_ps(_mm512_shuffle_ps(rest[0], rest[1], 0x44),
                                   _mm512_shuffle_ps(rest[0], rest[1], 0xEE));
  const __m512 high = _mm512_add_ps(_mm512_shuffle_ps(rest[2], rest[3], 0x44),
                                    _mm512_shuffle_ps(rest[2], rest[3], 0xEE));
  return _mm512_add_ps(_mm512_shuffle_ps(low, high, 0x88), _mm512_shuffle_ps(low, high, 0xDD));
}

__mmask16 TailMask(size_t left) { return static_cast<__mmask16>((1U << left) - 1); }

// What lies `ahead` bytes behind columns at … at + 15 of a row.
// Once a line of 64 bytes: of a KeptGroup, which is shorter, every time.
template <typename Element>
void FetchAhead(const Element* row, size_t at, size_t ahead) {
  if constexpr (std::is_same_v<Element, uint16_t>) return;  // bf16: only weights are
  if (!std::is_same_v<Element, float> && at % 32 != 0) return;
  const size_t element = std::is_same_v<Element, KeptGroup> ? at / kGroup : at;
  __builtin_prefetch(
      reinterpret_cast<const void*>(reinterpret_cast<uintptr_t>(row + element) + ahead));
}

// Columns at … at + 15 of a row.
__m512 LoadRow(const float* row, size_t at, __mmask16 mask) {
  return _mm512_maskz_loadu_ps(mask, row + at);
}
__m512 LoadRow(const uint16_t* row, size_t at, __mmask16 mask) {  // bf16
  const __m256i half = _mm256_maskz_loadu_epi16(mask, row + at);
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(half), 16));
}
__m512 LoadRow(const Half* row, size_t at, __mmask16 mask) {
  return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(mask, row + at));
}
__m512 LoadRow(const KeptGroup* row, size_t at, __mmask16 mask) {
  const KeptGroup& group = row[at / kGroup];
  const __m128i bytes = _mm_maskz_loadu_epi8(mask, group.values + at % kGroup);
  return _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(bytes)),
                       _mm512_set1_ps(_cvtsh_ss(group.scale)));
}

template <int kRows, int kTokens, bool kFetch, typename Element>
[[gnu::always_inline]] inline void Step(__m512* sums, const Element* const* rows, const float* x,
                                        size_t cols, size_t at, __mmask16 mask, size_t ahead) {
  __m512 tokens[kTokens];
#pragma GCC unroll 16
  for (int t = 0; t < kTokens; ++t) tokens[t] = _mm512_maskz_loadu_ps(mask, x + t * cols + at);
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
    const __m512 weights = LoadRow(rows[r], at, mask);
    if (kFetch) FetchAhead(rows[r], at, ahead);
#pragma GCC unroll 16
    for (int t = 0; t < kTokens; ++t) {
      sums[t * kRows + r] = _mm512_fmadd_ps(weights, tokens[t], sums[t * kRows + r]);
    }
  }
}

// Rows past the matrix repeat its last one, and are not stored. `kFetch`: what follows them is
// fetched meanwhile.
template <int kRows, int kTokens, typename Element, bool kFetch = true>
void Tile(float* out, size_t out_stride, const float* x, const WeightMatrix& w, size_t row) {
  static_assert(kRows * kTokens == 16);
  const Element* rows[kRows];
#pragma GCC unroll 16
  for (size_t r = 0; r < kRows; ++r) {
    rows[r] = static_cast<const Element*>(w.data) + std::min(row + r, w.rows - 1) * w.stride;
  }
  __m512 sums[16];
#pragma GCC unroll 16
  for (__m512& sum : sums) sum = _mm512_setzero_ps();
  size_t at = 0;
  for (; at + 16 <= w.cols; at += 16)
    Step<kRows, kTokens, kFetch>(sums, rows, x, w.cols, at, 0xFFFF, w.ahead);
  if (at < w.cols) Step<kRows, kTokens, kFetch>(sums, rows, x, w.cols, at, TailMask(w.cols - at), w.ahead);
  const __m512 folded = FoldSixteen(sums);
  const __mmask16 there = TailMask(std::min<size_t>(kRows, w.rows - row));
#pragma GCC unroll 16
  for (int t = 0; t < kTokens; ++t) {
    const auto lanes = static_cast<__mmask16>(TailMask(kRows) << (t * kRows));
    _mm512_mask_storeu_ps(out + t * out_stride + row, there,
                          _mm512_maskz_compress_ps(lanes, folded));
  }
}

// Four tokens at a time. Where all of x does not stay in the first-level cache and all rows do in
// the second, as those of a page do, rows pass by four tokens; otherwise tokens pass by four rows.
template <typename Element>
void MatmulFours(float* out, size_t out_stride, const float* x, size_t m, const WeightMatrix& w) {
  constexpr size_t kFirstLevel = 24 << 10, kSecondLevel = 64 << 10;
  const bool rows_pass = m * w.cols * sizeof(float) > kFirstLevel &&
                         w.rows * w.stride * sizeof(Element) <= kSecondLevel;
  const auto tile = [&](size_t row, size_t t) {
    const auto of = t == 0 ? &Tile<4, 4, Element, true> : &Tile<4, 4, Element, false>;
    of(out + t * out_stride, out_stride, x + t * w.cols, w, row);
  };
  const size_t first = rows_pass ? m : w.rows, second = rows_pass ? w.rows : m;
  for (size_t i = 0; i < first; i += 4) {
    for (size_t j = 0; j < second; j += 4) rows_pass ? tile(j, i) : tile(i, j);
  }
}

template <typename Element>
void MatmulOf(float* out, size_t out_stride, const float* x, size_t m, const WeightMatrix& w) {
  const size_t fours = m / 4 * 4;
  MatmulFours<Element>(out, out_stride, x, fours, w);
  size_t t = fours;
  for (; t + 2 <= m; t += 2) {
    for (size_t row = 0; row < w.rows; row += 8) {
      Tile<8, 2, Element>(out + t * out_stride, out_stride, x + t * w.cols, w, row);
    }
  }
  for (; t < m; ++t) {
    for (size_t row = 0; row < w.rows; row += 16) {
      Tile<16, 1, Element>(out + t * out_stride, out_stride, x + t * w.cols, w, row);
    }
  }
}

template <auto kPackedMatmul>
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
      return kPackedMatmul(out, out_stride, x, m, w);
  }
}

float Dot(const float* a, const float* b, size_t n) {
  __m512 sum = _mm512_setzero_ps();
  size_t i = 0;
  for (; i + 16 <= n; i += 16)
    sum = _mm512_fmadd_ps(_mm512_loadu_ps(a + i), _mm512_loadu_ps(b + i), sum);
  const __mmask16 mask = TailMask(n - i);
  sum =
      _mm512_fmadd_ps(_mm512_maskz_loadu_ps(mask, a + i), _mm512_maskz_loadu_ps(mask, b + i), sum);
  return SumLanes(sum);
}

// Sums of 16 · kRegisters columns for kTokens stay in registers while the rows pass by.
template <size_t kTokens, size_t kRegisters, typename Element>
void MixTile(float* out, size_t out_stride, const float* weights, size_t weight_stride,
             const WeightMatrix& rows, size_t at, __mmask16 mask) {
  __m512 sums[kTokens][kRegisters];
#pragma GCC unroll 16
  for (size_t t = 0; t < kTokens; ++t) {
#pragma GCC unroll 16
    for (size_t r = 0; r < kRegisters; ++r)
      sums[t][r] = _mm512_maskz_loadu_ps(mask, out + t * out_stride + at + 16 * r);
  }
  const auto* row = static_cast<const Element*>(rows.data);
  for (size_t j = 0; j < rows.rows; ++j, row += rows.stride) {
    __m512 values[kRegisters];
#pragma GCC unroll 16
    for (size_t r = 0; r < kRegisters; ++r) {
      values[r] = LoadRow(row, at + 16 * r, mask);
      FetchAhead(row, at + 16 * r, rows.ahead);
    }
#pragma GCC unroll 16
    for (size_t t = 0; t < kTokens; ++t) {
      const __m512 weight = _mm512_set1_ps(weights[t * weight_stride + j]);
#pragma GCC unroll 16
      for (size_t r = 0; r < kRegisters; ++r)
        sums[t][r] = _mm512_fmadd_ps(weight, values[r], sums[t][r]);
    }
  }
#pragma GCC unroll 16
  for (size_t t = 0; t < kTokens; ++t) {
#pragma GCC unroll 16
    for (size_t r = 0; r < kRegisters; ++r)
      _mm512_mask_storeu_ps(out + t * out_stride + at + 16 * r, mask, sums[t][r]);
  }
}

template <size_t kTokens, typename Element>
void MixColumns(float* out, size_t out_stride, const float* weights, size_t weight_stride,
                const WeightMatrix& rows) {
  constexpr size_t kRegisters = kTokens == 8 ? 2 : 4;
  size_t at = 0;
  for (; at + 16 * kRegisters <= rows.cols; at += 16 * kRegisters) {
    MixTile<kTokens, kRegisters, Element>(out, out_stride, weights, weight_stride, rows, at,
                                          0xFFFF);
  }
  for (; at < rows.cols; at += 16) {
    const __mmask16 mask = rows.cols - at >= 16 ? 0xFFFF : TailMask(rows.cols - at);
    MixTile<kTokens, 1, Element>(out, out_stride, weights, weight_stride, rows, at, mask);
  }
}

constexpr size_t kHeadsMost = 8;

}  // namespace
}  // namespace model_core

#include "model_core/kernels/mix_tiles.h"

namespace model_core {
namespace {

__m512 ExpLanes(__m512 x) {
  using namespace exp_constants;  // NOLINT: the constants of this one function
  const __mmask16 kept = _mm512_cmp_ps_mask(x, _mm512_set1_ps(kLeast), _CMP_NLT_UQ);
  x = _mm512_min_ps(x, _mm512_set1_ps(kMost));
  const __m512 scaled =
      _mm512_add_ps(_mm512_mul_ps(x, _mm512_set1_ps(kLog2E)), _mm512_set1_ps(0.5F));
  const __m512 k =
      _mm512_maskz_roundscale_ps(kept, scaled, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
  const __m512 high = _mm512_sub_ps(x, _mm512_mul_ps(k, _mm512_set1_ps(kLn2High)));
  const __m512 r = _mm512_sub_ps(high, _mm512_mul_ps(k, _mm512_set1_ps(kLn2Low)));
  __m512 p = _mm512_set1_ps(kTaylor[0]);
  for (int i = 1; i < 8; ++i) p = _mm512_add_ps(_mm512_mul_ps(p, r), _mm512_set1_ps(kTaylor[i]));
  const __m512i exponent = _mm512_add_epi32(_mm512_cvttps_epi32(k), _mm512_set1_epi32(127));
  return _mm512_maskz_mul_ps(kept, p, _mm512_castsi512_ps(_mm512_slli_epi32(exponent, 23)));
}

void ExpShifted(float* x, float shift, size_t n) {
  for (size_t i = 0; i < n; i += 16) {
    const __mmask16 mask = n - i >= 16 ? 0xFFFF : TailMask(n - i);
    const __m512 value = _mm512_sub_ps(_mm512_maskz_loadu_ps(mask, x + i), _mm512_set1_ps(shift));
    _mm512_mask_storeu_ps(x + i, mask, ExpLanes(value));
  }
}

void SiluMul(float* gate, const float* up, size_t n) {
  const __m512 one = _mm512_set1_ps(1.0F), zero = _mm512_set1_ps(-0.0F);
  for (size_t i = 0; i < n; i += 16) {
    const __mmask16 mask = n - i >= 16 ? 0xFFFF : TailMask(n - i);
    const __m512 x = _mm512_maskz_loadu_ps(mask, gate + i);
    const __m512 sigmoid = _mm512_div_ps(one, _mm512_add_ps(one, ExpLanes(_mm512_xor_ps(x, zero))));
    _mm512_mask_storeu_ps(
        gate + i, mask,
        _mm512_mul_ps(_mm512_mul_ps(x, sigmoid), _mm512_maskz_loadu_ps(mask, up + i)));
  }
}

}  // namespace

const Kernels& Avx512Kernels() {
  static constexpr Kernels kTable = {
      "avx512", &Matmul<&PackedMatmulAvx512>, &Dot, &Accumulate, &KeepAvx2, &ExpShifted, &SiluMul};
  return kTable;
}

const Kernels& Avx512VnniKernels() {
  static constexpr Kernels kTable = {
      "avx512vnni", &Matmul<&PackedMatmulAvx512Vnni>, &Dot, &Accumulate, &KeepAvx2, &ExpShifted,
      &SiluMul};
  return kTable;
}

}  // namespace model_core

#pragma GCC pop_options
