// Sixteen lanes as two AVX2 registers: loads of every kind of row, and sums of lanes in their one
// order. Included inside a target region.
#pragma once

#include <immintrin.h>

#include <algorithm>

#include "model_core/tensor/kept_rows.h"

namespace model_core {
namespace {

// Columns at … at + 7 of a row (half 0), or at + 8 … at + 15 (half 1).
__m256 LoadEight(const float* row, size_t at, size_t half) {
  return _mm256_loadu_ps(row + at + 8 * half);
}
__m256 LoadEight(const uint16_t* row, size_t at, size_t half) {  // bf16
  const auto* eight = reinterpret_cast<const __m128i*>(row + at + 8 * half);
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128(eight)), 16));
}
__m256 LoadEight(const Half* row, size_t at, size_t half) {
  const auto* eight = reinterpret_cast<const __m128i*>(row + at + 8 * half);
  return _mm256_cvtph_ps(_mm_loadu_si128(eight));
}
__m256 LoadEight(const KeptGroup* row, size_t at, size_t half) {
  const KeptGroup& group = row[at / kGroup];
  const auto* eight = reinterpret_cast<const __m128i*>(group.values + at % kGroup + 8 * half);
  return _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64(eight))),
                       _mm256_set1_ps(_cvtsh_ss(group.scale)));
}

// The same where the row ends before column at + 16: zeros behind it, as a KeptGroup has them.
template <typename Element>
__m256 LoadTail(const Element* row, size_t at, size_t half, size_t cols) {
  Element padded[16] = {};
  std::copy(row + at, row + cols, padded);
  return LoadEight(padded, 0, half);
}
__m256 LoadTail(const KeptGroup* row, size_t at, size_t half, size_t) {
  return LoadEight(row, at, half);
}

float SumLanes(__m256 low, __m256 high) {
  const __m256 eight = _mm256_add_ps(low, high);
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

// Lanes 0 … 3 of the result are lane k + lane k + 4 of a, lanes 4 … 7 those of b.
[[gnu::always_inline]] inline __m256 FoldTwo(__m256 a, __m256 b) {
  return _mm256_add_ps(_mm256_permute2f128_ps(a, b, 0x20), _mm256_permute2f128_ps(a, b, 0x31));
}

// Element p of the result is the sum of the lanes of eights[p], added in the order of SumLanes.
[[gnu::always_inline]] inline __m128 FoldFour(const __m256* eights) {
  const __m256 a = FoldTwo(eights[0], eights[2]), b = FoldTwo(eights[1], eights[3]);
  const __m256 two = _mm256_add_ps(_mm256_shuffle_ps(a, b, 0x44), _mm256_shuffle_ps(a, b, 0xEE));
  const __m128 low = _mm256_castps256_ps128(two), high = _mm256_extractf128_ps(two, 1);
  return _mm_add_ps(_mm_shuffle_ps(low, high, 0x88), _mm_shuffle_ps(low, high, 0xDD));
}

}  // namespace
}  // namespace model_core
