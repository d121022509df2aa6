#include "model_core/base/strings.h"
#include "model_core/base/text.h"
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

// Of those that this CPU runs, the fastest first: "avx2, scalar".
std::string NamesHere() {
  std::vector<std::string_view> names;
  for (const std::string_view name : kKernelNames)
    if (FindKernels(name) != nullptr) names.push_back(name);
  return base::StrJoin(names, ", ");
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

absl::StatusOr<const Kernels*> ChooseKernels(std::string_view name) {
  using base::StrCat;
  if (const Kernels* kernels = FindKernels(name)) return kernels;
  const std::string here = NamesHere();
  return base::Error(
      absl::StatusCode::kInvalidArgument,
      StrCat("kernels '", name, "' are unknown or do not run on this CPU, which runs ", here),
      StrCat("커널 '", name, "'", base::Particle(name, "은"),
             " 없거나 이 CPU에서 실행되지 않습니다 (가능: ", here, ")"));
}

absl::Status CheckKernels(std::string_view name) { return ChooseKernels(name).status(); }

}  // namespace model_core
