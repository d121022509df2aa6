// The variants beside the scalar reference; each runs only where FindKernels finds it.
#pragma once

#include "model_core/kernels/kernels.h"

namespace model_core {
const Kernels& Avx2Kernels();
const Kernels& Avx512Kernels();
}  // namespace model_core
