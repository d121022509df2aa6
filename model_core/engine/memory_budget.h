// How much memory requests may take together: decided once, when an engine starts. Pure functions.
#pragma once

#include <string>

#include "model_core/engine/machine_memory.h"

namespace model_core {

// "1.5 MiB", "97.6 KiB", to a tenth: what is needed rounds up, what there is rounds down.
std::string NeededText(size_t bytes);
std::string GivenText(size_t bytes);

// Of what is available, for what is not foreseen: an eighth, 4 GiB at most.
size_t MemoryReserve(size_t available);

struct BudgetRequest {
  size_t configured = 0;  // bytes; 0: as much as the machine can give
  size_t weights = 0;     // that have to stay in memory, and may be pushed out
  size_t besides = 0;     // what the engine will take besides requests, and has not yet
  size_t least = 0;       // of the smallest request
};

// What requests may take: `configured`, or what `machine` can give beyond reserve, `weights` and
// `besides`.
// ResourceExhausted, with the figures: more is configured than that, or it is too little for any
// request. A machine that does not say gives what is configured; its error, if nothing is.
absl::StatusOr<size_t> RequestBudget(const absl::StatusOr<MachineMemory>& machine,
                                     const BudgetRequest& request);

}  // namespace model_core
