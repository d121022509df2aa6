// Whole models: tokens and prompts with the exact kernels, and with all twins at once.
#pragma once

#include "model_core/base/json.h"

namespace free_order {

// Each adds lines {"model", "test", "threads", "beside", "exact_us", "free_us", "ratio", "sum_us"}
// of a token. One model, whose table of kernels is changed between turns. Attention adds its
// exponentials outside of that table: "sum_us" is what a free order would save there besides, of
// `sum_seconds` a score.
void MeasureMiniature(size_t threads, double sum_seconds, base::Json& lines);  // K-EXAONE, q8
void MeasurePlanner(double sum_seconds,
                    base::Json& lines);  // the one that ships, as engines run it

}  // namespace free_order
