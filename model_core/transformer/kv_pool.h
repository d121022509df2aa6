// KvPool: pages of keys and values for many sequences, up to a limit. A page may have several
// holders (a prefix that sequences share) and is free again when the last one drops it. Memory is
// taken from the system as the high-water mark rises, and kept. One thread at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "model_core/base/check.h"
#include "model_core/device/arena.h"

namespace model_core {

class KvPool {
 public:
  // `page_bytes` 0: pages without memory, to account for what a shape would need.
  // `memory` outlives this.
  KvPool(size_t page_bytes, size_t pages_max, Memory& memory = HostMemory())
      : page_bytes_(page_bytes), pages_max_(pages_max), arena_(memory) {}

  // A page with one holder. There must be a free one.
  uint32_t Take();
  void Share(uint32_t page) { ++holders_[page]; }
  void Drop(uint32_t page);
  bool IsShared(uint32_t page) const { return holders_[page] > 1; }
  // Page p is the p % kSlabPages-th of slabs()[p / kSlabPages], until the next Take.
  static constexpr size_t kSlabPages = 16;
  uint8_t* const* slabs() const { return slabs_.data(); }
  uint8_t* Data(uint32_t page) const {
    return slabs_[page / kSlabPages] + page % kSlabPages * page_bytes_;
  }

  // Takes the memory of `pages` in all now, so that Take does not have to. Where a device does not
  // give it, the limit falls to what there is.
  void Back(size_t pages);
  // A higher limit; a lower one is ignored.
  void Allow(size_t pages_max) { pages_max_ = std::max(pages_max_, pages_max); }

  Memory& memory() const { return arena_.memory(); }
  size_t pages_max() const { return pages_max_; }
  size_t used() const { return used_; }
  size_t used_most() const { return used_most_; }  // high-water mark
  size_t free() const { return pages_max_ - used_; }

 private:
  const size_t page_bytes_;
  size_t pages_max_, used_ = 0, used_most_ = 0;
  std::vector<uint32_t> holders_;  // by page
  std::vector<uint32_t> free_;     // last dropped, first taken: it is still in the CPU's cache
  Arena arena_;
  std::vector<uint8_t*> slabs_;
};

}  // namespace model_core
