// Normally distributed numbers, the same for the same seed.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace model_core {

inline std::vector<float> Noise(size_t count, uint32_t seed, float spread = 1) {
  std::mt19937 engine(seed);
  std::normal_distribution<float> normal(0, spread);
  std::vector<float> values(count);
  for (float& value : values) value = normal(engine);
  return values;
}

}  // namespace model_core
