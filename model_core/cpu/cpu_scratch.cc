#include "model_core/cpu/cpu_scratch.h"

namespace model_core {

CpuScratch::CpuScratch(const ScratchSizes& sizes)
    : scores_each(sizes.scores), scores(sizes.members) {
  const size_t pairs = sizes.rows * sizes.per_token;
  pair_token.resize(pairs);
  pair_weight.resize(pairs);
  pair_x.resize(pairs * sizes.hidden);
  gate.resize(sizes.rows * sizes.ffn);
  up.resize(gate.size());
  made.resize((pairs + sizes.rows) * sizes.hidden);
  jobs.reserve(sizes.experts + 1);
}

bool CpuScratch::ReservePositions(size_t positions) {
  for (auto& buffer : scores) {
    const size_t size = scores_each * (positions + 1);
    if (buffer.size() < size) buffer.resize(size);
  }
  return true;
}

}  // namespace model_core
