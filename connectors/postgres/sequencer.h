// Gives every committed audit record its place in the log, keeps the Merkle tree, and signs
// checkpoints.
//
// One sequencer at a time works on a database (advisory lock); others stand by. Its thread starts
// in Start.
#pragma once

#include <functional>
#include <mutex>
#include <pqxx/pqxx>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "connectors/postgres/log_clock.h"
#include "connectors/postgres/serial_window.h"
#include "policies/audit_log.h"

namespace connectors {

class Sequencer {
 public:
  // Tells `clock` of every record that it sees in the log, and `on_jump`, from its own thread or
  // Start, when the machine's clock has gone back behind them.
  using OnJump = std::function<void(const LogClock::Jump&)>;
  Sequencer(std::string dsn, policies::CheckpointSigner& signer, absl::Duration interval,
            LogClock& clock, OnJump on_jump);

  // Rebuilds the tree from the stored leaves and compares it with the last signed checkpoint.
  // FailedPrecondition if they differ: records were changed, dropped or added behind Maru's back.
  // What stands among the checkpoints and was not signed by this log is told and passed over.
  absl::Status Start();

  struct Proof {
    std::string checkpoint;  // the newest signed note
    uint64_t size = 0;       // its tree
    std::vector<base::Digest> path;
  };
  // Inclusion of leaf `index` under the newest checkpoint. Unavailable until a checkpoint covers
  // it.
  absl::StatusOr<Proof> Inclusion(uint64_t index);
  std::vector<base::Digest> Consistency(uint64_t old_size, uint64_t size);
  std::string checkpoint();

 private:
  struct Signed {
    uint64_t size = 0;
    std::string note;
  };

  absl::Status Load();
  void LoadWindow(pqxx::work& work);
  absl::Status LoadCheckpoint(pqxx::work& work);
  absl::Status TakeNewest(pqxx::work& work, uint64_t above, uint64_t up_to);
  absl::Status Take(Signed kept, const base::Digest& root);
  void TellForged(uint64_t size);
  void LookAtClock();
  void Work(const std::stop_token& stop);
  void Recover(const std::stop_token& stop, absl::Status status);
  absl::Status Follow(pqxx::work& work);  // leaves that another sequencer has added
  // Records that have no place yet, and a checkpoint.
  absl::StatusOr<bool> Sequence(pqxx::work& work);
  pqxx::result Unplaced(pqxx::work& work);
  absl::Status SignCheckpoint(pqxx::work& work);
  void Publish();

  const std::string dsn_;
  policies::CheckpointSigner& signer_;
  const absl::Duration interval_;
  LogClock& clock_;
  const OnJump on_jump_;
  std::mutex mutex_;
  policies::MerkleTree tree_;  // guarded by mutex_
  Signed signed_;              // newest checkpoint that is saved; guarded by mutex_
  Signed unsaved_;             // of the transaction under way; sequencer's thread only
  std::set<uint64_t> forged_;  // sizes of checkpoints that it did not sign; as window_
  SerialWindow window_;        // sequencer's thread only, and Load before it starts
  bool waiting_ = false;       // it was told that nothing can be sequenced; sequencer's thread only
  std::jthread thread_;
};

}  // namespace connectors
