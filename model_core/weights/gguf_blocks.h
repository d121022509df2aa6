// The tensor types of GGUF, and their weights as f32. Quantised types cut a row into blocks with
// scales of their own; d and m below are IEEE halves.
//   Q8_0, 34 bytes for 32:   d, 32 signed bytes                              w = d · q
//   Q4_0, 18 bytes for 32:   d, 16 bytes of two nibbles: i, then i + 16      w = d · (q - 8)
//   Q4_K, 144 bytes for 256: d, m, 8 scales and 8 minima of 6 bits, nibbles  w = d · s · q - m · l
//   Q6_K, 210 bytes for 256: low nibbles, high pairs of bits, 16 scales, d   w = d · s · (q - 32)
// Layouts: ggml, ggml-common.h.
#pragma once

#include <cstdint>
#include <string_view>

#include "model_core/weights/elements.h"

namespace model_core {

struct GgufType {
  uint32_t id = 0;
  std::string_view name;      // TensorView::dtype
  size_t block_elements = 0;  // 0: a type that this engine does not read
  size_t block_bytes = 0;
};

// Null: GGUF has no such type.
const GgufType* FindGgufType(uint32_t id);

// Null: `dtype` is not a type in blocks, or not one that this engine reads.
ReadElements GgufBlockReader(std::string_view dtype);

}  // namespace model_core
