// Kernels::accumulate in tiles, written once for all vector widths. Included by each variant inside
// its own target region, after its MixColumns<heads, Element>(out, out_stride, weights,
// weight_stride, rows) and kHeadsMost, the most heads whose sums stay in registers.
#pragma once

#include "model_core/tensor/kept_rows.h"

namespace model_core {
namespace {  // each variant has its own

template <typename Element>
void AccumulateOf(float* out, size_t out_stride, const float* weights, size_t weight_stride,
                  size_t m, const WeightMatrix& rows) {
  size_t t = 0;
  const auto mix = [&]<size_t kHeads>() {
    for (; t + kHeads <= m; t += kHeads) {
      MixColumns<kHeads, Element>(out + t * out_stride, out_stride, weights + t * weight_stride,
                                  weight_stride, rows);
    }
  };
  mix.template operator()<kHeadsMost>();
  mix.template operator()<4>();
  mix.template operator()<2>();
  mix.template operator()<1>();
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
