// AVX-512 without VNNI: products of bytes by vpmaddubsw, which takes one factor unsigned. Its pairs
// of 16 bits never saturate: 2 · 127 · 127 in q8, 2 · 15 · 127 in q4.
#include <immintrin.h>

#include "model_core/kernels/variants.h"

#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,fma")

#include "model_core/kernels/packed_avx512.h"

namespace model_core {
namespace {

struct Registers : Avx512Registers {
  static constexpr size_t kBands = 1,
                          kTokens = 8;  // what DotQ8 needs leaves no room for more bands
  [[gnu::always_inline]] static inline Ints StartQ8(int32_t) { return ZeroInts(); }
  [[gnu::always_inline]] static inline Ints DotQ4(Ints sum, Bytes q, Bytes x) {
    return _mm512_add_epi32(sum,
                            _mm512_madd_epi16(_mm512_maddubs_epi16(q, x), _mm512_set1_epi16(1)));
  }
  // |w| · (x with the sign of w)
  [[gnu::always_inline]] static inline Ints DotQ8(Ints sum, Bytes slice, Bytes x) {
    const Bytes w = _mm512_xor_si512(slice, _mm512_set1_epi8(static_cast<char>(kQ8Zero)));
    const Bytes turned = _mm512_mask_sub_epi8(x, _mm512_movepi8_mask(w), _mm512_setzero_si512(), x);
    return DotQ4(sum, _mm512_abs_epi8(w), turned);
  }
};

}  // namespace

void ProjectPackedAvx512(std::span<const Projection> projections, const float* x, size_t m) {
  ProjectPacked<&QuantiseAvx2, &MultiplyPacked<Registers>>(projections, x, m);
}

}  // namespace model_core

#pragma GCC pop_options
