#include "model_core/device/kv_pages.h"

#include <cstring>

namespace model_core {

void StoreRow(const KvPages& pages, const KvShape& shape, size_t position, const uint8_t* keys,
              const uint8_t* values) {
  if (position < pages.stored_from) return;
  const size_t kb = shape.key_bytes, vb = shape.value_bytes;
  const size_t rows = pages.rows, at = position % rows;
  uint8_t* page = pages.Page(pages.written, position / rows);
  for (size_t head = 0; head < shape.heads; ++head) {
    std::memcpy(page + (head * rows + at) * kb, keys + head * kb, kb);
    if (vb == 0) continue;
    std::memcpy(page + rows * shape.keys_bytes() + (head * rows + at) * vb, values + head * vb, vb);
  }
}

}  // namespace model_core
