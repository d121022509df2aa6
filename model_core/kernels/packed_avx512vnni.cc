// AVX-512 VNNI: vpdpbusd multiplies unsigned by signed bytes and adds four products without
// saturation. q8 bytes are weight + 128, so that their dot product begins with -128 · Σ x.
#include <immintrin.h>

#include "model_core/kernels/variants.h"

#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,fma")

#include "model_core/kernels/packed_avx512.h"

namespace model_core {
namespace {

struct Registers : Avx512Registers {
  static constexpr size_t kBands = 2, kTokens = 6;
  [[gnu::always_inline]] static inline Ints StartQ8(int32_t sum) {
    return _mm512_set1_epi32(-kQ8Zero * sum);
  }
  [[gnu::always_inline]] static inline Ints DotQ8(Ints sum, Bytes slice, Bytes x) {
    return _mm512_dpbusd_epi32(sum, slice, x);
  }
  [[gnu::always_inline]] static inline Ints DotQ4(Ints sum, Bytes q, Bytes x) {
    return _mm512_dpbusd_epi32(sum, q, x);
  }
};

}  // namespace

void ProjectPackedAvx512Vnni(std::span<const Projection> projections, const float* x, size_t m) {
  ProjectPacked<&QuantiseAvx2, &MultiplyPacked<Registers>>(projections, x, m);
}

}  // namespace model_core

#pragma GCC pop_options
