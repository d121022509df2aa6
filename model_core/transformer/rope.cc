#include "model_core/transformer/rope.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "model_core/kernels/kernels.h"

namespace model_core {
namespace {

// The pair that turns `turns` times within the original context; a fraction.
double PairOfTurns(const RopeConfig& rope, double turns) {
  const double dimensions = static_cast<double>(rope.dimensions);
  return dimensions * ExactLog(rope.yarn_context / (turns * 2 * std::numbers::pi)) /
         (2 * ExactLog(rope.theta));
}

void ApplyYarn(const RopeConfig& rope, std::vector<double>& frequencies) {
  const double last = static_cast<double>(rope.dimensions) - 1;
  const double low = std::max(std::floor(PairOfTurns(rope, rope.yarn_beta_fast)), 0.0);
  double high = std::min(std::ceil(PairOfTurns(rope, rope.yarn_beta_slow)), last);
  if (low == high) high += 0.001;  // as the reference, which divides by the difference
  for (size_t i = 0; i < frequencies.size(); ++i) {
    const double slowed = std::clamp((static_cast<double>(i) - low) / (high - low), 0.0, 1.0);
    frequencies[i] = frequencies[i] * (1 - slowed) + frequencies[i] / rope.yarn_factor * slowed;
  }
}

}  // namespace

std::vector<double> RopeFrequencies(const RopeConfig& rope) {
  std::vector<double> frequencies(rope.dimensions / 2);
  const double ratio = ExactRoot(1 / rope.theta, rope.dimensions / 2);
  double frequency = 1 / rope.divisor;
  for (double& each : frequencies) {
    each = frequency;
    frequency *= ratio;
  }
  if (rope.yarn_factor != 1) ApplyYarn(rope, frequencies);
  for (size_t i = 0; i < rope.divisors.size(); ++i) frequencies[i] /= rope.divisors[i];
  return frequencies;
}

}  // namespace model_core
