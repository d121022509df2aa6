// Views of weights and activations. Storage belongs to whoever made it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "model_core/tensor/half.h"

namespace model_core {

// kF16 and kQ8Rows: rows of a KV cache, see kept_rows.h. kQ8 and kQ4: packed, see packed.h.
enum class Dtype { kF32, kBf16, kF16, kQ8Rows, kQ8, kQ4 };

inline constexpr size_t kBandRows = 16;  // rows of a packed matrix that lie interleaved

// Of one that is not packed: the unit of a stride. Of kQ8Rows it is a group of 32 columns.
inline size_t ElementBytes(Dtype dtype) {
  return dtype == Dtype::kF32 ? 4 : dtype == Dtype::kQ8Rows ? 34 : 2;
}

inline bool IsPacked(Dtype dtype) { return dtype == Dtype::kQ8 || dtype == Dtype::kQ4; }

// A matrix to multiply by: [rows, cols], row r beginning `stride` elements after row r - 1; packed:
// each band of kBandRows rows beginning `stride` bytes after the one before.
struct WeightMatrix {
  const void* data = nullptr;
  Dtype dtype = Dtype::kF32;
  size_t rows = 0;
  size_t cols = 0;
  size_t stride = 0;
  // What is read next, fetched meanwhile. Of rows of a KV cache: bytes from each of them to one
  // that follows. Of weights: bytes from where the matrix ends.
  size_t ahead = 0;

  // Rows first … first + count - 1; packed: `first` is a multiple of kBandRows.
  WeightMatrix Rows(size_t first, size_t count) const {
    const size_t row_bytes = IsPacked(dtype) ? stride / kBandRows : stride * ElementBytes(dtype);
    return {
        static_cast<const uint8_t*>(data) + first * row_bytes, dtype, count, cols, stride, ahead};
  }
};

}  // namespace model_core
