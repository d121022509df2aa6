// Finding the checkpoints that this log signed among those of the table, where others may write any
// number of rows. No state.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace connectors {

// Rows of the table that one query reads.
inline constexpr int kCheckpointsAtOnce = 1000;

struct KeptCheckpoint {
  uint64_t size = 0;
  std::string note;
};

// The rows of more than `above` records, fewest first: kCheckpointsAtOnce of them, or all there
// are.
using ReadCheckpoints = std::function<std::vector<KeptCheckpoint>(uint64_t above)>;

// The first of more than `above` records that `verifier_key` signed; one read for each batch.
std::optional<KeptCheckpoint> FirstSigned(const std::string& verifier_key, uint64_t above,
                                          const ReadCheckpoints& read);

}  // namespace connectors
