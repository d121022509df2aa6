// The memory that a bench comes to need, and whether there is as much. Pure functions but for what
// a device says of itself.
#pragma once

#include "model_core/bench/bench_plan.h"

namespace model_core {

// Bytes of the host's memory at most: of the largest type, and what bandwidth is measured with.
size_t HostBytes(const BenchPlan& plan, const BenchOptions& options);

// ResourceExhausted, with both figures: more of the host's memory than the plan's limit, or of the
// device's, if it has its own, than is left there.
absl::Status CheckMemory(const BenchPlan& plan, const BenchOptions& options);

}  // namespace model_core
