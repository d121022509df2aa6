#include "model_core/transformer/sequence.h"

namespace model_core {

Sequence::Sequence(const Device& device, const ModelConfig& config, size_t team_size, Dtype kept)
    : layout_(config, kept),
      pool_(layout_.page_bytes(), 0, device.memory()),
      cache(layout_, pool_),
      room(device, config, team_size, kPrefillTokensMax, /*drafts_max=*/0, kept) {}

void Sequence::Reserve(size_t tokens) {
  const size_t pages = layout_.PagesFor(tokens);
  pool_.Allow(pages);
  pool_.Back(pages);
  cache.Reserve(tokens);
  room.ReserveScores(tokens);
}

}  // namespace model_core
