// Sixteen lanes as one AVX-512 register: loads of every kind of row, and sums of lanes in their one
// order. Included inside a target region.
#pragma once

#include <immintrin.h>

#include "model_core/tensor/kept_rows.h"

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

}  // namespace
}  // namespace model_core
