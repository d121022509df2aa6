// One kernel after another: in its fixed order, and as a twin without one (free_kernels.h).
#pragma once

#include <functional>

#include "model_core/base/json.h"
#include "model_core/engine/thread_team.h"

namespace free_order {

// Seconds of two pieces of work that take turns, and what the first takes of the second.
struct Pair {
  double exact, free;  // medians
  double ratio;        // exact / free, the median over turns
};
Pair TakeTurns(int turns, const std::function<double()>& exact,
               const std::function<double()>& free);

// [{"kernel", "exact_us", "free_us", "ratio", "difference"}], of a call by every member of the
// team, each on data of its own; difference: of the two results, the largest beside the largest
// result.
base::Json MeasureKernels(model_core::Team& team);

// Seconds that a score of attention costs more because a row's exponentials are added in order.
double SumSecondsSaved(model_core::Team& team);

}  // namespace free_order
