// KvCache: keys and values of one sequence's past tokens, in pages of a pool. A layer that sees all
// tokens keeps them all; a window layer keeps the window - 1 that the next token will see, since
// the tokens of a pass are seen in the pass's own room. Latent attention keeps one row a token,
// whose first part is also the value. One thread at a time, but for Store and Visit, which the
// members of a team call for tokens and layers of their own.
//
// In a pass: Extend, then by layer Visit and, when the layer has been seen by all, Store; at last
// Commit.
#pragma once

#include <span>
#include <vector>

#include "model_core/transformer/kv_layout.h"
#include "model_core/transformer/kv_pool.h"

namespace model_core {

enum class KvPart { kKeys, kValues };

class KvCache {
 public:
  // Both outlive this.
  KvCache(const KvLayout& layout, KvPool& pool);
  ~KvCache() { Clear(); }
  KvCache(const KvCache&) = delete;
  KvCache& operator=(const KvCache&) = delete;

  const KvLayout& layout() const { return layout_; }
  size_t tokens() const { return tokens_; }

  // Room in the tables for `tokens` in all, so that Extend allocates none. Takes no pages.
  void Reserve(size_t tokens);

  // Pages that Extend(count) will take from the pool; it must have them.
  size_t PagesToTake(size_t count) const;
  void Extend(size_t count);
  // Row `position` of a layer, as it is kept: keys [heads, key_bytes], values [heads, value_bytes].
  // What no later token will see is not stored.
  void Store(size_t layer, size_t position, const uint8_t* keys, const uint8_t* values);
  void Commit();
  // Forgets all tokens, and drops the pages.
  void Clear();

  // Calls see(rows) for positions first … end - 1 of one head, in order, as they lie together in
  // memory, `rows` being a matrix of their keys or values.
  template <typename See>
  void Visit(size_t layer, size_t head, KvPart part, size_t first, size_t end,
             const See& see) const;

  // For prefixes that sequences share: the pages of the first `tokens`, a multiple of kPageTokens.
  // Full layers: [tokens / kPageTokens, full layers]. Rings: for each ring its pages with the
  // window - 1 last tokens, ascending.
  std::span<const uint32_t> FullPages(size_t tokens) const;
  // Holds on to the rings' pages as they are now, until the next Pin or Clear.
  void Pin();
  size_t pinned_tokens() const { return pinned_tokens_; }
  std::span<const uint32_t> pinned() const { return pinned_; }
  // Continues after `tokens` that another sequence computed; this one is empty.
  void AdoptFull(std::span<const uint32_t> pages);  // of the next kPageTokens
  void AdoptRings(std::span<const uint32_t> pages, size_t tokens);

 private:
  static constexpr uint32_t kNone = ~uint32_t{0};
  struct Pages {
    size_t first, end;
  };
  // The ring's pages that tokens from … end - 1 begin, as far as they stay.
  Pages NewPages(const KvRing& ring, size_t from, size_t end) const;
  Pages KeptPages(const KvRing& ring) const;
  void Unpin();
  const uint8_t* Page(const KvLayout::Place& place, size_t index) const {
    if (place.full) return pool_.Data(full_[index * layout_.full_layers + place.table]);
    const KvRing& ring = layout_.rings[place.table];
    return pool_.Data(ring_now_[first_slot_[place.table] + index % ring.slots]) +
           place.place * (layout_.page_bytes() / kRingLayers);
  }

  const KvLayout& layout_;
  KvPool& pool_;
  size_t tokens_ = 0;
  size_t extended_ = 0;              // tokens that the pass adds
  std::vector<uint32_t> full_;       // [tokens / kPageTokens, full layers]
  std::vector<size_t> first_slot_;   // by ring
  std::vector<uint32_t> ring_now_;   // by slot: what is read …
  std::vector<uint32_t> ring_next_;  // … and what is written in a pass; mostly the same page
  std::vector<uint32_t> retired_;    // shared pages that the pass still reads
  std::vector<uint32_t> pinned_;
  size_t pinned_tokens_ = 0;
};

// The CPU does not foresee where a page goes on: kernels are told.
template <typename See>
void KvCache::Visit(size_t layer, size_t head, KvPart part, size_t first, size_t end,
                    const See& see) const {
  const KvLayout::Place& place = layout_.layers[layer];
  const bool keys = part == KvPart::kKeys || layout_.value_width == 0;
  const size_t rows = place.full ? kPageTokens : kRingTokens;
  const size_t row_bytes = keys ? layout_.key_bytes : layout_.value_bytes;
  const size_t offset =
      (keys ? 0 : layout_.heads * rows * layout_.key_bytes) + head * rows * row_bytes;
  const size_t width = keys ? layout_.key_width : layout_.value_width;
  for (size_t position = first; position < end;) {
    const size_t at = position % rows, index = position / rows;
    const size_t count = std::min(rows - at, end - position);
    const uint8_t* data = Page(place, index) + offset + at * row_bytes;
    const bool last = (index + 1) * rows >= end;
    const uint8_t* next = last ? data : Page(place, index + 1) + offset + at * row_bytes;
    see(WeightMatrix{data, layout_.kind, count, width, KeptStride(layout_.kind, width),
                     static_cast<size_t>(next - data)});
    position += count;
  }
}

}  // namespace model_core
