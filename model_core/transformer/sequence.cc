#include "model_core/transformer/sequence.h"

namespace model_core {

Sequence::Sequence(const ModelConfig& config, size_t team_size)
    : layout_(config),
      pool_(layout_.page_floats, 0),
      cache(layout_, pool_),
      room(config, team_size, kPrefillTokensMax) {}

void Sequence::Reserve(size_t tokens) {
  const size_t pages = layout_.PagesFor(tokens);
  pool_.Allow(pages);
  pool_.Back(pages);
  cache.Reserve(tokens);
  room.ReserveScores(tokens);
}

}  // namespace model_core
