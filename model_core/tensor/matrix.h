// Views of weights and activations. Storage belongs to whoever made it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace model_core {

enum class Dtype { kF32, kBf16 };

inline size_t ElementBytes(Dtype dtype) { return dtype == Dtype::kF32 ? 4 : 2; }

// A matrix to multiply by: [rows, cols], row r beginning `stride` elements after row r - 1.
struct WeightMatrix {
  const void* data = nullptr;
  Dtype dtype = Dtype::kF32;
  size_t rows = 0;
  size_t cols = 0;
  size_t stride = 0;

  // Rows first … first + count - 1.
  WeightMatrix Rows(size_t first, size_t count) const {
    const auto* bytes = static_cast<const uint8_t*>(data) + first * stride * ElementBytes(dtype);
    return {bytes, dtype, count, cols, stride};
  }
};

inline float FromBf16(uint16_t bits) {
  const uint32_t wide = static_cast<uint32_t>(bits) << 16;
  float value;
  __builtin_memcpy(&value, &wide, sizeof(value));
  return value;
}

}  // namespace model_core
