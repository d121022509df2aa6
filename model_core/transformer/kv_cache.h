// KvCache: keys and values of one sequence's past tokens, in pages of a pool. A layer that sees all
// tokens keeps them all; a window layer keeps the window - 1 that the next token will see, since
// the tokens of a pass are seen in the pass's own room. Latent attention keeps one row a token,
// whose first part is also the value. One thread at a time.
//
// In a pass: Extend, then by layer its rows are read and, when the layer has been seen by all,
// those of the pass stored; at last Commit.
#pragma once

#include <span>
#include <vector>

#include "model_core/transformer/kv_layout.h"
#include "model_core/transformer/kv_pool.h"

namespace model_core {

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
  // What a layer reads and writes in the pass, until the next Extend or Commit.
  KvPages Pages(size_t layer) const;
  void Commit();
  // Forgets all tokens, and drops the pages.
  void Clear();

  // For prefixes that sequences share: the pages of the first `tokens`, a multiple of kPageTokens.
  // Full layers: [tokens / kPageTokens, full layers]. Rings: for each ring its pages with the
  // window - 1 last tokens, ascending.
  std::span<const uint32_t> FullPages(size_t tokens) const;
  // Holds on to the rings' pages as they are now, until the next Pin, Unpin or Clear.
  void Pin();
  void Unpin();
  size_t pinned_tokens() const { return pinned_tokens_; }
  std::span<const uint32_t> pinned() const { return pinned_; }
  // Continues after `tokens` that another sequence computed; this one is empty.
  void AdoptFull(std::span<const uint32_t> pages);  // of the next kPageTokens
  void AdoptRings(std::span<const uint32_t> pages, size_t tokens);

 private:
  static constexpr uint32_t kNone = ~uint32_t{0};
  struct Range {
    size_t first, end;
  };
  // The ring's pages that tokens from … end - 1 begin, as far as they stay.
  Range NewPages(const KvRing& ring, size_t from, size_t end) const;
  Range KeptPages(const KvRing& ring) const;

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

}  // namespace model_core
