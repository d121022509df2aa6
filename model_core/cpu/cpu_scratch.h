// What the CPU's operations need besides their arguments: expert-sorted lists, the widths inside
// feed-forwards, and scores of attention.
#pragma once

#include <vector>

#include "model_core/device/device.h"

namespace model_core {

// One feed-forward over some of the pass's tokens: a dense one over all, an expert over those that
// chose it.
struct FeedForwardJob {
  const FeedForward* weights;
  const float* x;  // [tokens, hidden]
  size_t tokens;
  const uint32_t* which;  // the pass's token of each row; null: row i is token i
  const float* scale;     // of each row's result; null: 1
  float *gate, *up;       // [tokens, ffn]
  float* made;            // [tokens, hidden]
};

struct CpuScratch : Scratch {
  explicit CpuScratch(const ScratchSizes& sizes);
  bool ReservePositions(size_t positions) override;

  const size_t scores_each;  // of one position

  // Pairs (token, expert), by expert and then token.
  std::vector<uint32_t> pair_token;
  std::vector<float> pair_weight;
  std::vector<float> pair_x;    // [pairs, hidden]
  std::vector<float> gate, up;  // of all jobs, one after the other
  std::vector<float> made;
  std::vector<FeedForwardJob> jobs;
  // By member of the team: [tokens · kept heads together, heads of a group, positions + 1].
  std::vector<std::vector<float>> scores;
};

inline CpuScratch& ScratchOf(const Lane& lane) { return static_cast<CpuScratch&>(lane.scratch); }

}  // namespace model_core
