// RMSNorm of one row: x · rsqrt(mean x² + ε) · weight.
#pragma once

#include <cmath>

#include "model_core/kernels/kernels.h"

namespace model_core {

inline void NormRow(const Kernels& kernels, const float* x, const float* weight, size_t size,
                    float epsilon, float* out) {
  const float mean = kernels.dot(x, x, size) / static_cast<float>(size);
  const float scale = 1.0F / std::sqrt(mean + epsilon);
  for (size_t i = 0; i < size; ++i) out[i] = x[i] * scale * weight[i];
}

}  // namespace model_core
