// Attention in one form for grouped queries and for latents: every query head compares its
// key_width lanes with kept rows and mixes value_width lanes of them. Latent attention is absorbed:
// queries move into the latents' space, so that a token keeps one latent and one rotary key
// whatever the number of heads.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "model_core/transformer/pass.h"
#include "model_core/transformer/rope.h"

namespace model_core {

// out[tokens, w.rows] = x · Wᵀ, the member's rows of W.
void Pass::Project(const WeightMatrix& w, const float* x, float* out, size_t member) const {
  const Share share(w.rows, member, team_.size(), kRowUnit);
  if (share.size() > 0)
    kernels_.matmul(out + share.begin, w.rows, x, count(), w.Rows(share.begin, share.size()));
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
  Project(layer.q, s_.x.data(), s_.query.data(), member);
  Project(layer.k, s_.x.data(), s_.k.data(), member);
  Project(layer.v, s_.x.data(), s_.v.data(), member);
  team_.Wait();
  const size_t d = config_.head_dim, heads = config_.heads, kv_width = config_.kv_heads * d;
  const int rope = config_.layers[index].rope;
  const auto scale = static_cast<float>(config_.attention_scale);
  const Share share = TokenShare(member);
  for (size_t t = share.begin; t < share.end; ++t) {
    for (size_t head = 0; head < heads; ++head) {
      float* q = &s_.query[(t * heads + head) * d];
      if (layer.q_norm != nullptr) Norm(q, layer.q_norm, d, q);
      Turn(q, rope, t);
      for (size_t i = 0; i < d; ++i) q[i] *= scale;
    }
    for (size_t head = 0; head < config_.kv_heads; ++head) {
      float* k = &s_.k[t * kv_width + head * d];
      if (layer.k_norm != nullptr) Norm(k, layer.k_norm, d, k);
      Turn(k, rope, t);
    }
  }
}

void Pass::LatentQueries(const Layer& layer, size_t index, size_t member) {
  const LatentConfig& latent = config_.latent;
  Project(layer.q_a, s_.x.data(), s_.v.data(), member);
  Project(layer.kv_a, s_.x.data(), s_.k.data(), member);
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
}

// Tasks are dealt out one by one, since later tokens see more. Where there are fewer kept heads
// than members, as when latents are decoded, the query heads that share one are divided as well.
void Pass::Mix(size_t index, size_t member) {
  const size_t group = config_.heads / config_.kept_heads(), kept = count() * config_.kept_heads();
  const size_t cuts = kept < team_.size() ? std::min(group, team_.size()) : 1;
  for (size_t task = member; task < kept * cuts; task += team_.size()) {
    const size_t pair = task / cuts;
    MixHeads(index, pair / config_.kept_heads(), pair % config_.kept_heads(),
             Share(group, task % cuts, cuts), s_.scores[member]);
  }
}

size_t Pass::FirstSeen(size_t index, size_t token) const {
  const size_t window = config_.layers[index].window, position = s_.tokens[token].position;
  return window == 0 || position + 1 < window ? 0 : position + 1 - window;
}

// Calls see(keys, values) for the rows that a token sees, in the order of their positions: those of
// earlier passes lie in the cache, those of this pass in k and v. How they are cut changes no bit.
template <typename See>
void Pass::VisitSeen(size_t index, size_t token, size_t kept_head, const See& see) const {
  const PassToken& at = s_.tokens[token];
  const size_t key_width = config_.key_width(), value_width = config_.value_width();
  const size_t past = s_.tokens[at.first_row].position, first = FirstSeen(index, token);
  at.cache->Visit(index, kept_head, first, std::max(first, past),
                  [&](size_t count, const float* keys, const float* values) {
                    see(WeightMatrix{keys, Dtype::kF32, count, key_width, key_width}, values,
                        at.cache->value_stride());
                  });
  const size_t fresh = std::max(first, past), row = at.first_row + fresh - past;
  const size_t key_row = config_.kept_heads() * key_width;
  const size_t value_row = config_.is_latent() ? key_row : config_.kept_heads() * value_width;
  const float* keys = &s_.k[row * key_row + kept_head * key_width];
  const float* values =
      config_.is_latent() ? keys : &s_.v[row * value_row + kept_head * value_width];
  see(WeightMatrix{keys, Dtype::kF32, at.position + 1 - fresh, key_width, key_row}, values,
      value_row);
}

// Some of the query heads of one token that share a kept head: softmax(query · keys) · values.
void Pass::MixHeads(size_t index, size_t token, size_t kept_head, Share some,
                    std::vector<float>& scores) {
  const size_t group = config_.heads / config_.kept_heads();
  const size_t seen = s_.tokens[token].position + 1 - FirstSeen(index, token);
  const size_t value_width = config_.value_width();
  const size_t first_head = token * config_.heads + kept_head * group + some.begin;
  size_t done = 0;
  VisitSeen(index, token, kept_head, [&](const WeightMatrix& keys, const float*, size_t) {
    kernels_.matmul(&scores[done], seen, &s_.query[first_head * config_.key_width()], some.size(),
                    keys);
    done += keys.rows;
  });
  for (size_t head = 0; head < some.size(); ++head) {
    float* score = &scores[head * seen];
    float* mixed = &s_.mixed[(first_head + head) * value_width];
    kernels_.exp_shifted(score, *std::max_element(score, score + seen), seen);
    float sum = 0;
    for (size_t i = 0; i < seen; ++i) sum += score[i];
    std::fill_n(mixed, value_width, 0.0F);
    VisitSeen(index, token, kept_head,
              [&](const WeightMatrix& keys, const float* values, size_t stride) {
                kernels_.accumulate(mixed, value_width, score, seen, 1,
                                    {values, Dtype::kF32, keys.rows, value_width, stride});
                score += keys.rows;
              });
    for (size_t i = 0; i < value_width; ++i) mixed[i] /= sum;
  }
}

// The pass's rows go to the cache when every token has been mixed: in a window layer they may lie
// where the pass's first tokens still looked.
void Pass::Store(size_t index, size_t member) {
  const size_t key_row = config_.kept_heads() * config_.key_width();
  const size_t value_row = config_.is_latent() ? 0 : config_.kept_heads() * config_.value_width();
  const Share share = TokenShare(member);
  for (size_t t = share.begin; t < share.end; ++t) {
    const PassToken& token = s_.tokens[t];
    const float* keys = &s_.k[t * key_row];
    const float* values = value_row == 0 ? nullptr : &s_.v[t * value_row];
    if (token.draft == kCertain) {
      token.cache->Store(index, token.position, keys, values);
    } else {
      s_.Stage(index, token, keys, values);
    }
  }
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
