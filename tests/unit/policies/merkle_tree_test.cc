#include <gtest/gtest.h>

#include "model_core/base/strings.h"
#include "policies/audit_log.h"

namespace policies {
namespace {

using base::Digest;

Digest Leaf(std::string_view data) { return base::Sha256(std::string_view("\0", 1), data); }

MerkleTree TreeOf(uint64_t size) {
  MerkleTree tree;
  for (uint64_t i = 0; i < size; ++i) tree.Append(Leaf(base::StrCat("leaf ", i)));
  return tree;
}

constexpr uint64_t kSize = 40;  // over every shape of tree up to six levels

// The reference vectors of Certificate Transparency (google/certificate-transparency, merkletree
// tests).
constexpr const char* kInputs[] = {"",
                                   "00",
                                   "10",
                                   "2021",
                                   "3031",
                                   "40414243",
                                   "5051525354555657",
                                   "606162636465666768696a6b6c6d6e6f"};
constexpr const char* kRoots[] = {
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

TEST(MerkleTree, HasTheRootsOfTheReferenceVectors) {
  MerkleTree tree;
  EXPECT_EQ(base::Hex(tree.Root(0)), base::Sha256Hex(""));
  for (const char* input : kInputs) tree.Append(Leaf(base::HexDecode(input)));
  for (uint64_t size = 1; size <= 8; ++size)
    EXPECT_EQ(base::Hex(tree.Root(size)), kRoots[size - 1]);
}

TEST(MerkleTree, HasTheProofOfTheReferenceVectors) {
  MerkleTree tree;
  for (const char* input : kInputs) tree.Append(Leaf(base::HexDecode(input)));
  const auto proof = tree.InclusionProof(0, 8);
  ASSERT_EQ(proof.size(), 3u);
  EXPECT_EQ(base::Hex(proof[0]),
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7");
  EXPECT_EQ(base::Hex(proof[1]),
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e");
  EXPECT_EQ(base::Hex(proof[2]),
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4");
}

TEST(MerkleTree, EveryLeafIsProvedAtItsPlaceAndAtNoOther) {
  const MerkleTree tree = TreeOf(kSize);
  for (uint64_t size = 1; size <= kSize; ++size) {
    const Digest root = tree.Root(size);
    for (uint64_t i = 0; i < size; ++i) {
      const auto proof = tree.InclusionProof(i, size);
      const Digest leaf = Leaf(base::StrCat("leaf ", i));
      EXPECT_TRUE(VerifyInclusion(leaf, i, size, proof, root)) << i << " of " << size;
      EXPECT_FALSE(VerifyInclusion(leaf, (i + 1) % size, size, proof, root) && size > 1)
          << i << " of " << size;
      EXPECT_FALSE(VerifyInclusion(Leaf("other"), i, size, proof, root));
    }
  }
}

TEST(MerkleTree, AProofWithAnythingChangedAddedOrTakenAwayFails) {
  const MerkleTree tree = TreeOf(kSize);
  const Digest root = tree.Root(kSize), leaf = Leaf("leaf 11");
  const auto proof = tree.InclusionProof(11, kSize);
  for (size_t i = 0; i < proof.size(); ++i) {
    auto changed = proof;
    changed[i][0] ^= 1;
    EXPECT_FALSE(VerifyInclusion(leaf, 11, kSize, changed, root)) << i;
    auto shorter = proof;
    shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FALSE(VerifyInclusion(leaf, 11, kSize, shorter, root)) << i;
    auto longer = proof;
    longer.insert(longer.begin() + static_cast<std::ptrdiff_t>(i), root);
    EXPECT_FALSE(VerifyInclusion(leaf, 11, kSize, longer, root)) << i;
  }
  EXPECT_FALSE(VerifyInclusion(leaf, kSize, kSize, proof, root));
  EXPECT_FALSE(VerifyInclusion(leaf, UINT64_MAX, kSize, proof, root));
  EXPECT_FALSE(VerifyInclusion(leaf, 11, 0, proof, root));
}

TEST(MerkleTree, EveryEarlierTreeIsProvedToBeAPrefix) {
  const MerkleTree tree = TreeOf(kSize);
  for (uint64_t size = 1; size <= kSize; ++size) {
    for (uint64_t old_size = 0; old_size <= size; ++old_size) {
      const auto proof = tree.ConsistencyProof(old_size, size);
      EXPECT_TRUE(VerifyConsistency(old_size, tree.Root(old_size), size, tree.Root(size), proof));
      if (old_size == 0) continue;
      Digest other = tree.Root(old_size);
      other[31] ^= 1;
      EXPECT_FALSE(VerifyConsistency(old_size, other, size, tree.Root(size), proof));
    }
  }
}

TEST(MerkleTree, AConsistencyProofWithAnythingChangedFails) {
  const MerkleTree tree = TreeOf(kSize);
  const auto holds = [&](uint64_t old_size, const std::vector<Digest>& proof) {
    return VerifyConsistency(old_size, tree.Root(old_size), kSize, tree.Root(kSize), proof);
  };
  for (uint64_t old_size = 1; old_size < kSize; ++old_size) {
    const auto proof = tree.ConsistencyProof(old_size, kSize);
    for (size_t i = 0; i < proof.size(); ++i) {
      auto changed = proof;
      changed[i][5] ^= 0x80;
      EXPECT_FALSE(holds(old_size, changed)) << old_size << " " << i;
      auto shorter = proof;
      shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
      EXPECT_FALSE(holds(old_size, shorter)) << old_size << " " << i;
    }
    auto longer = proof;
    longer.push_back(proof.back());
    EXPECT_FALSE(holds(old_size, longer)) << old_size;
  }
  EXPECT_FALSE(VerifyConsistency(kSize + 1, tree.Root(kSize), kSize, tree.Root(kSize), {}));
}

TEST(MerkleTree, ALogThatWasRewrittenIsNoPrefixOfItsOldSelf) {
  const MerkleTree old = TreeOf(12);
  MerkleTree forked = TreeOf(11);
  forked.Append(Leaf("another eleventh"));
  for (int i = 0; i < 9; ++i) forked.Append(Leaf("more"));
  EXPECT_FALSE(
      VerifyConsistency(12, old.Root(12), 21, forked.Root(21), forked.ConsistencyProof(12, 21)));
}

}  // namespace
}  // namespace policies
