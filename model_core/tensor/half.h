// Sixteen-bit floats as bits: IEEE half precision and bfloat16.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace model_core {

inline float FromBf16(uint16_t bits) {
  return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16);
}

inline float FromF16(uint16_t bits) {
  const uint32_t sign = (bits & 0x8000U) << 16, rest = bits & 0x7FFFU;
  const float size = rest >= 0x7C00   ? std::bit_cast<float>(0x7F800000U | (rest & 0x3FFU) << 13)
                     : rest >= 0x0400 ? std::bit_cast<float>((rest << 13) + (112U << 23))
                                      : static_cast<float>(rest) * 0x1p-24F;
  return std::bit_cast<float>(std::bit_cast<uint32_t>(size) | sign);
}

// The nearest half, of two equally near the even one; beyond 65504 infinity.
inline uint16_t ToF16(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value), size = bits & 0x7FFFFFFFU;
  const uint32_t sign = bits >> 16 & 0x8000U;
  uint32_t half = 0;
  if (size > 0x7F800000U) {
    half = 0x7E00;  // not a number
  } else if (size >= 0x47800000U) {
    half = 0x7C00;
  } else if (size >= 0x38800000U) {
    half = (size + 0xFFFU + (size >> 13 & 1U) - 0x38000000U) >> 13;
  } else {  // subnormal: whole multiples of 2^-24
    half = static_cast<uint32_t>(std::nearbyint(std::bit_cast<float>(size) * 0x1p24F));
  }
  return static_cast<uint16_t>(half | sign);
}

// The least half that is not below `value`, which is not negative.
inline uint16_t ToF16AtLeast(float value) {
  const uint16_t half = ToF16(value);
  return FromF16(half) < value ? static_cast<uint16_t>(half + 1) : half;
}

}  // namespace model_core
