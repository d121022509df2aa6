// Decoding at a depth, as far as attention makes it slower; and how much of that its windows save,
// beside a twin of the model whose layers all see everything.
#pragma once

#include "model_core/base/json.h"
#include "model_core/bench/bench_plan.h"
#include "model_core/bench/roof.h"

namespace model_core {

// Bytes that BenchAttention takes: of weights, which are made on the host, and of rooms on the
// device.
struct BenchBytes {
  size_t weights = 0, rooms = 0;
};
BenchBytes AttentionBenchBytes(const BenchPlan& plan, size_t decode_tokens);

// {"depth", "kv_bytes", "ops", "seconds" (of a token), "gb_s", "gop_s", "machine" (right beside),
// "share" (of the read bandwidth), "roofline", "bound" (as of BenchModel's lines: where many query
// heads share a row, products of floats bind before reading does), and of a model with windows
// "full_twin": the same of the twin, with "saved_bytes" and "saved_seconds" (as shares)}. Medians
// over repetitions; in each the median over `decode_tokens`, of a token at the depth less one at
// none, in turns: of the attention's own projections and of all else there is nothing in them,
// since the model is cut down to its attention for this. Where noise makes "seconds" 0 or less,
// there are no rates and shares.
absl::StatusOr<base::Json> BenchAttention(const BenchPlan& plan, const BenchOptions& options,
                                          size_t depth, const RoofMeter& meter, Team& team);

}  // namespace model_core
