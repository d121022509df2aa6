// The kernels that exact_bench measures, each with data to work on.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "model_core/kernels/kernels.h"
#include "model_core/device/arena.h"

namespace free_order {

// What one member of a team works with.
struct Place {
  model_core::Arena arena;
  std::vector<model_core::WeightMatrix> matrices;  // taken in turn
  size_t next = 0;
  std::vector<float> x, y, out;

  const model_core::WeightMatrix& Next() { return matrices[next++ % matrices.size()]; }
};

struct Case {
  std::string kernel;
  std::function<void(Place&)> prepare;
  std::function<void(const model_core::Kernels&, Place&)> call;  // leaves its result in `out`
  bool bf16 = false;  // beside Bf16Kernels instead of FreeKernels
};

std::vector<Case> Cases();

// Of them the one that adds exponentials, so many a call.
Case SumCase();
inline constexpr size_t kScoresOfSum = 4 * 4'096;

}  // namespace free_order
