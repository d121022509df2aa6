// The checkpoints of this log among rows that somebody else wrote.
#include "connectors/postgres/signed_checkpoints.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "policies/audit_log.h"

namespace connectors {
namespace {

class SignedCheckpoints : public testing::Test {
 protected:
  std::string Note(uint64_t size) { return *signer_->Sign(size, base::Digest{}); }
  // Rows that this log did not sign.
  void Forge(uint64_t from, uint64_t to) {
    for (uint64_t size = from; size < to; ++size) table_.push_back({size, "x"});
  }
  std::optional<KeptCheckpoint> First(uint64_t above) {
    return FirstSigned(signer_->verifier_key(), above, [this](uint64_t from) {
      ++reads_;
      std::vector<KeptCheckpoint> batch;
      for (const KeptCheckpoint& row : table_) {
        if (row.size > from && batch.size() < kCheckpointsAtOnce) batch.push_back(row);
      }
      return batch;
    });
  }

  const std::unique_ptr<policies::CheckpointSigner> signer_ = *policies::LoadOrMakeSigner(
      testing::TempDir() + "/signed_checkpoints_test.pem", "maru.test/log");
  std::vector<KeptCheckpoint> table_;
  int reads_ = 0;
};

TEST_F(SignedCheckpoints, AreFoundBehindManyForgedRowsInFewReads) {
  Forge(1, 5 * kCheckpointsAtOnce);
  table_.push_back({5 * kCheckpointsAtOnce, Note(5 * kCheckpointsAtOnce)});
  table_.push_back({5 * kCheckpointsAtOnce + 1, Note(5 * kCheckpointsAtOnce + 1)});
  const auto first = First(0);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->size, 5u * kCheckpointsAtOnce);
  EXPECT_EQ(first->note, table_[table_.size() - 2].note);
  EXPECT_EQ(reads_, 5);
}

TEST_F(SignedCheckpoints, EndWhereTheTableEnds) {
  EXPECT_FALSE(First(0));
  Forge(1, 1 + 2 * kCheckpointsAtOnce);
  reads_ = 0;
  EXPECT_FALSE(First(0));
  EXPECT_EQ(reads_, 3);
}

TEST_F(SignedCheckpoints, CountForTheSizeThatTheyWereSignedFor) {
  table_ = {{1, Note(1)}, {2, Note(1)}, {3, Note(3)}};
  EXPECT_EQ(First(0)->size, 1u);
  EXPECT_EQ(First(1)->size, 3u);
  EXPECT_FALSE(First(3));
}

}  // namespace
}  // namespace connectors
