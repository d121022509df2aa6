#include "connectors/postgres/signed_checkpoints.h"

#include "policies/audit_log.h"

namespace connectors {

std::optional<KeptCheckpoint> FirstSigned(const std::string& verifier_key, uint64_t above,
                                          const ReadCheckpoints& read) {
  while (true) {
    std::vector<KeptCheckpoint> batch = read(above);
    for (KeptCheckpoint& kept : batch) {
      const auto opened = policies::OpenCheckpoint(kept.note, verifier_key);
      if (opened.ok() && opened->size == kept.size) return std::move(kept);
    }
    if (batch.size() < kCheckpointsAtOnce) return std::nullopt;
    above = batch.back().size;
  }
}

}  // namespace connectors
