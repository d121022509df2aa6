// Which experts a token passes, and with what weight.
#include <algorithm>
#include <limits>

#include "model_core/cpu/cpu_operations.h"

namespace model_core {
namespace {

constexpr float kNone = -std::numeric_limits<float>::infinity();

// A group is worth the sum of its two best experts; those outside the best groups cannot be chosen.
void KeepBestGroups(const Routing& of, float* rank) {
  if (of.groups_kept == of.groups) return;
  const size_t size = of.experts / of.groups;
  float worth[kExpertsMax];
  for (size_t g = 0; g < of.groups; ++g) {
    float best = kNone, second = kNone;
    for (size_t e = g * size; e < (g + 1) * size; ++e) {
      second = std::max(second, std::min(best, rank[e]));
      best = std::max(best, rank[e]);
    }
    worth[g] = size > 1 ? best + second : best;
  }
  bool kept[kExpertsMax] = {};
  for (size_t i = 0; i < of.groups_kept; ++i) {
    const size_t best = static_cast<size_t>(std::max_element(worth, worth + of.groups) - worth);
    kept[best] = true;
    worth[best] = kNone;
  }
  for (size_t e = 0; e < of.experts; ++e) {
    if (!kept[e / size]) rank[e] = kNone;
  }
}

// Sigmoid scores in f32; the bias helps to choose, the unbiased scores weigh.
void RouteToken(const Routing& of, size_t token) {
  float* score = of.scores + token * of.experts;
  uint32_t* chosen = of.chosen + token * of.per_token;
  float* weight = of.weights + token * of.per_token;
  float rank[kExpertsMax];
  for (size_t e = 0; e < of.experts; ++e) {
    score[e] = Sigmoid(score[e]);
    rank[e] = score[e] + (of.bias == nullptr ? 0.0F : of.bias[e]);
  }
  KeepBestGroups(of, rank);
  for (size_t i = 0; i < of.per_token; ++i) {  // of equals the first
    const size_t best = static_cast<size_t>(std::max_element(rank, rank + of.experts) - rank);
    chosen[i] = static_cast<uint32_t>(best);
    rank[best] = kNone;
  }
  std::sort(chosen, chosen + of.per_token);
  float sum = 1e-20F;  // as the reference: never divides by 0
  for (size_t i = 0; i < of.per_token; ++i) sum += score[chosen[i]];
  for (size_t i = 0; i < of.per_token; ++i)
    weight[i] = (of.normalise ? score[chosen[i]] / sum : score[chosen[i]]) * of.scale;
}

}  // namespace

void CpuOperations::Route(const Lane& lane, const Routing& of) const {
  const Share share = lane.Of(of.tokens);
  for (size_t t = share.begin; t < share.end; ++t) RouteToken(of, t);
}

}  // namespace model_core
