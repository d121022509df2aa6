// AVX2: a slice is two registers. Products of bytes as in packed_avx512.cc.
#include <immintrin.h>

#include <limits>

#include "model_core/kernels/variants.h"

#pragma GCC push_options
#pragma GCC target("avx2,fma,f16c")

#include "model_core/kernels/group_avx2.h"
#include "model_core/kernels/packed_tiles.h"

namespace model_core {
namespace {

struct Registers {
  struct Ints {
    __m256i low, high;
  };
  struct Floats {
    __m256 low, high;
  };
  using Bytes = Ints;
  static constexpr size_t kBands = 1, kTokens = 2;

  [[gnu::always_inline]] static inline Bytes Load(const uint8_t* slice) {
    const auto* halves = reinterpret_cast<const __m256i*>(slice);
    return {_mm256_loadu_si256(halves), _mm256_loadu_si256(halves + 1)};
  }
  [[gnu::always_inline]] static inline __m256i Spread(const int8_t* x) {
    int32_t four;
    std::memcpy(&four, x, sizeof(four));
    return _mm256_set1_epi32(four);
  }
  [[gnu::always_inline]] static inline Bytes Low(const Bytes& slice) {
    const __m256i mask = _mm256_set1_epi8(15);
    return {_mm256_and_si256(slice.low, mask), _mm256_and_si256(slice.high, mask)};
  }
  [[gnu::always_inline]] static inline Bytes High(const Bytes& slice) {
    return Low({_mm256_srli_epi16(slice.low, 4), _mm256_srli_epi16(slice.high, 4)});
  }
  [[gnu::always_inline]] static inline Ints ZeroInts() {
    return {_mm256_setzero_si256(), _mm256_setzero_si256()};
  }
  [[gnu::always_inline]] static inline Ints StartQ8(int32_t) { return ZeroInts(); }

  [[gnu::always_inline]] static inline __m256i Fours(__m256i pairs) {
    return _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
  }
  // |w| · (x with the sign of w)
  [[gnu::always_inline]] static inline __m256i AddQ8(__m256i sum, __m256i slice, __m256i x) {
    const __m256i w = _mm256_xor_si256(slice, _mm256_set1_epi8(static_cast<char>(kQ8Zero)));
    return _mm256_add_epi32(
        sum, Fours(_mm256_maddubs_epi16(_mm256_abs_epi8(w), _mm256_sign_epi8(x, w))));
  }
  [[gnu::always_inline]] static inline Ints DotQ8(const Ints& sum, const Bytes& slice, __m256i x) {
    return {AddQ8(sum.low, slice.low, x), AddQ8(sum.high, slice.high, x)};
  }
  // A group's pairs fit into 16 bits: 16 · 15 · 127.
  [[gnu::always_inline]] static inline Ints DotQ4(const Ints& sum, const Bytes& q, __m256i x) {
    return {_mm256_add_epi16(sum.low, _mm256_maddubs_epi16(q.low, x)),
            _mm256_add_epi16(sum.high, _mm256_maddubs_epi16(q.high, x))};
  }
  [[gnu::always_inline]] static inline Ints SumsQ4(const Ints& sums) {
    return {Fours(sums.low), Fours(sums.high)};
  }

  [[gnu::always_inline]] static inline Floats ToFloats(const Ints& ints) {
    return {_mm256_cvtepi32_ps(ints.low), _mm256_cvtepi32_ps(ints.high)};
  }
  [[gnu::always_inline]] static inline Floats Halves(const uint8_t* halves) {
    const auto* eights = reinterpret_cast<const __m128i*>(halves);
    return {_mm256_cvtph_ps(_mm_loadu_si128(eights)), _mm256_cvtph_ps(_mm_loadu_si128(eights + 1))};
  }
  [[gnu::always_inline]] static inline Floats Set(float x) {
    return {_mm256_set1_ps(x), _mm256_set1_ps(x)};
  }
  [[gnu::always_inline]] static inline Floats Mul(const Floats& a, const Floats& b) {
    return {_mm256_mul_ps(a.low, b.low), _mm256_mul_ps(a.high, b.high)};
  }
  [[gnu::always_inline]] static inline Floats Fma(const Floats& a, const Floats& b,
                                                  const Floats& c) {
    return {_mm256_fmadd_ps(a.low, b.low, c.low), _mm256_fmadd_ps(a.high, b.high, c.high)};
  }
  [[gnu::always_inline]] static inline void Store(float* out, const Floats& sums, size_t rows) {
    alignas(32) float all[kBandRows];
    _mm256_store_ps(all, sums.low);
    _mm256_store_ps(all + 8, sums.high);
    std::memcpy(out, all, rows * sizeof(float));
  }
};

int32_t Sum(__m256i ints) {
  __m128i four = _mm_add_epi32(_mm256_castsi256_si128(ints), _mm256_extracti128_si256(ints, 1));
  four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4E));
  return _mm_cvtsi128_si32(_mm_add_epi32(four, _mm_shuffle_epi32(four, 0xB1)));
}

// As QuantiseGroup of packed_scalar.cc, for a whole group.
void QuantiseGroup(const float* from, int8_t* values, ActivationGroup& group) {
  __m256 x[4];
  for (int i = 0; i < 4; ++i) x[i] = _mm256_loadu_ps(from + 8 * i);
  const float largest = Largest(x);
  const bool finite = largest <= std::numeric_limits<float>::max();
  const bool zero = !finite || largest < 0x1p-100F;
  const __m256 inverse = _mm256_set1_ps(zero ? 0.0F : 127.0F / largest);
  __m256i ints[4];
  for (int i = 0; i < 4; ++i)
    ints[i] = zero ? _mm256_setzero_si256() : _mm256_cvtps_epi32(_mm256_mul_ps(x[i], inverse));
  group.sum =
      Sum(_mm256_add_epi32(_mm256_add_epi32(ints[0], ints[1]), _mm256_add_epi32(ints[2], ints[3])));
  group.scale = !finite ? std::numeric_limits<float>::quiet_NaN() : zero ? 0.0F : largest / 127.0F;
  group.scaled_sum = finite ? group.scale * static_cast<float>(group.sum) : group.scale;
  StoreBytes(ints, values);
}

}  // namespace

void QuantiseAvx2(const float* x, const Activations& a) {
  for (size_t t = 0; t < a.tokens; ++t) {
    const float* from = x + t * a.cols;
    const size_t whole = a.cols / kGroup;
    for (size_t g = 0; g < whole; ++g)
      QuantiseGroup(from + g * kGroup, a.Values(g, t), a.Group(g, t));
    if (whole == Groups(a.cols)) continue;
    float padded[kGroup] = {};
    std::copy(from + whole * kGroup, from + a.cols, padded);
    QuantiseGroup(padded, a.Values(whole, t), a.Group(whole, t));
  }
}

void ProjectPackedAvx2(std::span<const Projection> projections, const float* x, size_t m) {
  ProjectPacked<&QuantiseAvx2, &MultiplyPacked<Registers>>(projections, x, m);
}

}  // namespace model_core

#pragma GCC pop_options
