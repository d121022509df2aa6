// Elements of a stored tensor as f32, whatever type the file holds.
#pragma once

#include "model_core/weights/tensor_view.h"

namespace model_core {

// Writes elements begin … begin + count - 1, in the order of storage, to `out`. Reads unaligned
// data. Thread-safe.
using ReadElements = void (*)(const TensorView& view, size_t begin, size_t count, float* out);

// Null: a type that this engine does not read. Read are F32, BF16, F16, F8_E4M3, and GGUF's Q8_0,
// Q4_0, Q4_K and Q6_K.
ReadElements ElementReader(const std::string& dtype);

// Of a tensor of BF16 or F32: which element is the first that is no finite number; if none is, how
// many there are. Reads it all, about as fast as memory gives it.
size_t FirstNoNumber(const TensorView& view);

}  // namespace model_core
