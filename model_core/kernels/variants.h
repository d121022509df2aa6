// The variants beside the scalar reference; each runs only where FindKernels finds it.
#pragma once

#include "model_core/kernels/activations.h"
#include "model_core/kernels/kernels.h"

namespace model_core {

const Kernels& Avx2Kernels();
const Kernels& Avx512Kernels();
const Kernels& Avx512VnniKernels();

// Kernels::keep; the second form needs AVX2 and F16C.
void KeepScalar(void* out, const float* row, size_t width, Dtype kind);
void KeepAvx2(void* out, const float* row, size_t width, Dtype kind);

// Kernels::matmul of each variant where w is packed.
void PackedMatmulScalar(float* out, size_t out_stride, const float* x, size_t m,
                        const WeightMatrix& w);
void PackedMatmulAvx2(float* out, size_t out_stride, const float* x, size_t m,
                      const WeightMatrix& w);
void PackedMatmulAvx512(float* out, size_t out_stride, const float* x, size_t m,
                        const WeightMatrix& w);
void PackedMatmulAvx512Vnni(float* out, size_t out_stride, const float* x, size_t m,
                            const WeightMatrix& w);

}  // namespace model_core
