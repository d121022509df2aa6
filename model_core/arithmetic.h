// The exact arithmetic: every variant of the kernels, on any machine, gives the same bits.
#pragma once

#include <string_view>

#include "model_core/base/status.h"

namespace model_core {

// Raised whenever the same weights and tokens may give other bits than before; the digests in
// tests/golden/exact_logits.json say when. Sealed with each plan that was made here.
inline constexpr int kArithmetic = 1;

// InvalidArgument, with the names that this CPU runs: there is no such variant, or not for this
// CPU. Empty: the fastest, which there always is.
absl::Status CheckKernels(std::string_view name);

}  // namespace model_core
