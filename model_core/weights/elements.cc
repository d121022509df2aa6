#include "model_core/weights/elements.h"

#include <algorithm>
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

// Of numbers of whose bits `kExponent` are all set only in those that are none. Looks for one in
// whole stretches, without a branch.
template <typename Bits, Bits kExponent>
size_t FirstNoNumberOf(const TensorView& view) {
  constexpr size_t kStretch = 4096;
  const size_t count = view.data.size() / sizeof(Bits);
  const auto none = [&](size_t i) {
    Bits bits;
    std::memcpy(&bits, view.data.data() + i * sizeof(bits), sizeof(bits));
    return (bits & kExponent) == kExponent;
  };
  for (size_t at = 0; at < count; at += kStretch) {
    const size_t end = std::min(count, at + kStretch);
    Bits any = 0;
    for (size_t i = at; i < end; ++i) any = static_cast<Bits>(any | (none(i) ? 1 : 0));
    while (any != 0 && !none(at)) ++at;
    if (any != 0) return at;
  }
  return count;
}

}  // namespace

size_t FirstNoNumber(const TensorView& view) {
  return view.dtype == "BF16" ? FirstNoNumberOf<uint16_t, 0x7F80>(view)
                              : FirstNoNumberOf<uint32_t, 0x7F800000>(view);
}

ReadElements ElementReader(const std::string& dtype) {
  if (dtype == "F32") return &Read<float, &AsIs>;
  if (dtype == "BF16") return &Read<uint16_t, &FromBf16>;
  if (dtype == "F16") return &Read<uint16_t, &FromF16>;
  if (dtype == "F8_E4M3") return &Read<uint8_t, &FromE4M3>;
  return GgufBlockReader(dtype);
}

}  // namespace model_core
