// Kernels::accumulate in tiles, written once for all vector widths. Included by each variant inside
// its own target region, after its MixColumns<heads, Element>(out, out_stride, weights,
// weight_stride, rows, fetch), kHeadsMost, the most heads whose sums stay in registers, and
// kFetchesInParts: whether what comes later is fetched by several passes over wide rows.
#pragma once

#include "model_core/kernels/cache_use.h"

namespace model_core {
namespace {  // each variant has its own

template <typename Element>
void AccumulateOf(float* out, size_t out_stride, const float* weights, size_t weight_stride,
                  size_t m, const WeightMatrix& rows) {
  size_t t = 0;
  const auto mix = [&]<size_t kHeads, bool kInParts>(size_t end, size_t parts) {
    for (; t + kHeads <= end; t += kHeads) {
      MixColumns<kHeads, Element>(out + t * out_stride, out_stride, weights + t * weight_stride,
                                  weight_stride, rows,
                                  FetchInOrder<kInParts>(rows, t / kHeads, parts));
    }
  };
  if constexpr (kFetchesInParts && std::is_same_v<Element, Half>) {
    const size_t parts = FetchedParts<Element>(rows, m / kHeadsMost);
    if (parts > 1) mix.template operator()<kHeadsMost, true>(parts * kHeadsMost, parts);
  }
  mix.template operator()<kHeadsMost, false>(m, 1);
  mix.template operator()<4, false>(m, 1);
  mix.template operator()<2, false>(m, 1);
  mix.template operator()<1, false>(m, 1);
}

void Accumulate(float* out, size_t out_stride, const float* weights, size_t weight_stride, size_t m,
                const WeightMatrix& rows) {
  const auto of = rows.dtype == Dtype::kF32    ? &AccumulateOf<float>
                  : rows.dtype == Dtype::kBf16 ? &AccumulateOf<uint16_t>
                  : rows.dtype == Dtype::kF16  ? &AccumulateOf<Half>
                                               : &AccumulateOf<KeptGroup>;
  of(out, out_stride, weights, weight_stride, m, rows);
}

}  // namespace
}  // namespace model_core
