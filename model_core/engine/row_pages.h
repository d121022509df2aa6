// RowPages: rows of floats that lie in pages of a pool, and so come out of the same memory as keys
// and values. As many to a page as fit whole. Move-only; the thread of the pool.
#pragma once

#include <utility>
#include <vector>

#include "model_core/transformer/kv_pool.h"

namespace model_core {

class RowPages {
 public:
  RowPages() = default;  // none
  // Takes the pages for `rows` of `width` floats; the pool, which outlives this, has them.
  RowPages(KvPool& pool, size_t page_bytes, size_t rows, size_t width)
      : pool_(&pool), width_(width), page_rows_(PageRows(page_bytes, width)) {
    for (size_t pages = PagesFor(page_bytes, rows, width); pages > 0; --pages)
      pages_.push_back(pool.Take());
  }
  RowPages(RowPages&& other) noexcept { *this = std::move(other); }
  RowPages& operator=(RowPages&& other) noexcept {
    std::swap(pool_, other.pool_);
    std::swap(width_, other.width_);
    std::swap(page_rows_, other.page_rows_);
    pages_.swap(other.pages_);
    return *this;
  }
  ~RowPages() {
    for (uint32_t page : pages_) pool_->Drop(page);
  }

  // 0: not even one row fits a page.
  static size_t PageRows(size_t page_bytes, size_t width) {
    return page_bytes / (width * sizeof(float));
  }
  static size_t PagesFor(size_t page_bytes, size_t rows, size_t width) {
    const size_t each = PageRows(page_bytes, width);
    return rows == 0 ? 0 : (rows + each - 1) / each;
  }

  // Writes a row; where it lies, in the memory of the pool's device.
  const float* Put(size_t index, const float* row) {
    uint8_t* page = pool_->Data(pages_[index / page_rows_]);
    float* to = reinterpret_cast<float*>(page) + index % page_rows_ * width_;
    pool_->memory().Upload(to, row, width_ * sizeof(float));
    return to;
  }

 private:
  KvPool* pool_ = nullptr;
  size_t width_ = 0, page_rows_ = 0;
  std::vector<uint32_t> pages_;
};

}  // namespace model_core
