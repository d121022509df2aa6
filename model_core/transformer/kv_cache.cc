#include "model_core/transformer/kv_cache.h"

#include <algorithm>
#include <cstring>

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

KvCache::Pages KvCache::NewPages(const KvRing& ring, size_t from, size_t end) const {
  if (ring.slots == 0) return {0, 0};
  const size_t begun = (from + kRingTokens - 1) / kRingTokens;
  const size_t kept = end + 1 < ring.window ? 0 : (end + 1 - ring.window) / kRingTokens;
  return {std::max(begun, kept), std::max(begun, (end - 1) / kRingTokens + 1)};
}

KvCache::Pages KvCache::KeptPages(const KvRing& ring) const {
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

void KvCache::Store(size_t layer, size_t position, const uint8_t* keys, const uint8_t* values) {
  const KvLayout::Place& place = layout_.layers[layer];
  const size_t kb = layout_.key_bytes, vb = layout_.value_bytes;
  const size_t rows = place.full ? kPageTokens : kRingTokens, at = position % rows;
  uint8_t* page;
  if (place.full) {
    page = pool_.Data(full_[position / rows * layout_.full_layers + place.table]);
  } else {
    const KvRing& ring = layout_.rings[place.table];
    if (position + ring.window < tokens_ + extended_ + 1) return;
    if (ring.slots == 0) return;
    page = pool_.Data(ring_next_[first_slot_[place.table] + position / rows % ring.slots]) +
           place.place * (layout_.page_bytes() / kRingLayers);
  }
  for (size_t head = 0; head < layout_.heads; ++head) {
    std::memcpy(page + (head * rows + at) * kb, keys + head * kb, kb);
    if (vb == 0) continue;
    std::memcpy(page + layout_.heads * rows * kb + (head * rows + at) * vb, values + head * vb, vb);
  }
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
