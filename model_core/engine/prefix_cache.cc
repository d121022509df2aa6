#include "model_core/engine/prefix_cache.h"

#include <algorithm>

namespace model_core {

PrefixCache::Block PrefixCache::BlockAt(std::span<const int32_t> tokens,
                                        std::span<const ImagePlace> images, size_t at) {
  Block block;
  std::copy_n(tokens.begin() + static_cast<ptrdiff_t>(at), kPageTokens, block.tokens.begin());
  for (const ImagePlace& image : images) {
    if (image.first < at + kPageTokens && image.end > at)
      block.images += base::AsBytes(image.digest);
  }
  return block;
}

PrefixCache::Match PrefixCache::Adopt(const std::string& tenant, std::span<const int32_t> tokens,
                                      KvCache& cache, std::span<const ImagePlace> images) {
  const auto root = roots_.find(tenant);
  if (root == roots_.end() || tokens.empty()) return {};
  std::vector<Node*> path;
  for (Node* node = root->second.get(); (path.size() + 1) * kPageTokens < tokens.size();) {
    const auto child = node->children.find(BlockAt(tokens, images, path.size() * kPageTokens));
    if (child == node->children.end()) break;
    path.push_back(node = child->second.get());
  }
  if (path.empty()) return {};
  Touch(path.back());
  const size_t known = path.size();
  while (!path.empty() && !path.back()->usable) path.pop_back();
  for (const Node* node : path) cache.AdoptFull(node->full);
  if (!path.empty()) cache.AdoptRings(path.back()->rings, path.size() * kPageTokens);
  return {path.size() * kPageTokens, known * kPageTokens};
}

void PrefixCache::Remember(const std::string& tenant, std::span<const int32_t> tokens,
                           const KvCache& cache, std::span<const ImagePlace> images) {
  const size_t count = Fitting(std::min(tokens.size(), cache.tokens()) / kPageTokens);
  if (count == 0) return;
  std::unique_ptr<Node>& root = roots_[tenant];
  if (root == nullptr) {
    root = std::make_unique<Node>();
    root->tenant = tenant;
  }
  const std::span<const uint32_t> pages = cache.FullPages(count * kPageTokens);
  Node* node = root.get();
  for (size_t i = 0; i < count; ++i) {
    node = &Child(*node, BlockAt(tokens, images, i * kPageTokens),
                  pages.subspan(i * layout_.full_layers, layout_.full_layers));
  }
  if (!node->usable && cache.pinned_tokens() == count * kPageTokens) {
    Hold(node->rings, cache.pinned());
    node->usable = true;
  }
  Touch(node);
  while (pages_ > pages_max_ || recent_.size() > pages_max_) EvictOne();  // a node may hold no page
}

// Blocks of so many that there is room for, were nothing else kept. Windows belong to the end, and
// to a place before it where prompts parted: of what does not fit whole, nothing could be gone on
// from.
size_t PrefixCache::Fitting(size_t count) const {
  const size_t rings = layout_.rings.empty() ? 0 : 2 * layout_.ring_slots();
  if (count * layout_.full_layers + rings <= pages_max_ && count <= pages_max_) return count;
  if (!layout_.rings.empty()) return 0;
  return layout_.full_layers == 0 ? 0 : pages_max_ / layout_.full_layers;
}

void PrefixCache::Hold(std::vector<uint32_t>& held, std::span<const uint32_t> pages) {
  held.assign(pages.begin(), pages.end());
  for (uint32_t page : held) pool_.Share(page);
  pages_ += held.size();
}

void PrefixCache::Release(const std::vector<uint32_t>& held) {
  for (uint32_t page : held) pool_.Drop(page);
  pages_ -= held.size();
}

PrefixCache::Node& PrefixCache::Child(Node& node, const Block& block,
                                      std::span<const uint32_t> full_pages) {
  std::unique_ptr<Node>& child = node.children[block];
  if (child != nullptr) return *child;
  child = std::make_unique<Node>();
  child->parent = &node;
  child->block = block;
  child->usable = layout_.rings.empty();
  Hold(child->full, full_pages);
  child->place = recent_.insert(recent_.begin(), child.get());
  return *child;
}

// Leaf first, so that whatever stands above it ends up before it.
void PrefixCache::Touch(Node* node) {
  for (; node->parent != nullptr; node = node->parent)
    recent_.splice(recent_.begin(), recent_, node->place);
}

bool PrefixCache::EvictOne() {
  if (recent_.empty()) return false;
  Node* node = recent_.back();
  recent_.pop_back();
  Release(node->full);
  Release(node->rings);
  Node* parent = node->parent;
  parent->children.erase(Block(node->block));
  if (parent->parent == nullptr && parent->children.empty())
    roots_.erase(std::string(parent->tenant));
  return true;
}

}  // namespace model_core
