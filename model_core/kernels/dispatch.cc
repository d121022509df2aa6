#include "model_core/kernels/variants.h"

namespace model_core {
namespace {

bool HasAvx2() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("f16c");
}

bool HasAvx512() {
  return HasAvx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
}

}  // namespace

const Kernels* FindKernels(std::string_view name) {
  __builtin_cpu_init();
  const auto fits = [name](const char* variant) { return name.empty() || name == variant; };
  if (fits("avx512vnni") && HasAvx512() && __builtin_cpu_supports("avx512vnni"))
    return &Avx512VnniKernels();
  if (fits("avx512") && HasAvx512()) return &Avx512Kernels();
  if (fits("avx2") && HasAvx2()) return &Avx2Kernels();
  return fits("scalar") ? &ScalarKernels() : nullptr;
}

}  // namespace model_core
