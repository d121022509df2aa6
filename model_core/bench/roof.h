// Roof: what this machine can do at most, measured with the threads that then run the model.
#pragma once

#include <vector>

#include "model_core/base/json.h"
#include "model_core/bench/peak_loops.h"
#include "model_core/bench/work.h"
#include "model_core/device/team.h"
#include "model_core/device/arena.h"

namespace model_core {

// What keeps a piece of work from being faster.
enum class Bound { kMemory, kInt8, kF32 };
std::string_view BoundName(Bound bound);  // "memory", "int8", "f32"

struct Roof {
  double read_bytes_s = 0;  // from memory, in order
  double int8_ops_s = 0;    // products of bytes; a multiply-add is two
  double f32_ops_s = 0;

  // Seconds that `work` takes at least: to read, or to compute, whichever is longer. Products with
  // packed weights run at the peak of bytes, all others at that of floats.
  double LeastSeconds(const Work& work, bool packed) const;
  // Which of the two; of computing, the products that take more of it.
  Bound BoundOf(const Work& work, bool packed) const;
  base::Json ToJson() const;  // {"read_gb_s", "int8_gop_s", "f32_gop_s"}

 private:
  double Int8Seconds(const Work& work, bool packed) const;
  double F32Seconds(const Work& work, bool packed) const;
};

// The mean of what was measured before and after something.
Roof Between(const Roof& before, const Roof& after);

// The middle of several, at least one; of an even number the lower one.
double Median(std::vector<double> values);
// The same, figure by figure.
Roof MedianRoof(const std::vector<Roof>& roofs);

// Measures the roof again and again. What a machine can do that others share, or a virtual one,
// changes within seconds: only what is measured right beside a model says what share that reached.
class RoofMeter {
 public:
  // Takes `buffer_bytes` of memory, which should be many times the CPU's caches.
  // ResourceExhausted: there is no such memory. `team` outlives this.
  static absl::StatusOr<RoofMeter> Make(Team& team, size_t buffer_bytes);

  // Of each figure the best of a few short runs, together about a tenth of a second.
  Roof Measure() const;
  double Bandwidth() const;  // of these only how many bytes a second are read

 private:
  RoofMeter(Team& team, Arena buffer, const uint8_t* data, size_t bytes);
  size_t RoundsFor(uint64_t (*loop)(size_t)) const;
  double Peak(uint64_t (*loop)(size_t), size_t rounds, double ops_of_round) const;

  Team* team_;
  const PeakLoops* loops_;
  Arena buffer_;
  const uint8_t* data_;  // in buffer_
  size_t bytes_;
  size_t int8_rounds_ = 0, f32_rounds_ = 0;  // of a run
};

}  // namespace model_core
