// Packed products with the tiles of the exact ones, but two sums for each row: of even and of odd
// groups.
#include <immintrin.h>

#include "model_core/kernels/variants.h"
#include "tests/bench/free_kernels.h"

#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,fma")

#include "model_core/kernels/packed_avx512.h"

namespace free_order {
namespace {

using model_core::Activations;
using model_core::Dtype;
using model_core::WeightMatrix;

struct Registers : model_core::Avx512Registers {
  [[gnu::always_inline]] static inline Ints StartQ8(int32_t sum) {
    return _mm512_set1_epi32(-model_core::kQ8Zero * sum);
  }
  [[gnu::always_inline]] static inline Ints DotQ8(Ints sum, Bytes slice, Bytes x) {
    return _mm512_dpbusd_epi32(sum, slice, x);
  }
  [[gnu::always_inline]] static inline Ints DotQ4(Ints sum, Bytes q, Bytes x) {
    return _mm512_dpbusd_epi32(sum, q, x);
  }
};

template <Dtype kDtype, size_t kTokens>
using Tile = model_core::Tile<Registers, kDtype, kTokens>;

template <Dtype kDtype, size_t kTokens>
[[gnu::always_inline]] inline void AddGroup(Tile<kDtype, kTokens>& tile, const Activations& x,
                                            size_t group, size_t token,
                                            const model_core::BandView& band) {
  constexpr size_t kBlock = Tile<kDtype, kTokens>::kBlock;
  if constexpr (kTokens == 1) {
    for (size_t line = 0; line < kBlock; line += model_core::kSliceBytes)
      __builtin_prefetch(band.Later(group * kBlock + line));
  }
  tile.Add(band.data + group * kBlock, x.Values(group, token), &x.Group(group, token));
}

template <Dtype kDtype, size_t kTokens>
void Band(float* out, size_t out_stride, const Activations& x, size_t token,
          const model_core::BandView& band) {
  Tile<kDtype, kTokens> even = {}, odd = {};
  const size_t groups = model_core::Groups(x.cols);
  size_t group = 0;
  for (; group + 2 <= groups; group += 2) {
    AddGroup(even, x, group, token, band);
    AddGroup(odd, x, group + 1, token, band);
  }
  if (group < groups) AddGroup(even, x, group, token, band);
#pragma GCC unroll 8
  for (size_t t = 0; t < kTokens; ++t)
    Registers::Store(out + (token + t) * out_stride, _mm512_add_ps(even.sums[t], odd.sums[t]),
                     band.rows);
}

template <Dtype kDtype, size_t kTokens>
void BandTokens(float* out, size_t out_stride, const Activations& x, size_t token,
                const model_core::BandView& band) {
  for (; token + kTokens <= x.tokens; token += kTokens)
    Band<kDtype, kTokens>(out, out_stride, x, token, band);
  if constexpr (kTokens > 1) BandTokens<kDtype, kTokens / 2>(out, out_stride, x, token, band);
}

void Multiply(float* out, size_t out_stride, const Activations& x, const WeightMatrix& w) {
  constexpr size_t kRows = model_core::kBandRows;
  const size_t bands = (w.rows + kRows - 1) / kRows;
  for (size_t b = 0; b < bands; ++b) {
    const model_core::BandView band = {static_cast<const uint8_t*>(w.data) + b * w.stride,
                                       std::min(kRows, w.rows - b * kRows), (bands - b) * w.stride,
                                       w.ahead};
    w.dtype == Dtype::kQ8 ? BandTokens<Dtype::kQ8, 8>(out + b * kRows, out_stride, x, 0, band)
                          : BandTokens<Dtype::kQ4, 8>(out + b * kRows, out_stride, x, 0, band);
  }
}

}  // namespace

void ProjectPackedFree(std::span<const model_core::Projection> projections, const float* x,
                       size_t m) {
  model_core::ProjectPacked<&model_core::QuantiseAvx2, &Multiply>(projections, x, m);
}

}  // namespace free_order

#pragma GCC pop_options
