// The memory that a bench comes to need, and whether there is as much. Pure functions but for what
// a device says of itself.
#pragma once

#include "model_core/bench/bench_plan.h"

namespace model_core {

// Bytes at most: of the largest type, and what bandwidth is measured with.
size_t MemoryBytes(const BenchPlan& plan, const BenchOptions& options);

// ResourceExhausted, with both figures: more than the plan's limit, or than a device of its own has
// left.
absl::Status CheckMemory(const BenchPlan& plan, const BenchOptions& options);

}  // namespace model_core
