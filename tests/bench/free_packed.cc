// Packed products with the tiles of the exact ones, but for one token two sums of each row: of even
// and of odd groups.
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
  static constexpr size_t kBands = 2, kTokens = 6;
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

template <Dtype kDtype>
void Band(float* out, const Activations& x, const model_core::BandView& band) {
  using Tile = model_core::Tile<Registers, kDtype, 1, 1>;
  Tile tiles[2] = {};
  for (size_t group = 0; group < model_core::Groups(x.cols); ++group) {
    model_core::FetchLater<Tile::kBlock>(band, group * Tile::kBlock);
    tiles[group % 2].Add(band.data + group * Tile::kBlock, band.stride, x.Values(group, 0),
                         &x.Group(group, 0));
  }
  Registers::Store(out, _mm512_add_ps(tiles[0].sums[0][0], tiles[1].sums[0][0]),
                   std::min(model_core::kBandRows, band.rows));
}

// A tile of more tokens has as many sums as there are registers for: there is no order to gain by.
void Multiply(float* out, size_t out_stride, const Activations& x, const WeightMatrix& w) {
  if (x.tokens > 1) return model_core::MultiplyPacked<Registers>(out, out_stride, x, w);
  constexpr size_t kRows = model_core::kBandRows;
  for (size_t b = 0; b < (w.rows + kRows - 1) / kRows; ++b) {
    const model_core::BandView band = model_core::ViewBands(w, b);
    w.dtype == Dtype::kQ8 ? Band<Dtype::kQ8>(out + b * kRows, x, band)
                          : Band<Dtype::kQ4>(out + b * kRows, x, band);
  }
}

}  // namespace

void ProjectPackedFree(std::span<const model_core::Projection> projections, const float* x,
                       size_t m) {
  model_core::ProjectPacked<&model_core::QuantiseAvx2, &Multiply>(projections, x, m);
}

}  // namespace free_order

#pragma GCC pop_options
