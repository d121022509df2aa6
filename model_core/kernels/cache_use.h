// What of a product stays in caches, and what is fetched meanwhile; the same for every width of
// vectors.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <type_traits>

#include "model_core/tensor/kept_rows.h"

namespace model_core {

// Of keys or values, as halves or small integers: no weights are.
template <typename Element>
inline constexpr bool kKept = std::is_same_v<Element, Half> || std::is_same_v<Element, KeptGroup>;

// Tokens that stay in the second-level cache while a whole matrix passes by.
inline size_t TokensAtOnce(size_t token_bytes) {
  constexpr size_t kBytes = 1 << 19, kTile = 12;
  return std::max(kTile, kBytes / token_bytes / kTile * kTile);
}

// Bytes from a row of a tile that begins at `row` to what is fetched while it is read. Of kept rows
// what their owner says. Of weights rows that come 16 KB later or, past the last, what follows the
// matrix: hardware sees no stream in the short rows that a tile reads side by side.
template <typename Element>
size_t FetchedAhead(const WeightMatrix& w, size_t row) {
  if (kKept<Element> || (std::is_same_v<Element, float> && w.ahead != 0)) return w.ahead;
  constexpr size_t kBytes = 16 << 10, kTileRows = 8;
  const size_t row_bytes = w.stride * sizeof(Element);
  const size_t rows = (kBytes / row_bytes / kTileRows + 1) * kTileRows;
  return rows * row_bytes + (row + rows < w.rows ? 0 : w.ahead);
}

// Fetches what lies `ahead` bytes behind columns at … at + 15 of a row.
// Once a line of 64 bytes: of a KeptGroup, which is shorter, every time.
template <typename Element>
[[gnu::always_inline]] inline void FetchAhead(const Element* row, size_t at, size_t ahead) {
  if (!std::is_same_v<Element, float> && at % 32 != 0) return;
  const size_t element = std::is_same_v<Element, KeptGroup> ? at / kGroup : at;
  __builtin_prefetch(
      reinterpret_cast<const void*>(reinterpret_cast<uintptr_t>(row + element) + ahead));
}

// What is fetched while rows are read: nothing, all that lies `ahead` of them, or a part of it.
enum class Fetching { kNone, kAll, kPart };

// In how many parts, a power of two, `passes` over some rows fetch what lies ahead. Wide rows of
// halves, as latents are: were it all asked for in the first pass, memory would be behind then, and
// idle in the others. Short rows are not worth the asking.
template <typename Element>
uint32_t FetchedParts(const WeightMatrix& w, size_t passes) {
  constexpr size_t kWide = 256;
  if (!std::is_same_v<Element, Half> || w.cols < kWide) return 1;
  return passes >= 4 ? 4 : passes >= 2 ? 2 : 1;
}

// Every `parts`-th line, from the `part`-th on. As short as one register.
struct FetchedPart {
  uint32_t part = 0, parts = 1;

  // Columns at … of a row of halves begin one of them.
  [[gnu::always_inline]] inline bool Holds(size_t at) const {
    constexpr size_t kLine = 32;
    return (at & (kLine * parts - 1)) == kLine * part;
  }
};

// Of a row: how long so many columns are.
template <typename Element>
inline constexpr size_t ColumnBytes(size_t columns) {
  return std::is_same_v<Element, KeptGroup> ? columns * sizeof(KeptGroup) / kGroup
                                            : columns * sizeof(Element);
}

// Fetches the rows that lie `ahead` bytes behind some kept ones, in the order in which they lie,
// while these are read column by column of a tile: memory gives neighbours faster than it gives
// pieces of rows. Of a matrix without `ahead` its own rows, which costs no reading. `kInParts`: the
// `part`-th of `parts`, as FetchedParts says.
template <bool kInParts>
class FetchInOrder {
 public:
  explicit FetchInOrder(const WeightMatrix& rows, size_t part = 0, size_t parts = 1)
      : row_bytes_(KeptBytes(rows.dtype, rows.cols)),
        stride_bytes_(rows.stride * ElementBytes(rows.dtype)),
        row_(reinterpret_cast<uintptr_t>(rows.data) + rows.ahead +
             (kInParts ? rows.rows * part / parts * stride_bytes_ : 0)),
        halvings_(std::countr_zero(parts)) {}

  // What is as long as a tile's share of one row.
  template <size_t kBytes>
  [[gnu::always_inline]] inline void Next() {
    constexpr size_t kLine = 64;
#pragma GCC unroll 4
    for (size_t line = 0; line < kBytes; line += kLine)
      __builtin_prefetch(reinterpret_cast<const void*>(row_ + at_ + line));
    at_ += kInParts ? kBytes >> halvings_ : kBytes;
    if (at_ < row_bytes_) return;
    at_ = 0;
    row_ += stride_bytes_;
  }

 private:
  const size_t row_bytes_, stride_bytes_;
  uintptr_t row_;
  size_t at_ = 0;
  const int halvings_;  // of the speed
};

}  // namespace model_core
