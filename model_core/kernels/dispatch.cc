#include "model_core/kernels/variants.h"

namespace model_core {

const Kernels* FindKernels(std::string_view name) {
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                      __builtin_cpu_supports("avx512dq");
  if (avx512 && (name.empty() || name == "avx512")) return &Avx512Kernels();
  if (avx2 && (name.empty() || name == "avx2")) return &Avx2Kernels();
  return name.empty() || name == "scalar" ? &ScalarKernels() : nullptr;
}

}  // namespace model_core
