#include "model_core/transformer/kv_pool.h"

#include <algorithm>

namespace model_core {

uint32_t KvPool::Take() {
  CHECK(used_ < pages_max_);
  if (free_.empty()) Back(holders_.size() + 1);
  CHECK(!free_.empty());  // who takes what is not backed knows that there is memory
  const uint32_t page = free_.back();
  free_.pop_back();
  holders_[page] = 1;
  used_most_ = std::max(used_most_, ++used_);
  return page;
}

void KvPool::Drop(uint32_t page) {
  CHECK(holders_[page] > 0);
  if (--holders_[page] > 0) return;
  free_.push_back(page);
  --used_;
}

void KvPool::Back(size_t pages) {
  while (holders_.size() < std::min(pages, pages_max_)) {
    if (page_bytes_ > 0) {
      uint8_t* slab = arena_.Take(kSlabPages * page_bytes_);
      if (slab == nullptr) {
        pages_max_ = holders_.size();
        return;
      }
      slabs_.push_back(slab);
    }
    const auto first = static_cast<uint32_t>(holders_.size());
    holders_.resize(first + kSlabPages);
    free_.reserve(holders_.size());
    for (uint32_t i = kSlabPages; i-- > 0;) free_.push_back(first + i);
  }
}

}  // namespace model_core
