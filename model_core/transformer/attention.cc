// Attention in one form for grouped queries and for latents: every query head compares its
// key_width lanes with kept rows and mixes value_width lanes of them. Latent attention is absorbed:
// queries move into the latents' space, so that a token keeps one latent and one rotary key
// whatever the number of heads.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "model_core/tensor/packed.h"
#include "model_core/transformer/pass.h"
#include "model_core/transformer/rope.h"

namespace model_core {

// out[tokens, w.rows] = x · Wᵀ, the member's rows of W; `next` is multiplied by after it.
void Pass::Project(const WeightMatrix& w, const float* x, float* out, size_t member,
                   const WeightMatrix& next) const {
  const Share share(w.rows, member, team_.size(), kRowUnit);
  if (share.size() == 0) return;
  const Share then(next.rows, member, team_.size(), kRowUnit);
  kernels_.matmul(out + share.begin, w.rows, x, count(),
                  Before(w.Rows(share.begin, share.size()), next.Rows(then.begin, 0).data));
}

void Pass::Turn(float* head, int rope, size_t token) const {
  if (rope < 0) return;
  size_t base = 0;
  for (int before = 0; before < rope; ++before)
    base += s_.rows * config_.ropes[before].dimensions / 2;
  const RopeConfig& how = config_.ropes[static_cast<size_t>(rope)];
  base += token * how.dimensions / 2;
  Rotate(head, how, &s_.sine[base], &s_.cosine[base]);
}

void Pass::Attention(const Layer& layer, size_t index, size_t member) {
  config_.is_latent() ? LatentQueries(layer, index, member) : GroupedQueries(layer, index, member);
  team_.Wait();
  Mix(index, member);
  team_.Wait();
  Store(index, member);
  if (config_.is_latent()) {
    Expand(layer, member);
    team_.Wait();
  }
  Project(layer.o, config_.is_latent() ? s_.heads.data() : s_.mixed.data(), s_.out.data(), member);
}

void Pass::GroupedQueries(const Layer& layer, size_t index, size_t member) {
  Project(layer.q, s_.x.data(), s_.query.data(), member, layer.k);
  Project(layer.k, s_.x.data(), s_.k.data(), member, layer.v);
  Project(layer.v, s_.x.data(), s_.v.data(), member, layer.o);
  team_.Wait();
  const size_t d = config_.head_dim, kept = config_.kv_heads, group = config_.heads / kept;
  const int rope = config_.layers[index].rope;
  const auto scale = static_cast<float>(config_.attention_scale);
  const Share pairs(count() * kept, member, team_.size());
  for (size_t pair = pairs.begin; pair < pairs.end; ++pair) {  // a kept head and its query heads
    const size_t token = pair / kept;
    for (size_t head = pair * group; head < (pair + 1) * group; ++head) {
      float* q = &s_.query[head * d];
      if (layer.q_norm != nullptr) Norm(q, layer.q_norm, d, q);
      Turn(q, rope, token);
      for (size_t i = 0; i < d; ++i) q[i] *= scale;
    }
    float* k = &s_.k[pair * d];
    if (layer.k_norm != nullptr) Norm(k, layer.k_norm, d, k);
    Turn(k, rope, token);
    KeepRows(token, pair % kept);
  }
}

void Pass::LatentQueries(const Layer& layer, size_t index, size_t member) {
  const LatentConfig& latent = config_.latent;
  Project(layer.q_a, s_.x.data(), s_.v.data(), member, layer.kv_a);
  Project(layer.kv_a, s_.x.data(), s_.k.data(), member, layer.q_b);
  team_.Wait();
  const Share share = TokenShare(member);
  for (size_t t = share.begin; t < share.end; ++t) {
    float* low = &s_.v[t * latent.query_rank];
    Norm(low, layer.q_a_norm, latent.query_rank, low);
    MakeLatent(layer, index, t);
  }
  team_.Wait();
  Project(layer.q_b, s_.v.data(), s_.q.data(), member);
  team_.Wait();
  const size_t made = latent.nope + latent.rope, width = config_.key_width();
  const auto scale = static_cast<float>(config_.attention_scale);
  const Share pairs(count() * config_.heads, member, team_.size());
  for (size_t pair = pairs.begin; pair < pairs.end; ++pair) {
    float* from = &s_.q[pair * made];
    float* query = &s_.query[pair * width];
    Turn(from + latent.nope, config_.layers[index].rope, pair / config_.heads);
    kernels_.matmul(query, latent.rank, from, 1, layer.absorb[pair % config_.heads]);
    std::memcpy(query + latent.rank, from + latent.nope, latent.rope * sizeof(float));
    for (size_t i = 0; i < width; ++i) query[i] *= scale;
  }
}

// A token's row: the normed latent, then the rotary key.
void Pass::MakeLatent(const Layer& layer, size_t index, size_t token) {
  const LatentConfig& latent = config_.latent;
  float* made = &s_.k[token * config_.key_width()];
  Norm(made, layer.kv_a_norm, latent.rank, made);
  Turn(made + latent.rank, config_.layers[index].rope, token);
  KeepRows(token, 0);
}

// A kept head's key and value of a token as the cache keeps them. Their own pass sees them in no
// other form, so that it does not matter where passes are cut.
void Pass::KeepRows(size_t token, size_t head) {
  const size_t row = token * config_.kept_heads() + head;
  const size_t key_width = config_.key_width(), value_width = config_.value_width();
  kernels_.keep(s_.Keys(token) + head * KeptBytes(s_.kept, key_width), &s_.k[row * key_width],
                key_width, s_.kept);
  if (config_.is_latent()) return;
  kernels_.keep(s_.Values(token) + head * KeptBytes(s_.kept, value_width), &s_.v[row * value_width],
                value_width, s_.kept);
}

void Pass::Expand(const Layer& layer, size_t member) {
  const LatentConfig& latent = config_.latent;
  const Share pairs(count() * config_.heads, member, team_.size());
  for (size_t pair = pairs.begin; pair < pairs.end; ++pair) {
    kernels_.matmul(&s_.heads[pair * latent.value], latent.value, &s_.mixed[pair * latent.rank], 1,
                    layer.expand[pair % config_.heads]);
  }
}

}  // namespace model_core
