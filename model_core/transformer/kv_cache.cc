#include "model_core/transformer/kv_cache.h"

#include <algorithm>
#include <limits>

namespace model_core {

KvCache::KvCache(const KvLayout& layout, KvPool& pool) : layout_(layout), pool_(pool) {
  size_t slots = 0;
  for (const KvRing& ring : layout_.rings) {
    first_slot_.push_back(slots);
    slots += ring.slots;
  }
  ring_now_.assign(slots, kNone);
  ring_next_.assign(slots, kNone);
  retired_.reserve(slots);
  pinned_.reserve(slots);
}

void KvCache::Reserve(size_t tokens) {
  full_.reserve((tokens + kPageTokens - 1) / kPageTokens * layout_.full_layers);
}

KvCache::Range KvCache::NewPages(const KvRing& ring, size_t from, size_t end) const {
  if (ring.slots == 0) return {0, 0};
  const size_t begun = (from + kRingTokens - 1) / kRingTokens;
  const size_t kept = end + 1 < ring.window ? 0 : (end + 1 - ring.window) / kRingTokens;
  return {std::max(begun, kept), std::max(begun, (end - 1) / kRingTokens + 1)};
}

KvCache::Range KvCache::KeptPages(const KvRing& ring) const {
  if (ring.slots == 0 || tokens_ == 0) return {0, 0};
  const size_t first = tokens_ + 1 < ring.window ? 0 : tokens_ + 1 - ring.window;
  return {first / kRingTokens, (tokens_ - 1) / kRingTokens + 1};
}

size_t KvCache::PagesToTake(size_t count) const {
  const size_t end = tokens_ + count;
  size_t pages = (end + kPageTokens - 1) / kPageTokens * layout_.full_layers - full_.size();
  for (size_t r = 0; r < layout_.rings.size(); ++r) {
    const KvRing& ring = layout_.rings[r];
    const auto [first, last] = NewPages(ring, tokens_, end);
    for (size_t index = first; index < last; ++index) {
      const uint32_t page = ring_now_[first_slot_[r] + index % ring.slots];
      if (page == kNone || pool_.IsShared(page)) ++pages;
    }
  }
  return pages;
}

// A page of a ring is written over when its tokens have left the window; one that others hold as
// well is replaced, and read until the pass is over.
void KvCache::Extend(size_t count) {
  const size_t end = tokens_ + count;
  while (full_.size() < (end + kPageTokens - 1) / kPageTokens * layout_.full_layers)
    full_.push_back(pool_.Take());
  for (size_t r = 0; r < layout_.rings.size(); ++r) {
    const KvRing& ring = layout_.rings[r];
    const auto [first, last] = NewPages(ring, tokens_, end);
    for (size_t index = first; index < last; ++index) {
      const size_t slot = first_slot_[r] + index % ring.slots;
      const uint32_t page = ring_now_[slot];
      if (page != kNone && !pool_.IsShared(page)) continue;
      if (page != kNone) retired_.push_back(page);
      ring_next_[slot] = pool_.Take();
    }
  }
  extended_ = count;
}

KvPages KvCache::Pages(size_t layer) const {
  const KvLayout::Place& place = layout_.layers[layer];
  KvPages pages{
      .slabs = pool_.slabs(), .slab_pages = KvPool::kSlabPages, .page_bytes = layout_.page_bytes()};
  if (place.full) {
    pages.read = pages.written = full_.data() + place.table;
    pages.slots = std::numeric_limits<size_t>::max();
    pages.stride = layout_.full_layers;
    pages.rows = kPageTokens;
    return pages;
  }
  const KvRing& ring = layout_.rings[place.table];
  const size_t end = tokens_ + extended_;
  pages.read = ring_now_.data() + first_slot_[place.table];
  pages.written = ring_next_.data() + first_slot_[place.table];
  pages.slots = std::max<size_t>(ring.slots, 1);
  pages.stride = 1;
  pages.rows = kRingTokens;
  pages.stored_from = end + 1 < ring.window ? 0 : end + 1 - ring.window;
  pages.offset = place.place * (layout_.page_bytes() / kRingLayers);
  return pages;
}

void KvCache::Commit() {
  tokens_ += extended_;
  extended_ = 0;
  ring_now_ = ring_next_;
  for (uint32_t page : retired_) pool_.Drop(page);
  retired_.clear();
}

void KvCache::Clear() {
  Commit();
  for (uint32_t page : full_) pool_.Drop(page);
  full_.clear();
  for (uint32_t& page : ring_now_) {
    if (page != kNone) pool_.Drop(page);
    page = kNone;
  }
  ring_next_ = ring_now_;
  Unpin();
  tokens_ = 0;
}

std::span<const uint32_t> KvCache::FullPages(size_t tokens) const {
  return std::span(full_).first(tokens / kPageTokens * layout_.full_layers);
}

void KvCache::Unpin() {
  for (uint32_t page : pinned_) pool_.Drop(page);
  pinned_.clear();
  pinned_tokens_ = 0;
}

void KvCache::Pin() {
  Unpin();
  for (size_t r = 0; r < layout_.rings.size(); ++r) {
    const KvRing& ring = layout_.rings[r];
    const auto [first, last] = KeptPages(ring);
    for (size_t index = first; index < last; ++index) {
      pinned_.push_back(ring_now_[first_slot_[r] + index % ring.slots]);
      pool_.Share(pinned_.back());
    }
  }
  pinned_tokens_ = tokens_;
}

void KvCache::AdoptFull(std::span<const uint32_t> pages) {
  CHECK(pages.size() == layout_.full_layers);
  for (uint32_t page : pages) {
    pool_.Share(page);
    full_.push_back(page);
  }
  tokens_ += kPageTokens;
}

void KvCache::AdoptRings(std::span<const uint32_t> pages, size_t tokens) {
  tokens_ = tokens;
  size_t at = 0;
  for (size_t r = 0; r < layout_.rings.size(); ++r) {
    const KvRing& ring = layout_.rings[r];
    const auto [first, last] = KeptPages(ring);
    for (size_t index = first; index < last; ++index) {
      pool_.Share(pages[at]);
      ring_now_[first_slot_[r] + index % ring.slots] = pages[at++];
    }
  }
  CHECK(at == pages.size());
  ring_next_ = ring_now_;
}

}  // namespace model_core
