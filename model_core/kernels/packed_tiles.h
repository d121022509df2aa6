// The products of packed matrices and quantised activations, written once for all vector widths.
// Included by each variant inside its own target region; `V` says how wide its registers are:
//   Ints, Floats    16 of each, one for each row of a band
//   Bytes           a slice of 64 bytes
//   kTokens         how many tokens stay in registers beside a band
//   Load, Spread    a slice; four bytes of activations repeated 16 times
//   StartQ8(sum)    what a dot product of q8 begins with, `sum` being the group's sum of values
//   DotQ8, DotQ4    sum[r] + Σ of row r's four weights times the four activations
//   SumsQ4          what DotQ4 has summed over a group, as Ints of 32 bits
//   Low, High       the halves of each byte
//   Halves          16 halves as floats;  FirstDot, Fma, Set, Mul, Store: floats
#pragma once

#include "model_core/kernels/activations.h"

namespace model_core {
namespace {  // each variant has its own

constexpr size_t kAhead = 8192;  // bytes: how far a single token's product prefetches

// Row r of the result, for each group in ascending order: sum ← fma(Σ q·x, scale_w·scale_x, sum),
// and for q4 sum ← fma(least, scale_x·Σ x, sum).
template <typename V, Dtype kDtype, size_t kTokens>
struct Tile {
  static constexpr size_t kBlock = kDtype == Dtype::kQ8 ? kQ8BlockBytes : kQ4BlockBytes;
  static constexpr size_t kSlices = kDtype == Dtype::kQ8 ? kQ8Slices : kQ4Slices;

  typename V::Floats sums[kTokens];

  // `x` is the tile's first token in `group`, the others follow.
  [[gnu::always_inline]] inline void Add(const uint8_t* block, const int8_t* x,
                                         const ActivationGroup* group) {
    typename V::Ints dots[kTokens];
#pragma GCC unroll 8
    for (size_t t = 0; t < kTokens; ++t)
      dots[t] = kDtype == Dtype::kQ8 ? V::StartQ8(group[t].sum) : V::ZeroInts();
#pragma GCC unroll 8
    for (size_t j = 0; j < kSlices; ++j) {
      const typename V::Bytes slice = V::Load(block + j * kSliceBytes);
#pragma GCC unroll 8
      for (size_t t = 0; t < kTokens; ++t) Dot(dots[t], slice, x + t * kGroup + 4 * j);
    }
    AddScaled(block + kSlices * kSliceBytes, dots, group);
  }

 private:
  [[gnu::always_inline]] static inline void Dot(typename V::Ints& dot,
                                                const typename V::Bytes& slice, const int8_t* x) {
    if constexpr (kDtype == Dtype::kQ8) {
      dot = V::DotQ8(dot, slice, V::Spread(x));
    } else {
      dot = V::DotQ4(dot, V::Low(slice), V::Spread(x));
      dot = V::DotQ4(dot, V::High(slice), V::Spread(x + kGroup / 2));
    }
  }

  [[gnu::always_inline]] inline void AddScaled(const uint8_t* halves, const typename V::Ints* dots,
                                               const ActivationGroup* group) {
    const typename V::Floats scale = V::Halves(halves);
#pragma GCC unroll 8
    for (size_t t = 0; t < kTokens; ++t) {
      const typename V::Ints dot = kDtype == Dtype::kQ4 ? V::SumsQ4(dots[t]) : dots[t];
      sums[t] = V::Fma(V::ToFloats(dot), V::Mul(scale, V::Set(group[t].scale)), sums[t]);
    }
    if constexpr (kDtype == Dtype::kQ4) {
      const typename V::Floats least = V::Halves(halves + kScaleBytes);
#pragma GCC unroll 8
      for (size_t t = 0; t < kTokens; ++t)
        sums[t] = V::Fma(least, V::Set(group[t].scaled_sum), sums[t]);
    }
  }
};

// 16 rows of a matrix, and what comes after them in memory.
struct BandView {
  const uint8_t* data;
  size_t rows;        // fewer at the matrix's end
  size_t left_bytes;  // of the matrix, from `data` on
  size_t ahead;       // WeightMatrix::ahead

  // Of what is read kAhead bytes after `at`, a place in the band; of no use as a pointer if nothing
  // is.
  const void* Later(size_t at) const {
    const size_t later = at + kAhead;
    return reinterpret_cast<const void*>(reinterpret_cast<uintptr_t>(data) + later +
                                         (later < left_bytes ? 0 : ahead));
  }
};

template <typename V, Dtype kDtype, size_t kTokens>
void Band(float* out, size_t out_stride, const Activations& x, size_t token, const BandView& band) {
  using T = Tile<V, kDtype, kTokens>;
  T tile;
#pragma GCC unroll 8
  for (size_t t = 0; t < kTokens; ++t) tile.sums[t] = V::Set(0);
  const size_t groups = Groups(x.cols);
  for (size_t g = 0; g < groups; ++g) {
    const uint8_t* block = band.data + g * T::kBlock;
    if constexpr (kTokens == 1) {
      for (size_t line = 0; line < T::kBlock; line += kSliceBytes)
        __builtin_prefetch(band.Later(g * T::kBlock + line));
    }
    tile.Add(block, x.Values(g, token), &x.Group(g, token));
  }
  for (size_t t = 0; t < kTokens; ++t)
    V::Store(out + (token + t) * out_stride, tile.sums[t], band.rows);
}

// Tokens in tiles of kTokens, what is left in smaller ones.
template <typename V, Dtype kDtype, size_t kTokens>
void BandTokens(float* out, size_t out_stride, const Activations& x, size_t token,
                const BandView& band) {
  for (; token + kTokens <= x.tokens; token += kTokens)
    Band<V, kDtype, kTokens>(out, out_stride, x, token, band);
  if constexpr (kTokens > 1) BandTokens<V, kDtype, kTokens / 2>(out, out_stride, x, token, band);
}

template <typename V>
void MultiplyPacked(float* out, size_t out_stride, const Activations& x, const WeightMatrix& w) {
  const size_t bands = (w.rows + kBandRows - 1) / kBandRows;
  for (size_t b = 0; b < bands; ++b) {
    const BandView band = {static_cast<const uint8_t*>(w.data) + b * w.stride,
                           std::min(kBandRows, w.rows - b * kBandRows), (bands - b) * w.stride,
                           w.ahead};
    float* to = out + b * kBandRows;
    w.dtype == Dtype::kQ8 ? BandTokens<V, Dtype::kQ8, V::kTokens>(to, out_stride, x, 0, band)
                          : BandTokens<V, Dtype::kQ4, V::kTokens>(to, out_stride, x, 0, band);
  }
}

}  // namespace
}  // namespace model_core
