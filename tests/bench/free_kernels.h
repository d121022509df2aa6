// Twins of kernels whose sums run in no fixed order: what one would write if bits did not matter.
// Shapes are the same, and tiles as well where an order has nothing to do with them. One form each,
// for AVX-512 with VNNI.
#pragma once

#include "model_core/kernels/kernels.h"

namespace free_order {

// A table in which stand
//   bf16 matrices   32 rows in lanes, as libraries for matrices have them, instead of 16 columns
//   q8, q4          two sums a row instead of one chain of multiply-adds
//   dot             eight registers of sums instead of one
//   accumulate      a single token's even and odd rows apart
//   exp, silu       contracted, a shorter polynomial, a reciprocal instead of a division
// and for the rest the exact kernels. Bf16 matrices are laid out at their first product, once a
// thread: they stay as they are and where they are as long as it lives.
// Null: this CPU has no such instructions.
const model_core::Kernels* FreeKernels();

// The same, with bf16 matrices multiplied by vdpbf16ps: activations are rounded to bf16 too.
const model_core::Kernels* Bf16Kernels();

// The sum of a row in 64 lanes. Only where FreeKernels are.
float SumInLanes(const float* x, size_t n);

// Kernels::project of the tables, where all matrices are packed.
void ProjectPackedFree(std::span<const model_core::Projection> projections, const float* x,
                       size_t m);
// Kernels::matmul of the tables, where w is bf16 with an even number of columns.
void MultiplyPanels(float* out, size_t out_stride, const float* x, size_t m,
                    const model_core::WeightMatrix& w);
void MultiplyBf16Panels(float* out, size_t out_stride, const float* x, size_t m,
                        const model_core::WeightMatrix& w);

}  // namespace free_order
