// PrefixCache: keys and values of what requests began with, kept while the pool has room. A tree
// for each tenant, one node a page of tokens. A node's full pages serve everyone that passes it; to
// go on from a node takes the window layers' last tokens as well, which are kept where a prompt or
// an answer ended or where two prompts parted. What was computed once is the same bits each time.
// An image is told from others by the hash of its pixels. Least recently used goes first. One
// thread.
#pragma once

#include <array>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "model_core/base/sha256.h"
#include "model_core/transformer/kv_cache.h"

namespace model_core {

// An image of a prompt, in place of its tokens first … end - 1.
struct ImagePlace {
  size_t first, end;
  base::Digest digest;
};

class PrefixCache {
 public:
  // Both outlive this.
  PrefixCache(const KvLayout& layout, KvPool& pool, size_t pages_max)
      : layout_(layout), pool_(pool), pages_max_(pages_max) {}
  ~PrefixCache() {
    while (EvictOne()) {
    }
  }

  // From now on so many pages at most.
  void Allow(size_t pages_max) { pages_max_ = pages_max; }

  struct Match {
    size_t usable = 0;  // tokens that `cache` now holds
    size_t known = 0;   // tokens that the tree has seen; remembered again up to here, all is usable
  };
  // Fills the empty `cache` with the longest usable beginning of `tokens`, short of the last one.
  // `images` ascend.
  Match Adopt(const std::string& tenant, std::span<const int32_t> tokens, KvCache& cache,
              std::span<const ImagePlace> images = {});

  // Keeps what `cache` holds of `tokens`, whole pages of it, if there could be room for them; with
  // its pinned rings if they belong to the end of `tokens`.
  void Remember(const std::string& tenant, std::span<const int32_t> tokens, const KvCache& cache,
                std::span<const ImagePlace> images = {});

  // Forgets the page of tokens that was used least recently. False: there is none.
  bool EvictOne();

  size_t pages() const { return pages_; }  // of the pool

 private:
  struct Block {
    std::array<int32_t, kPageTokens> tokens{};
    std::string images;  // digests of those that stand in the block, also in part
    auto operator<=>(const Block&) const = default;
  };
  struct Node {
    Node* parent = nullptr;  // null: the root of a tenant
    Block block;
    std::string tenant;                 // of a root
    std::vector<uint32_t> full, rings;  // pages
    bool usable = false;                // `rings` are there
    std::map<Block, std::unique_ptr<Node>> children;
    std::list<Node*>::iterator place;  // in recent_
  };

  size_t Fitting(size_t count) const;
  void Hold(std::vector<uint32_t>& held, std::span<const uint32_t> pages);
  void Release(const std::vector<uint32_t>& held);
  static Block BlockAt(std::span<const int32_t> tokens, std::span<const ImagePlace> images,
                       size_t at);
  Node& Child(Node& node, const Block& block, std::span<const uint32_t> full_pages);
  void Touch(Node* node);

  const KvLayout& layout_;
  KvPool& pool_;
  size_t pages_max_;
  size_t pages_ = 0;
  std::map<std::string, std::unique_ptr<Node>> roots_;  // by tenant
  std::list<Node*> recent_;  // last used first; a node stands before those below it
};

}  // namespace model_core
