#include "model_core/cpu/expert_lists.h"

#include <algorithm>
#include <cstring>

namespace model_core {
namespace {

void AddJob(const Mixture& of, const FeedForward& weights, const float* x, size_t tokens,
            const uint32_t* which, const float* scale, CpuScratch& s) {
  FeedForwardJob job{&weights, x, tokens, which, scale, s.gate.data(), s.up.data(), s.made.data()};
  if (!s.jobs.empty()) {
    const FeedForwardJob& before = s.jobs.back();
    const size_t used = before.tokens * before.weights->gate.rows;
    job.gate = before.gate + used;
    job.up = before.up + used;
    job.made = before.made + before.tokens * of.hidden;
  }
  s.jobs.push_back(job);
}

// The pairs of one expert, from `pair` on; returns where they end.
size_t ListExpert(const Mixture& of, uint32_t expert, size_t pair, CpuScratch& s) {
  for (uint32_t t = 0; t < of.tokens; ++t) {
    const uint32_t* chosen = of.chosen + t * of.per_token;
    const uint32_t* at = std::find(chosen, chosen + of.per_token, expert);
    if (at == chosen + of.per_token) continue;
    s.pair_token[pair] = t;
    s.pair_weight[pair] = of.weights[at - of.chosen];
    if (of.tokens > 1)
      std::memcpy(&s.pair_x[pair * of.hidden], of.x + t * of.hidden, of.hidden * sizeof(float));
    ++pair;
  }
  return pair;
}

}  // namespace

void ListJobs(const Mixture& of, CpuScratch& s) {
  s.jobs.clear();
  size_t pair = 0;
  for (uint32_t e = 0; e < of.experts.size(); ++e) {
    const size_t first = std::exchange(pair, ListExpert(of, e, pair, s));
    if (pair == first) continue;
    AddJob(of, of.experts[e], of.tokens > 1 ? &s.pair_x[first * of.hidden] : of.x, pair - first,
           &s.pair_token[first], &s.pair_weight[first], s);
  }
  if (of.all != nullptr) AddJob(of, *of.all, of.x, of.tokens, nullptr, nullptr, s);
}

}  // namespace model_core
