// Dense feed-forwards and mixtures of experts. Tokens are sorted by expert, so that each expert's
// weights are read once a pass; a token's experts are added in ascending order, then the shared
// one.
#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>

#include "model_core/tensor/packed.h"
#include "model_core/transformer/pass.h"

namespace model_core {

void Pass::Mlp(const Layer& layer, size_t index, size_t member) {
  if (config_.layers[index].moe) {
    Project(layer.router, s_.x.data(), s_.router_scores.data(), member);
    team_.Wait();
    const Share share = TokenShare(member);
    for (size_t t = share.begin; t < share.end; ++t) Choose(layer, t);
    team_.Wait();
    if (member == 0) SortByExpert(layer, index);
  } else if (member == 0) {
    s_.jobs.clear();
    AddJob(layer.dense, s_.x.data(), count(), nullptr, nullptr);
  }
  team_.Wait();
  GateAndUp(member);
  team_.Wait();
  Down(member);
}

// Sigmoid scores in f32; the bias helps to choose, the unbiased scores weigh.
void Pass::Choose(const Layer& layer, size_t token) {
  const RouterConfig& router = config_.router;
  float* score = &s_.router_scores[token * router.experts];
  uint32_t* chosen = &s_.chosen[token * router.per_token];
  float* weight = &s_.chosen_weight[token * router.per_token];
  float rank[kExpertsMax];
  for (size_t e = 0; e < router.experts; ++e) {
    score[e] = Sigmoid(score[e]);
    rank[e] = score[e] + (layer.router_bias == nullptr ? 0.0F : layer.router_bias[e]);
  }
  KeepBestGroups(rank);
  for (size_t i = 0; i < router.per_token; ++i) {  // of equals the first
    const size_t best = static_cast<size_t>(std::max_element(rank, rank + router.experts) - rank);
    chosen[i] = static_cast<uint32_t>(best);
    rank[best] = -std::numeric_limits<float>::infinity();
  }
  std::sort(chosen, chosen + router.per_token);
  float sum = 1e-20F;  // as the reference: never divides by 0
  for (size_t i = 0; i < router.per_token; ++i) sum += score[chosen[i]];
  for (size_t i = 0; i < router.per_token; ++i) {
    weight[i] = (router.normalise ? score[chosen[i]] / sum : score[chosen[i]]) *
                static_cast<float>(router.scale);
  }
}

// A group is worth the sum of its two best experts; those outside the best groups cannot be chosen.
void Pass::KeepBestGroups(float* rank) const {
  const RouterConfig& router = config_.router;
  if (router.groups_kept == router.groups) return;
  const size_t size = router.experts / router.groups;
  constexpr float kNone = -std::numeric_limits<float>::infinity();
  float worth[kExpertsMax];
  for (size_t g = 0; g < router.groups; ++g) {
    float best = kNone, second = kNone;
    for (size_t e = g * size; e < (g + 1) * size; ++e) {
      second = std::max(second, std::min(best, rank[e]));
      best = std::max(best, rank[e]);
    }
    worth[g] = size > 1 ? best + second : best;
  }
  bool kept[kExpertsMax] = {};
  for (size_t i = 0; i < router.groups_kept; ++i) {
    const size_t best = static_cast<size_t>(std::max_element(worth, worth + router.groups) - worth);
    kept[best] = true;
    worth[best] = kNone;
  }
  for (size_t e = 0; e < router.experts; ++e) {
    if (!kept[e / size]) rank[e] = kNone;
  }
}

void Pass::SortByExpert(const Layer& layer, size_t index) {
  const RouterConfig& router = config_.router;
  const size_t hidden = config_.hidden;
  s_.jobs.clear();
  size_t pair = 0;
  for (uint32_t e = 0; e < router.experts; ++e) {
    const size_t first = pair;
    for (uint32_t t = 0; t < count(); ++t) {
      const uint32_t* chosen = &s_.chosen[t * router.per_token];
      const uint32_t* at = std::find(chosen, chosen + router.per_token, e);
      if (at == chosen + router.per_token) continue;
      s_.pair_token[pair] = t;
      s_.pair_weight[pair] = s_.chosen_weight[static_cast<size_t>(at - s_.chosen.data())];
      if (count() > 1)
        std::memcpy(&s_.pair_x[pair * hidden], &s_.x[t * hidden], hidden * sizeof(float));
      ++pair;
    }
    if (pair == first) continue;
    AddJob(layer.experts[e], count() > 1 ? &s_.pair_x[first * hidden] : s_.x.data(), pair - first,
           &s_.pair_token[first], &s_.pair_weight[first]);
  }
  if (router.shared_ffn > 0) AddJob(layer.shared, s_.x.data(), count(), nullptr, nullptr);
  if (trace_ == nullptr) return;
  const size_t choices = count() * router.per_token;
  trace_->experts[index].assign(s_.chosen.begin(), s_.chosen.begin() + choices);
  trace_->expert_weights[index].assign(s_.chosen_weight.begin(),
                                       s_.chosen_weight.begin() + choices);
}

void Pass::AddJob(const FeedForward& weights, const float* x, size_t tokens, const uint32_t* which,
                  const float* scale) {
  FeedForwardJob job{&weights,      x, tokens, which, scale, s_.gate.data(), s_.up.data(),
                     s_.made.data()};
  if (!s_.jobs.empty()) {
    const FeedForwardJob& before = s_.jobs.back();
    const size_t used = before.tokens * before.weights->gate.rows;
    job.gate = before.gate + used;
    job.up = before.up + used;
    job.made = before.made + before.tokens * config_.hidden;
  }
  s_.jobs.push_back(job);
}

// The member's rows of a matrix that jobs multiply by.
WeightMatrix Pass::RowsOf(size_t job, WeightMatrix FeedForward::*matrix, size_t member) const {
  const WeightMatrix& w = s_.jobs[job].weights->*matrix;
  const Share share(w.rows, member, team_.size(), kRowUnit);
  return w.Rows(share.begin, share.size());
}

// gate ← silu(gate x) ⊙ up x, the member's rows of each job.
void Pass::GateAndUp(size_t member) {
  for (size_t j = 0; j < s_.jobs.size(); ++j) {
    const FeedForwardJob& job = s_.jobs[j];
    const size_t ffn = job.weights->gate.rows;
    const Share share(ffn, member, team_.size(), kRowUnit);
    if (share.size() == 0) continue;
    float *gate = job.gate + share.begin, *up = job.up + share.begin;
    const WeightMatrix up_rows = RowsOf(j, &FeedForward::up, member);
    const WeightMatrix next = j + 1 < s_.jobs.size() ? RowsOf(j + 1, &FeedForward::gate, member)
                                                     : RowsOf(0, &FeedForward::down, member);
    kernels_.matmul(gate, ffn, job.x, job.tokens,
                    Before(RowsOf(j, &FeedForward::gate, member), up_rows.data));
    kernels_.matmul(up, ffn, job.x, job.tokens, Before(up_rows, next.data));
    for (size_t t = 0; t < job.tokens; ++t)
      kernels_.silu_mul(gate + t * ffn, up + t * ffn, share.size());
  }
}

// out ← Σ scale · down(gate), the member's columns of out.
void Pass::Down(size_t member) {
  const size_t hidden = config_.hidden;
  const Share share(hidden, member, team_.size(), kRowUnit);
  if (share.size() == 0) return;
  for (size_t t = 0; t < count(); ++t)
    std::fill_n(&s_.out[t * hidden + share.begin], share.size(), 0.0F);
  constexpr float kOne = 1;
  for (size_t j = 0; j < s_.jobs.size(); ++j) {
    const FeedForwardJob& job = s_.jobs[j];
    float* made = job.made + share.begin;
    const size_t next = std::min(j + 1, s_.jobs.size() - 1);
    kernels_.matmul(made, hidden, job.gate, job.tokens,
                    Before(RowsOf(j, &FeedForward::down, member),
                           RowsOf(next, &FeedForward::down, member).data));
    for (size_t row = 0; row < job.tokens; ++row) {
      float* out = &s_.out[(job.which == nullptr ? row : job.which[row]) * hidden + share.begin];
      kernels_.accumulate(out, hidden, job.scale == nullptr ? &kOne : &job.scale[row], 1, 1,
                          {made + row * hidden, Dtype::kF32, 1, share.size(), hidden});
    }
  }
}

}  // namespace model_core
