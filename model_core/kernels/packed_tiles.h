// The products of packed matrices and quantised activations, written once for all vector widths.
// Included by each variant inside its own target region; `V` says how wide its registers are:
//   Ints, Floats    16 of each, one for each row of a band
//   Bytes           a slice of 64 bytes
//   kBands, kTokens bands beside each other and tokens whose sums stay in registers
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
// and for q4 sum ← fma(least, scale_x·Σ x, sum). Two bands share what is loaded of a token: a
// core loads twice a cycle, and each product would want a load of its own.
template <typename V, Dtype kDtype, size_t kBands, size_t kTokens>
struct Tile {
  static constexpr size_t kBlock = kDtype == Dtype::kQ8 ? kQ8BlockBytes : kQ4BlockBytes;
  static constexpr size_t kSlices = kDtype == Dtype::kQ8 ? kQ8Slices : kQ4Slices;
  using Dots = typename V::Ints[kBands][kTokens];

  typename V::Floats sums[kBands][kTokens];

  // `block` is the first band's, `stride` bytes before the next one's. `x` is the tile's first
  // token in `group`, the others follow.
  [[gnu::always_inline]] inline void Add(const uint8_t* block, size_t stride, const int8_t* x,
                                         const ActivationGroup* group) {
    Dots dots;
#pragma GCC unroll 8
    for (size_t t = 0; t < kTokens; ++t) {
      const auto start = kDtype == Dtype::kQ8 ? V::StartQ8(group[t].sum) : V::ZeroInts();
#pragma GCC unroll 2
      for (size_t b = 0; b < kBands; ++b) dots[b][t] = start;
    }
#pragma GCC unroll 8
    for (size_t j = 0; j < kSlices; ++j)
      AddSlices(dots, block + j * kSliceBytes, stride, x + 4 * j);
#pragma GCC unroll 2
    for (size_t b = 0; b < kBands; ++b)
      AddScaled(b, block + b * stride + kSlices * kSliceBytes, dots[b], group);
  }

 private:
  [[gnu::always_inline]] static inline void AddSlices(Dots& dots, const uint8_t* at, size_t stride,
                                                      const int8_t* x) {
    typename V::Bytes slices[kBands];
#pragma GCC unroll 2
    for (size_t b = 0; b < kBands; ++b) slices[b] = V::Load(at + b * stride);
#pragma GCC unroll 8
    for (size_t t = 0; t < kTokens; ++t) {
      const auto first = V::Spread(x + t * kGroup);
#pragma GCC unroll 2
      for (size_t b = 0; b < kBands; ++b) {
        dots[b][t] = kDtype == Dtype::kQ8 ? V::DotQ8(dots[b][t], slices[b], first)
                                          : V::DotQ4(dots[b][t], V::Low(slices[b]), first);
      }
      if constexpr (kDtype == Dtype::kQ8) continue;
      const auto second = V::Spread(x + t * kGroup + kGroup / 2);
#pragma GCC unroll 2
      for (size_t b = 0; b < kBands; ++b)
        dots[b][t] = V::DotQ4(dots[b][t], V::High(slices[b]), second);
    }
  }

  [[gnu::always_inline]] inline void AddScaled(size_t b, const uint8_t* halves,
                                               const typename V::Ints* dots,
                                               const ActivationGroup* group) {
    const typename V::Floats scale = V::Halves(halves);
#pragma GCC unroll 8
    for (size_t t = 0; t < kTokens; ++t) {
      const typename V::Ints dot = kDtype == Dtype::kQ4 ? V::SumsQ4(dots[t]) : dots[t];
      sums[b][t] = V::Fma(V::ToFloats(dot), V::Mul(scale, V::Set(group[t].scale)), sums[b][t]);
    }
    if constexpr (kDtype == Dtype::kQ4) {
      const typename V::Floats least = V::Halves(halves + kScaleBytes);
#pragma GCC unroll 8
      for (size_t t = 0; t < kTokens; ++t)
        sums[b][t] = V::Fma(least, V::Set(group[t].scaled_sum), sums[b][t]);
    }
  }
};

// Bands of a matrix, 16 rows each, and what comes after them in memory.
struct BandView {
  const uint8_t* data;
  size_t stride;      // from band to band
  size_t rows;        // fewer at the matrix's end
  size_t left_bytes;  // of the matrix, from `data` on
  size_t ahead;       // WeightMatrix::ahead

  // `at` bytes behind `data`, or what follows the matrix; of no use as a pointer if nothing does.
  const void* Later(size_t at) const {
    return reinterpret_cast<const void*>(reinterpret_cast<uintptr_t>(data) + at +
                                         (at < left_bytes ? 0 : ahead));
  }
};

inline BandView ViewBands(const WeightMatrix& w, size_t band) {
  const size_t all = (w.rows + kBandRows - 1) / kBandRows;
  return {static_cast<const uint8_t*>(w.data) + band * w.stride, w.stride,
          w.rows - band * kBandRows, (all - band) * w.stride, w.ahead};
}

// One token: all that is read comes from memory, in one stream.
template <size_t kBlock>
[[gnu::always_inline]] inline void FetchLater(const BandView& band, size_t block) {
#pragma GCC unroll 9
  for (size_t line = 0; line < kBlock; line += kSliceBytes)
    __builtin_prefetch(band.Later(block + line + kAhead));
}

template <typename V, Dtype kDtype, size_t kBands, size_t kTokens>
void Bands(float* out, size_t out_stride, const Activations& x, size_t token,
           const BandView& view) {
  using T = Tile<V, kDtype, kBands, kTokens>;
  T tile;
#pragma GCC unroll 2
  for (auto& band : tile.sums) {
#pragma GCC unroll 8
    for (auto& sum : band) sum = V::Set(0);
  }
  const size_t groups = Groups(x.cols);
  for (size_t g = 0; g < groups; ++g) {
    if constexpr (kBands * kTokens == 1) FetchLater<T::kBlock>(view, g * T::kBlock);
    tile.Add(view.data + g * T::kBlock, view.stride, x.Values(g, token), &x.Group(g, token));
  }
  for (size_t b = 0; b < kBands; ++b) {
    const size_t first = b * kBandRows, rows = std::min(kBandRows, view.rows - first);
    for (size_t t = 0; t < kTokens; ++t)
      V::Store(out + (token + t) * out_stride + first, tile.sums[b][t], rows);
  }
}

// Tokens in tiles of kTokens, what is left in one of so many.
template <typename V, Dtype kDtype, size_t kBands, size_t kTokens>
void BandTokens(float* out, size_t out_stride, const Activations& x, size_t token,
                const BandView& view) {
  for (; token + kTokens <= x.tokens; token += kTokens)
    Bands<V, kDtype, kBands, kTokens>(out, out_stride, x, token, view);
  if constexpr (kTokens > 1)
    BandTokens<V, kDtype, kBands, kTokens - 1>(out, out_stride, x, token, view);
}

template <typename V, Dtype kDtype>
void MultiplyPackedAs(float* out, size_t out_stride, const Activations& x, const WeightMatrix& w) {
  const size_t bands = (w.rows + kBandRows - 1) / kBandRows;
  size_t b = 0;
  // One token leaves nothing to share: a band at a time is one stream.
  for (; V::kBands > 1 && x.tokens > 1 && b + V::kBands <= bands; b += V::kBands) {
    BandTokens<V, kDtype, V::kBands, V::kTokens>(out + b * kBandRows, out_stride, x, 0,
                                                 ViewBands(w, b));
  }
  for (; b < bands; ++b)
    BandTokens<V, kDtype, 1, V::kTokens>(out + b * kBandRows, out_stride, x, 0, ViewBands(w, b));
}

template <typename V>
void MultiplyPacked(float* out, size_t out_stride, const Activations& x, const WeightMatrix& w) {
  w.dtype == Dtype::kQ8 ? MultiplyPackedAs<V, Dtype::kQ8>(out, out_stride, x, w)
                        : MultiplyPackedAs<V, Dtype::kQ4>(out, out_stride, x, w);
}

}  // namespace
}  // namespace model_core
