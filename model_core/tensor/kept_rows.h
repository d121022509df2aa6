// Rows of keys and values as a KV cache keeps them: floats, halves, or small integers with a scale
// for each group of 32 columns. Whatever the kind, a kept value is exactly one float, so that
// attention over kept rows has the bits of attention over those floats.
//   kF32     as made
//   kF16     the nearest half; beyond 65504 the largest half
//   kQ8Rows  scale · integer in -127 … 127, the scale a half that is not below largest / 127: 34
//            bytes a group, as GGUF's Q8_0 has them; what a row lacks of its last group is 0
// The first columns of a row are a narrower row.
#pragma once

#include "model_core/tensor/packed.h"

namespace model_core {

struct Half {
  uint16_t bits;
};

struct KeptGroup {
  uint16_t scale;
  int8_t values[kGroup];
};
static_assert(sizeof(KeptGroup) == 34);

inline constexpr float kHalfMost = 65504;

// Of a row of `width`, in elements of its kind as WeightMatrix::stride counts them.
inline size_t KeptStride(Dtype kind, size_t width) {
  return kind == Dtype::kQ8Rows ? Groups(width) : width;
}
inline size_t KeptBytes(Dtype kind, size_t width) {
  return KeptStride(kind, width) * ElementBytes(kind);
}

// Columns first … first + count - 1 of rows, `first` a multiple of kGroup.
inline WeightMatrix KeptColumns(WeightMatrix rows, size_t first, size_t count) {
  rows.data = static_cast<const uint8_t*>(rows.data) + KeptBytes(rows.dtype, first);
  rows.cols = count;
  return rows;
}

// Column `col` of a row.
inline float KeptValue(const void* row, Dtype kind, size_t col) {
  if (kind == Dtype::kF32) return static_cast<const float*>(row)[col];
  if (kind == Dtype::kF16) return FromF16(static_cast<const Half*>(row)[col].bits);
  const KeptGroup& group = static_cast<const KeptGroup*>(row)[col / kGroup];
  return FromF16(group.scale) * static_cast<float>(group.values[col % kGroup]);
}

}  // namespace model_core
