#include "model_core/weights/elements.h"

#include <cmath>
#include <cstring>

#include "model_core/tensor/half.h"
#include "model_core/weights/gguf_blocks.h"

namespace model_core {
namespace {

// FP8 E4M3 (OCP 1.0): bias 7, no infinities, all ones is not a number.
float FromE4M3(uint8_t bits) {
  const int exponent = bits >> 3 & 15;
  const int fraction = bits & 7;
  const float size = (bits & 127) == 127 ? NAN
                     : exponent == 0     ? std::ldexp(static_cast<float>(fraction), -9)
                                     : std::ldexp(static_cast<float>(8 + fraction), exponent - 10);
  return (bits & 0x80) != 0 ? -size : size;
}

float AsIs(float value) { return value; }

template <typename Bits, float (*kConvert)(Bits)>
void Read(const TensorView& view, size_t begin, size_t count, float* out) {
  const uint8_t* from = view.data.data() + begin * sizeof(Bits);
  for (size_t i = 0; i < count; ++i) {
    Bits bits;
    std::memcpy(&bits, from + i * sizeof(bits), sizeof(bits));
    out[i] = kConvert(bits);
  }
}

}  // namespace

ReadElements ElementReader(const std::string& dtype) {
  if (dtype == "F32") return &Read<float, &AsIs>;
  if (dtype == "BF16") return &Read<uint16_t, &FromBf16>;
  if (dtype == "F16") return &Read<uint16_t, &FromF16>;
  if (dtype == "F8_E4M3") return &Read<uint8_t, &FromE4M3>;
  return GgufBlockReader(dtype);
}

}  // namespace model_core
