#include "model_core/transformer/sequence.h"

namespace model_core {
namespace {

size_t ProjectedQuery(const ModelConfig& config) {
  const LatentConfig& latent = config.latent;
  return config.is_latent() ? config.heads * (latent.nope + latent.rope)
                            : config.heads * config.head_dim;
}

// Widest use of the gate buffer: a dense layer, or every token's experts and the shared one.
size_t GateWidth(const ModelConfig& config) {
  const RouterConfig& router = config.router;
  return std::max(config.ffn, router.per_token * router.expert_ffn + router.shared_ffn);
}

}  // namespace

Sequence::Sequence(const ModelConfig& config, size_t team_size)
    : cache(config), scores(team_size), group_(config.heads / config.kept_heads()) {
  constexpr size_t kTokens = kPrefillTokensMax;
  const RouterConfig& router = config.router;
  for (auto* buffer : {&h, &x, &out}) buffer->resize(kTokens * config.hidden);
  q.resize(kTokens * ProjectedQuery(config));
  // Latent attention uses k for what kv_a makes and v for what q_a makes.
  k.resize(kTokens * config.kept_heads() * config.key_width());
  v.resize(kTokens *
           (config.is_latent() ? config.latent.query_rank : config.kv_heads * config.head_dim));
  query.resize(kTokens * config.heads * config.key_width());
  mixed.resize(kTokens * config.heads * config.value_width());
  if (config.is_latent()) heads.resize(kTokens * config.heads * config.latent.value);
  for (const RopeConfig& rope : config.ropes) {
    sine.resize(sine.size() + kTokens * rope.dimensions / 2);
    cosine.resize(sine.size());
  }
  chosen.resize(kTokens * router.per_token);
  chosen_weight.resize(chosen.size());
  router_scores.resize(kTokens * router.experts);
  pair_token.resize(chosen.size());
  pair_weight.resize(chosen.size());
  pair_x.resize(chosen.size() * config.hidden);
  gate.resize(kTokens * GateWidth(config));
  up.resize(gate.size());
  made.resize(kTokens * (router.per_token + 1) * config.hidden);
  jobs.reserve(router.experts + 1);
}

void Sequence::Reserve(size_t tokens) {
  cache.Reserve(tokens);
  for (auto& buffer : scores) {
    if (buffer.size() < group_ * tokens) buffer.resize(group_ * tokens);
  }
}

}  // namespace model_core
