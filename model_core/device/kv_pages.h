// Where keys and values of past tokens lie: pages of a pool, in the device's memory. The tables
// that say which pages are a sequence's lie on the host.
#pragma once

#include <algorithm>

#include "model_core/device/team.h"
#include "model_core/tensor/kept_rows.h"

namespace model_core {

enum class KvPart { kKeys, kValues };

// Keys and values of one token in one layer, of every layer alike.
struct KvShape {
  Dtype kind;                     // of rows: kF32, kF16 or kQ8Rows
  size_t heads;                   // kept ones
  size_t key_width, value_width;  // value_width 0: a value is the first part of its key
  size_t key_bytes, value_bytes;  // of one head's row

  KvShape(Dtype kind, size_t heads, size_t key_width, size_t value_width)
      : kind(kind),
        heads(heads),
        key_width(key_width),
        value_width(value_width),
        key_bytes(KeptBytes(kind, key_width)),
        value_bytes(value_width == 0 ? 0 : KeptBytes(kind, value_width)) {}
  size_t keys_bytes() const { return heads * key_bytes; }
  size_t values_bytes() const { return heads * value_bytes; }
};

// The pages of one layer of one sequence, in a pass. Page i holds the tokens i · rows …: first
// their keys [heads, rows, key_bytes], then their values. Its number is …[i % slots · stride] of
// the two tables: what earlier passes left is in `read`, this pass writes to `written`.
struct KvPages {
  const uint32_t* read = nullptr;
  const uint32_t* written = nullptr;
  size_t slots = 1, stride = 1;
  size_t rows = 1;                  // tokens of a page
  size_t stored_from = 0;           // positions before it will be seen by no later token
  uint8_t* const* slabs = nullptr;  // page p is the p % slab_pages-th of slabs[p / slab_pages]
  size_t slab_pages = 1, page_bytes = 0;
  size_t offset = 0;  // bytes from a page's beginning to the layer's part of it

  uint8_t* Page(const uint32_t* table, size_t index) const {
    const uint32_t page = table[index % slots * stride];
    return slabs[page / slab_pages] + page % slab_pages * page_bytes + offset;
  }
};

// Calls see(head, position, rows) for positions first … end - 1 of some heads that earlier passes
// left, as they lie together in memory, page after page and in it head after head: `rows` is a
// matrix of their keys or values from `position` on. The CPU does not foresee where a page goes on:
// the matrix says it.
template <typename See>
void VisitRows(const KvPages& pages, const KvShape& shape, Share heads, KvPart part, size_t first,
               size_t end, const See& see) {
  const bool keys = part == KvPart::kKeys || shape.value_width == 0;
  const size_t row_bytes = keys ? shape.key_bytes : shape.value_bytes, rows = pages.rows;
  const size_t width = keys ? shape.key_width : shape.value_width;
  const auto at = [&](size_t position, size_t head) {
    return pages.Page(pages.read, position / rows) + (keys ? 0 : rows * shape.keys_bytes()) +
           (head * rows + position % rows) * row_bytes;
  };
  for (size_t position = first, count; position < end; position += count) {
    count = std::min(rows - position % rows, end - position);
    for (size_t head = heads.begin; head < heads.end; ++head) {
      const uint8_t* data = at(position, head);
      const uint8_t* next = head + 1 < heads.end     ? at(position, head + 1)
                            : position + count < end ? at(position + count, heads.begin)
                                                     : data;
      see(head, position,
          WeightMatrix{data, shape.kind, count, width, KeptStride(shape.kind, width),
                       static_cast<size_t>(next - data)});
    }
  }
}

// Row `position`, as it is kept: keys [heads, key_bytes], values [heads, value_bytes]. Where the
// memory is the host's.
void StoreRow(const KvPages& pages, const KvShape& shape, size_t position, const uint8_t* keys,
              const uint8_t* values);

}  // namespace model_core
