// Views of weights and activations. Storage belongs to whoever loaded the weights.
#pragma once

#include <cstddef>
#include <cstdint>

namespace model_core {

enum class Dtype { kF32, kBf16 };

// A weight matrix as stored: [rows, cols], row-major.
struct WeightMatrix {
  const void* data = nullptr;
  Dtype dtype = Dtype::kF32;
  size_t rows = 0;
  size_t cols = 0;
};

inline float FromBf16(uint16_t bits) {
  const uint32_t wide = static_cast<uint32_t>(bits) << 16;
  float value;
  __builtin_memcpy(&value, &wide, sizeof(value));
  return value;
}

}  // namespace model_core
