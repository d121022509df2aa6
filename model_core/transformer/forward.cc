// One pass: h ← embed; per layer h ← h + Attn(norm h), h ← h + Ffn(norm h); final norm; head.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "model_core/base/check.h"
#include "model_core/transformer/transformer.h"

namespace model_core {

// What one pass works on; [tokens, …] unless said otherwise.
struct Transformer::Pass {
  size_t tokens;
  KvCache& cache;
  Trace* trace;
  std::vector<float> h, x, q, k, v, mixed, out, gate, up, scores;
};

// RMSNorm: x · rsqrt(mean x² + ε) · w.
void Transformer::Normalise(const float* x, const float* weight, size_t size, float* out) const {
  const float mean = kernels_.dot(x, x, size) / static_cast<float>(size);
  const float scale = 1.0F / std::sqrt(mean + config_.norm_epsilon);
  for (size_t i = 0; i < size; ++i) out[i] = x[i] * scale * weight[i];
}

// Rotary embedding, halves layout: lane i turns with lane i + head_dim / 2.
void Transformer::Rotate(float* head, size_t position) const {
  const size_t half = config_.head_dim / 2;
  for (size_t i = 0; i < half; ++i) {
    const double angle = static_cast<double>(position) * inverse_frequencies_[i];
    const auto c = static_cast<float>(std::cos(angle)), s = static_cast<float>(std::sin(angle));
    const float a = head[i], b = head[i + half];
    head[i] = a * c - b * s;
    head[i + half] = b * c + a * s;
  }
}

void Transformer::Attention(Pass& pass, size_t index) const {
  const Layer& layer = layers_[index];
  const size_t d = config_.head_dim, heads = config_.heads, group = heads / config_.kv_heads;
  const size_t q_width = heads * d, kv_width = config_.kv_heads * d, past = pass.cache.tokens();
  for (size_t t = 0; t < pass.tokens; ++t) {
    Normalise(&pass.h[t * config_.hidden], layer.input_norm, config_.hidden, &pass.x[t * config_.hidden]);
  }
  kernels_.matmul(pass.q.data(), pass.x.data(), pass.tokens, layer.q);
  kernels_.matmul(pass.k.data(), pass.x.data(), pass.tokens, layer.k);
  kernels_.matmul(pass.v.data(), pass.x.data(), pass.tokens, layer.v);
  const bool rope = config_.layers[index].rope;
  for (size_t t = 0; t < pass.tokens; ++t) {
    for (size_t head = 0; head < heads; ++head) {
      float* q = &pass.q[t * q_width + head * d];
      Normalise(q, layer.q_norm, d, q);
      if (rope) Rotate(q, past + t);
    }
    for (size_t head = 0; head < config_.kv_heads; ++head) {
      float* k = &pass.k[t * kv_width + head * d];
      Normalise(k, layer.k_norm, d, k);
      if (rope) Rotate(k, past + t);
    }
    std::memcpy(pass.cache.Key(index, past + t), &pass.k[t * kv_width], kv_width * sizeof(float));
    std::memcpy(pass.cache.Value(index, past + t), &pass.v[t * kv_width], kv_width * sizeof(float));
  }
  const float scale = 1.0F / std::sqrt(static_cast<float>(d));
  const size_t window = config_.layers[index].window;
  std::fill(pass.mixed.begin(), pass.mixed.end(), 0.0F);
  for (size_t t = 0; t < pass.tokens; ++t) {
    const size_t position = past + t;
    const size_t first = window == 0 || position + 1 < window ? 0 : position + 1 - window;
    pass.scores.resize(position + 1 - first);
    for (size_t head = 0; head < heads; ++head) {
      const size_t kv = head / group * d;
      float best = -INFINITY;
      for (size_t j = first; j <= position; ++j) {
        const float score = kernels_.dot(&pass.q[t * q_width + head * d], pass.cache.Key(index, j) + kv, d) * scale;
        pass.scores[j - first] = score;
        best = std::max(best, score);
      }
      float sum = 0;
      for (float& score : pass.scores) {
        score = Exp(score - best);
        sum += score;
      }
      float* mixed = &pass.mixed[t * q_width + head * d];
      for (size_t j = first; j <= position; ++j) {
        kernels_.axpy(mixed, pass.scores[j - first] / sum, pass.cache.Value(index, j) + kv, d);
      }
    }
  }
  kernels_.matmul(pass.out.data(), pass.mixed.data(), pass.tokens, layer.o);
  for (size_t i = 0; i < pass.tokens * config_.hidden; ++i) pass.h[i] += pass.out[i];
}

// down(silu(gate x) ⊙ up x) for `count` rows.
void Transformer::RunFfn(const FeedForward& ffn, const float* x, size_t count, float* out, Pass& pass) const {
  const size_t width = ffn.gate.rows * count;
  if (pass.gate.size() < width) {
    pass.gate.resize(width);
    pass.up.resize(width);
  }
  kernels_.matmul(pass.gate.data(), x, count, ffn.gate);
  kernels_.matmul(pass.up.data(), x, count, ffn.up);
  for (size_t i = 0; i < width; ++i) pass.gate[i] = Silu(pass.gate[i]) * pass.up[i];
  kernels_.matmul(out, pass.gate.data(), count, ffn.down);
}

// Sigmoid router in f32: the bias chooses, the unbiased scores weigh. Tokens are sorted by expert, so that each
// expert's weights are read once.
void Transformer::Experts(Pass& pass, const Layer& layer, size_t index) const {
  const size_t experts = config_.experts, k = config_.experts_per_token, hidden = config_.hidden;
  std::vector<std::vector<std::pair<size_t, float>>> lists(experts);  // expert → (token, weight)
  const WeightMatrix router{layer.router.data(), Dtype::kF32, experts, hidden};
  std::vector<float> scores(pass.tokens * experts);
  kernels_.matmul(scores.data(), pass.x.data(), pass.tokens, router);
  for (size_t t = 0; t < pass.tokens; ++t) {
    float* score = &scores[t * experts];
    std::vector<std::pair<float, size_t>> ranked;
    for (size_t e = 0; e < experts; ++e) {
      score[e] = Sigmoid(score[e]);
      ranked.emplace_back(score[e] + (layer.router_bias.empty() ? 0.0F : layer.router_bias[e]), e);
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    ranked.resize(k);
    std::sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    float sum = 1e-20F;
    for (const auto& [rank, e] : ranked) sum += score[e];
    for (const auto& [rank, e] : ranked) {
      const float weight = (config_.normalise_weights ? score[e] / sum : score[e]) * config_.routed_scale;
      lists[e].emplace_back(t, weight);
      if (pass.trace != nullptr) {
        pass.trace->experts[index].push_back(static_cast<int32_t>(e));
        pass.trace->expert_weights[index].push_back(weight);
      }
    }
  }
  std::fill(pass.out.begin(), pass.out.end(), 0.0F);
  std::vector<float> rows, made;
  for (size_t e = 0; e < experts; ++e) {
    const size_t count = lists[e].size();
    if (count == 0) continue;
    rows.resize(count * hidden);
    made.resize(count * hidden);
    for (size_t i = 0; i < count; ++i) {
      std::memcpy(&rows[i * hidden], &pass.x[lists[e][i].first * hidden], hidden * sizeof(float));
    }
    RunFfn(layer.experts[e], rows.data(), count, made.data(), pass);
    for (size_t i = 0; i < count; ++i) {
      kernels_.axpy(&pass.out[lists[e][i].first * hidden], lists[e][i].second, &made[i * hidden], hidden);
    }
  }
  if (config_.shared_ffn == 0) return;
  made.resize(pass.tokens * hidden);
  RunFfn(layer.shared, pass.x.data(), pass.tokens, made.data(), pass);
  for (size_t i = 0; i < made.size(); ++i) pass.out[i] += made[i];
}

void Transformer::Ffn(Pass& pass, const Layer& layer, size_t index) const {
  for (size_t t = 0; t < pass.tokens; ++t) {
    Normalise(&pass.h[t * config_.hidden], layer.ffn_norm, config_.hidden, &pass.x[t * config_.hidden]);
  }
  if (config_.layers[index].moe) {
    Experts(pass, layer, index);
  } else {
    RunFfn(layer.dense, pass.x.data(), pass.tokens, pass.out.data(), pass);
  }
  for (size_t i = 0; i < pass.tokens * config_.hidden; ++i) pass.h[i] += pass.out[i];
}

void Transformer::Forward(std::span<const int32_t> tokens, KvCache& cache, size_t rows, std::vector<float>& logits,
                          Trace* trace) const {
  CHECK(!tokens.empty() && tokens.size() <= kPrefillTokensMax && rows <= tokens.size());
  const size_t count = tokens.size(), hidden = config_.hidden;
  const size_t q_width = config_.heads * config_.head_dim, kv_width = config_.kv_heads * config_.head_dim;
  Pass pass{count, cache, trace, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}};
  pass.h.resize(count * hidden);
  pass.x.resize(count * hidden);
  pass.out.resize(count * hidden);
  pass.q.resize(count * q_width);
  pass.mixed.resize(count * q_width);
  pass.k.resize(count * kv_width);
  pass.v.resize(count * kv_width);
  if (trace != nullptr) {
    trace->experts.assign(layers_.size(), {});
    trace->expert_weights.assign(layers_.size(), {});
  }
  for (size_t t = 0; t < count; ++t) {
    for (size_t i = 0; i < hidden; ++i) {
      const size_t at = static_cast<size_t>(tokens[t]) * hidden + i;
      pass.h[t * hidden + i] = embedding_.dtype == Dtype::kF32
                                   ? static_cast<const float*>(embedding_.data)[at]
                                   : FromBf16(static_cast<const uint16_t*>(embedding_.data)[at]);
    }
  }
  if (trace != nullptr) trace->hidden.push_back(pass.h);
  cache.Reserve(count);
  for (size_t index = 0; index < layers_.size(); ++index) {
    Attention(pass, index);
    Ffn(pass, layers_[index], index);
    if (trace != nullptr) trace->hidden.push_back(pass.h);
  }
  cache.Commit(count);
  for (size_t t = 0; t < count; ++t) Normalise(&pass.h[t * hidden], final_norm_, hidden, &pass.x[t * hidden]);
  if (trace != nullptr) trace->hidden.push_back(pass.x);
  logits.resize(rows * config_.vocabulary);
  if (rows > 0) kernels_.matmul(logits.data(), &pass.x[(count - rows) * hidden], rows, head_);
}

}  // namespace model_core
