// Packed matrices: weights as small integers, in the order in which kernels read them.
//
// A matrix [rows, cols] is cut into bands of 16 rows, a band into blocks of 32 columns. The blocks
// of a band follow each other, then comes the next band. Rows missing from the last band are 0;
// columns missing from the last block may hold anything: activations are 0 there. Scales are IEEE
// halves, one for each row of a block.
//   q8, 544 bytes a block: weight = scale · (byte - 128), byte in 1 … 255
//     8 slices of 64 bytes: byte 4r + i of slice j is row r, column 4j + i;  16 scales
//   q4, 320 bytes a block: weight = scale · q + least, q in 0 … 15
//     4 slices of 64 bytes: byte 4r + i of slice j holds row r, column 4j + i in its low half and
//     column 16 + 4j + i in its high half;  16 scales;  16 least values, halves too
// That is 8.5 and 5 bits a weight.
#pragma once

#include <cstring>

#include "model_core/tensor/matrix.h"

namespace model_core {

inline constexpr size_t kGroup = 32;       // columns that share a scale
inline constexpr size_t kSliceBytes = 64;  // four columns of a band in q8, twice four in q4
inline constexpr size_t kQ8Slices = 8, kQ4Slices = 4;
inline constexpr size_t kScaleBytes = kBandRows * sizeof(uint16_t);
inline constexpr size_t kQ8BlockBytes = kQ8Slices * kSliceBytes + kScaleBytes;
inline constexpr size_t kQ4BlockBytes = kQ4Slices * kSliceBytes + 2 * kScaleBytes;
inline constexpr int kQ8Zero = 128;

inline size_t Groups(size_t cols) { return (cols + kGroup - 1) / kGroup; }
inline size_t BlockBytes(Dtype packed) {
  return packed == Dtype::kQ8 ? kQ8BlockBytes : kQ4BlockBytes;
}
inline size_t BandBytes(Dtype packed, size_t cols) { return Groups(cols) * BlockBytes(packed); }
inline size_t PackedBytes(Dtype packed, size_t rows, size_t cols) {
  return (rows + kBandRows - 1) / kBandRows * BandBytes(packed, cols);
}

inline WeightMatrix PackedMatrix(const void* data, Dtype packed, size_t rows, size_t cols) {
  return {data, packed, rows, cols, BandBytes(packed, cols)};
}

// The same matrix, after which `next` will be read, or null. One of floats stays as it is.
inline WeightMatrix Before(WeightMatrix w, const void* next) {
  if (w.dtype == Dtype::kF32 || next == nullptr) return w;
  const size_t bytes = IsPacked(w.dtype) ? (w.rows + kBandRows - 1) / kBandRows * w.stride
                                         : w.rows * w.stride * ElementBytes(w.dtype);
  w.ahead = reinterpret_cast<uintptr_t>(next) - reinterpret_cast<uintptr_t>(w.data) - bytes;
  return w;
}

// The block that holds row `row` and the columns of `group`.
inline const uint8_t* PackedBlock(const WeightMatrix& w, size_t row, size_t group) {
  return static_cast<const uint8_t*>(w.data) + row / kBandRows * w.stride +
         group * BlockBytes(w.dtype);
}

// One half of those that follow the slices: first the scales, then (q4) the least values.
inline float PackedScale(const uint8_t* block, Dtype packed, size_t which, size_t row) {
  const size_t slices = packed == Dtype::kQ8 ? kQ8Slices : kQ4Slices;
  uint16_t half;
  std::memcpy(&half,
              block + slices * kSliceBytes + which * kScaleBytes + row % kBandRows * sizeof(half),
              sizeof(half));
  return FromF16(half);
}

// The integer of column `col` of its group: -127 … 127 or 0 … 15.
inline int PackedInteger(const uint8_t* block, Dtype packed, size_t row, size_t col) {
  const size_t within = 4 * (row % kBandRows) + col % 4;
  if (packed == Dtype::kQ8) return block[col / 4 * kSliceBytes + within] - kQ8Zero;
  const uint8_t both = block[col % 16 / 4 * kSliceBytes + within];
  return col < 16 ? both & 15 : both >> 4;
}

}  // namespace model_core
