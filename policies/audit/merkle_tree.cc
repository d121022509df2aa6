// RFC 6962 §2.1. levels_[k][i] is the root of the complete subtree of 2^k leaves that begins at
// i·2^k.
#include "model_core/base/check.h"
#include "policies/audit_log.h"

namespace policies {
namespace {

using base::Digest;

Digest NodeHash(const Digest& left, const Digest& right) {
  std::string both(base::AsBytes(left));
  both.append(base::AsBytes(right));
  return base::Sha256(std::string_view("\1", 1), both);
}

// The largest power of two smaller than `count`, for count > 1.
uint64_t SplitPoint(uint64_t count) {
  uint64_t k = 1;
  while (k << 1 < count) k <<= 1;
  return k;
}

int Log2(uint64_t power) { return __builtin_ctzll(power); }

}  // namespace

uint64_t MerkleTree::size() const { return levels_.empty() ? 0 : levels_[0].size(); }

void MerkleTree::Append(const Digest& leaf_hash) {
  if (levels_.empty()) levels_.emplace_back();
  levels_[0].push_back(leaf_hash);
  for (size_t k = 0; levels_[k].size() % 2 == 0; ++k) {
    if (k + 1 == levels_.size()) levels_.emplace_back();
    const std::vector<Digest>& below = levels_[k];
    levels_[k + 1].push_back(NodeHash(below[below.size() - 2], below[below.size() - 1]));
  }
}

Digest MerkleTree::Range(uint64_t begin, uint64_t end) const {
  const uint64_t count = end - begin;
  if (count == 0) return base::Sha256("");
  if ((count & (count - 1)) == 0) return levels_[static_cast<size_t>(Log2(count))][begin / count];
  const uint64_t k = SplitPoint(count);
  return NodeHash(Range(begin, begin + k), Range(begin + k, end));
}

Digest MerkleTree::Root(uint64_t size) const {
  CHECK(size <= this->size());
  return Range(0, size);
}

std::vector<Digest> MerkleTree::InclusionProof(uint64_t index, uint64_t size) const {
  CHECK(index < size && size <= this->size());
  std::vector<Digest> proof;
  uint64_t begin = 0, end = size;
  while (end - begin > 1) {
    const uint64_t middle = begin + SplitPoint(end - begin);
    if (index < middle) {
      proof.insert(proof.begin(), Range(middle, end));
      end = middle;
    } else {
      proof.insert(proof.begin(), Range(begin, middle));
      begin = middle;
    }
  }
  return proof;
}

std::vector<Digest> MerkleTree::ConsistencyProof(uint64_t old_size, uint64_t size) const {
  CHECK(old_size <= size && size <= this->size());
  std::vector<Digest> proof;
  if (old_size == 0 || old_size == size) return proof;
  uint64_t begin = 0, end = size;
  bool complete = true;  // the old tree is a whole subtree of the part looked at
  while (old_size != end) {
    const uint64_t middle = begin + SplitPoint(end - begin);
    if (old_size <= middle) {
      proof.insert(proof.begin(), Range(middle, end));
      end = middle;
    } else {
      proof.insert(proof.begin(), Range(begin, middle));
      begin = middle;
      complete = false;
    }
  }
  if (!complete) proof.insert(proof.begin(), Range(begin, end));
  return proof;
}

// RFC 9162 §2.1.3.2.
bool VerifyInclusion(const Digest& leaf, uint64_t index, uint64_t size,
                     std::span<const Digest> proof, const Digest& root) {
  if (index >= size) return false;
  uint64_t fn = index, sn = size - 1;
  Digest hash = leaf;
  for (const Digest& sibling : proof) {
    if (sn == 0) return false;
    if ((fn & 1) == 1 || fn == sn) {
      hash = NodeHash(sibling, hash);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      hash = NodeHash(hash, sibling);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && hash == root;
}

// RFC 9162 §2.1.4.2.
bool VerifyConsistency(uint64_t old_size, const Digest& old_root, uint64_t size, const Digest& root,
                       std::span<const Digest> proof) {
  if (old_size > size) return false;
  if (old_size == size) return proof.empty() && old_root == root;
  if (old_size == 0) return proof.empty();
  std::vector<Digest> path(proof.begin(), proof.end());
  if ((old_size & (old_size - 1)) == 0) path.insert(path.begin(), old_root);
  if (path.empty()) return false;
  uint64_t fn = old_size - 1, sn = size - 1;
  while ((fn & 1) == 1) {
    fn >>= 1;
    sn >>= 1;
  }
  Digest fr = path[0], sr = path[0];
  for (size_t i = 1; i < path.size(); ++i) {
    if (sn == 0) return false;
    if ((fn & 1) == 1 || fn == sn) {
      fr = NodeHash(path[i], fr);
      sr = NodeHash(path[i], sr);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      sr = NodeHash(sr, path[i]);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && fr == old_root && sr == root;
}

}  // namespace policies
