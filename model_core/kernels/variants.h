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

// Kernels::project of each variant where all matrices are packed.
void ProjectPackedScalar(std::span<const Projection> projections, const float* x, size_t m);
void ProjectPackedAvx2(std::span<const Projection> projections, const float* x, size_t m);
void ProjectPackedAvx512(std::span<const Projection> projections, const float* x, size_t m);
void ProjectPackedAvx512Vnni(std::span<const Projection> projections, const float* x, size_t m);

inline bool ArePacked(std::span<const Projection> projections) {
  for (const Projection& each : projections)
    if (!IsPacked(each.w.dtype)) return false;
  return true;
}

// Kernels::project of a variant, by its Kernels::matmul and the form above.
template <auto kMatmul, auto kProjectPacked>
void Project(std::span<const Projection> projections, const float* x, size_t m) {
  if (ArePacked(projections)) return kProjectPacked(projections, x, m);
  for (const Projection& each : projections) kMatmul(each.out, each.out_stride, x, m, each.w);
}

}  // namespace model_core
