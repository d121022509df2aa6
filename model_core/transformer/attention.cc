// Attention in one form for grouped queries and for latents: every query head compares its
// key_width lanes with kept rows and mixes value_width lanes of them. Latent attention is absorbed:
// queries move into the latents' space, so that a token keeps one latent and one rotary key
// whatever the number of heads.
#include "model_core/transformer/pass.h"

namespace model_core {

void Pass::Multiply(const Lane& lane, const WeightMatrix& w, const float* x, float* out,
                    const WeightMatrix& next) const {
  operations_.Multiply(lane, {w, x, count(), out, next});
}

Rope Pass::RopeOf(size_t index) const {
  if (config_.layers[index].rope < 0) return {};
  const auto which = static_cast<size_t>(config_.layers[index].rope);
  const RopeConfig& rope = config_.ropes[which];
  return {rope.dimensions / 2, rope.interleaved, s_.sine[which], s_.cosine[which]};
}

void Pass::Attention(const Lane& lane, const Layer& layer, size_t index) const {
  const bool latent = config_.is_latent();
  latent ? LatentQueries(lane, layer, index) : GroupedQueries(lane, layer, index);
  lane.Wait();
  operations_.Attend(lane, {&table_, index, config_.layers[index].window, config_.heads,
                            config_.value_width(), s_.together, fresh(), s_.query, s_.mixed});
  lane.Wait();
  operations_.Store(lane, {&table_, index, fresh(), s_.staged + index * s_.staged_bytes(),
                           layers_.size() * s_.staged_bytes()});
  if (latent) {
    operations_.Expand(lane, {count(), layer.expand, s_.mixed, s_.heads});
    lane.Wait();
  }
  Multiply(lane, layer.o, latent ? s_.heads : s_.mixed, s_.out);
}

void Pass::GroupedQueries(const Lane& lane, const Layer& layer, size_t index) const {
  Multiply(lane, layer.q, s_.x, s_.query, layer.k);
  Multiply(lane, layer.k, s_.x, s_.k, layer.v);
  Multiply(lane, layer.v, s_.x, s_.v, layer.o);
  lane.Wait();
  operations_.MakeHeads(lane, {.tokens = count(),
                               .heads = config_.heads,
                               .head_dim = config_.head_dim,
                               .query = s_.query,
                               .k = s_.k,
                               .v = s_.v,
                               .q_norm = layer.q_norm,
                               .k_norm = layer.k_norm,
                               .scale = config_.score_scale(config_.layers[index]),
                               .epsilon = epsilon(),
                               .rope = RopeOf(index),
                               .fresh = fresh()});
}

// k holds what kv_a makes, v what q_a makes.
void Pass::LatentQueries(const Lane& lane, const Layer& layer, size_t index) const {
  const LatentConfig& latent = config_.latent;
  Multiply(lane, layer.q_a, s_.x, s_.v, layer.kv_a);
  Multiply(lane, layer.kv_a, s_.x, s_.k, layer.q_b);
  lane.Wait();
  operations_.MakeLatents(lane, {.tokens = count(),
                                 .query_rank = latent.query_rank,
                                 .rank = latent.rank,
                                 .low = s_.v,
                                 .made = s_.k,
                                 .q_norm = layer.q_a_norm,
                                 .kv_norm = layer.kv_a_norm,
                                 .epsilon = epsilon(),
                                 .rope = RopeOf(index),
                                 .fresh = fresh()});
  lane.Wait();
  Multiply(lane, layer.q_b, s_.v, s_.q);
  lane.Wait();
  operations_.Absorb(lane, {.tokens = count(),
                            .nope = latent.nope,
                            .turned = latent.rope,
                            .rank = latent.rank,
                            .absorb = layer.absorb,
                            .made = s_.q,
                            .rope = RopeOf(index),
                            .scale = config_.score_scale(config_.layers[index]),
                            .query = s_.query});
}

}  // namespace model_core
