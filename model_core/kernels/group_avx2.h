// A group of 32 floats with AVX2, as what makes small integers of it needs it. Included inside a
// target region.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace model_core {
namespace {  // each variant has its own

// The largest |x|; of NaN, infinity and numbers the first that occurs, as their bits are ordered.
inline float Largest(const __m256* x) {
  const __m256i size = _mm256_set1_epi32(0x7FFFFFFF);
  __m256i most = _mm256_setzero_si256();
  for (int i = 0; i < 4; ++i)
    most = _mm256_max_epu32(most, _mm256_and_si256(_mm256_castps_si256(x[i]), size));
  __m128i four = _mm_max_epu32(_mm256_castsi256_si128(most), _mm256_extracti128_si256(most, 1));
  four = _mm_max_epu32(four, _mm_shuffle_epi32(four, 0x4E));
  four = _mm_max_epu32(four, _mm_shuffle_epi32(four, 0xB1));
  return _mm_cvtss_f32(_mm_castsi128_ps(four));
}

inline void StoreBytes(const __m256i* ints, int8_t* out) {
  const __m256i bytes = _mm256_packs_epi16(_mm256_packs_epi32(ints[0], ints[1]),
                                           _mm256_packs_epi32(ints[2], ints[3]));
  const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);  // packs work in halves
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), _mm256_permutevar8x32_epi32(bytes, order));
}

}  // namespace
}  // namespace model_core
