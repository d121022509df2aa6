// Roof: what this machine can do at most, measured with the threads that then run the model.
#pragma once

#include "model_core/bench/work.h"
#include "model_core/transformer/team.h"

namespace model_core {

struct Roof {
  double read_bytes_s = 0;  // from memory, in order
  double int8_ops_s = 0;    // products of bytes; a multiply-add is two
  double f32_ops_s = 0;

  // Seconds that `work` takes at least: to read, or to compute, whichever is longer. Products with
  // packed weights run at the peak of bytes, all others at that of floats.
  double LeastSeconds(const Work& work, bool packed) const;
  // Whether reading is the longer of the two.
  bool IsBoundByMemory(const Work& work, bool packed) const;
};

// The best of several short runs. Takes `buffer_bytes` of memory for a second or two, which should
// be many times the CPU's caches. ResourceExhausted: there is no such memory.
absl::StatusOr<Roof> MeasureRoof(Team& team, size_t buffer_bytes);

}  // namespace model_core
