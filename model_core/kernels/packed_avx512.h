// AVX-512 registers for packed_tiles.h, but for the dot products. Included inside a target region.
#pragma once

#include <immintrin.h>

#include "model_core/kernels/packed_tiles.h"

namespace model_core {
namespace {

struct Avx512Registers {
  using Ints = __m512i;
  using Floats = __m512;
  using Bytes = __m512i;

  [[gnu::always_inline]] static inline Bytes Load(const uint8_t* slice) {
    return _mm512_loadu_si512(slice);
  }
  [[gnu::always_inline]] static inline Bytes Spread(const int8_t* x) {
    int32_t four;
    std::memcpy(&four, x, sizeof(four));
    return _mm512_set1_epi32(four);
  }
  [[gnu::always_inline]] static inline Bytes Low(Bytes slice) {
    return _mm512_and_si512(slice, _mm512_set1_epi8(15));
  }
  [[gnu::always_inline]] static inline Bytes High(Bytes slice) {
    return _mm512_and_si512(_mm512_srli_epi16(slice, 4), _mm512_set1_epi8(15));
  }
  [[gnu::always_inline]] static inline Ints ZeroInts() { return _mm512_setzero_si512(); }
  [[gnu::always_inline]] static inline Ints SumsQ4(Ints sums) { return sums; }
  [[gnu::always_inline]] static inline Floats ToFloats(Ints ints) {
    return _mm512_cvtepi32_ps(ints);
  }
  [[gnu::always_inline]] static inline Floats Halves(const uint8_t* halves) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(halves)));
  }
  [[gnu::always_inline]] static inline Floats Set(float x) { return _mm512_set1_ps(x); }
  [[gnu::always_inline]] static inline Floats Mul(Floats a, Floats b) {
    return _mm512_mul_ps(a, b);
  }
  [[gnu::always_inline]] static inline Floats Fma(Floats a, Floats b, Floats c) {
    return _mm512_fmadd_ps(a, b, c);
  }
  [[gnu::always_inline]] static inline void Store(float* out, Floats sums, size_t rows) {
    _mm512_mask_storeu_ps(out, static_cast<__mmask16>((1U << rows) - 1), sums);
  }
};

}  // namespace
}  // namespace model_core
