#include "model_core/transformer/pass_room.h"

#include <algorithm>

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

PassRoom::PassRoom(const ModelConfig& config, size_t team_size, size_t rows, size_t drafts_max,
                   Dtype kept)
    : rows(rows),
      drafts_max(drafts_max),
      together(std::max<size_t>(1, kQueriesTogether * config.kept_heads() / config.heads)),
      kept(kept),
      scores(team_size),
      group_(config.heads / config.kept_heads()),
      layers_(config.layers.size()),
      key_bytes_(config.kept_heads() * KeptBytes(kept, config.key_width())),
      value_bytes_(
          config.is_latent() ? 0 : config.kept_heads() * KeptBytes(kept, config.value_width())) {
  tokens.reserve(rows);
  kept_keys_.resize(rows * key_bytes_);
  kept_values_.resize(rows * value_bytes_);
  staged_.resize(layers_ * drafts_max * (key_bytes_ + value_bytes_));
  if (config.joins) joined.resize(rows * 2 * config.hidden);
  const RouterConfig& router = config.router;
  for (auto* buffer : {&h, &x, &out, &head_x}) buffer->resize(rows * config.hidden);
  q.resize(rows * ProjectedQuery(config));
  // Latent attention uses k for what kv_a makes and v for what q_a makes.
  k.resize(rows * config.kept_heads() * config.key_width());
  v.resize(rows *
           (config.is_latent() ? config.latent.query_rank : config.kv_heads * config.head_dim));
  query.resize(rows * config.heads * config.key_width());
  mixed.resize(rows * config.heads * config.value_width());
  if (config.is_latent()) heads.resize(rows * config.heads * config.latent.value);
  for (const RopeConfig& rope : config.ropes) {
    sine.resize(sine.size() + rows * rope.dimensions / 2);
    cosine.resize(sine.size());
  }
  chosen.resize(rows * router.per_token);
  chosen_weight.resize(chosen.size());
  router_scores.resize(rows * router.experts);
  pair_token.resize(chosen.size());
  pair_weight.resize(chosen.size());
  pair_x.resize(chosen.size() * config.hidden);
  gate.resize(rows * GateWidth(config));
  up.resize(gate.size());
  made.resize(rows * (router.per_token + 1) * config.hidden);
  jobs.reserve(router.experts + 1);
}

void PassRoom::ReserveScores(size_t positions) {
  for (auto& buffer : scores) {
    const size_t size = together * group_ * (positions + 1);
    if (buffer.size() < size) buffer.resize(size);
  }
}

void PassRoom::Stage(size_t layer, size_t row) {
  uint8_t* staged = Staged(layer, tokens[row].draft);
  std::copy_n(Keys(row), key_bytes_, staged);
  if (value_bytes_ > 0) std::copy_n(Values(row), value_bytes_, staged + key_bytes_);
}

void PassRoom::Accept(size_t row) {
  const PassToken& token = tokens[row];
  CHECK(token.draft != kCertain && token.position == token.cache->tokens());
  token.cache->Extend(1);
  for (size_t layer = 0; layer < layers_; ++layer) {
    const uint8_t* keys = Staged(layer, token.draft);
    token.cache->Store(layer, token.position, keys,
                       value_bytes_ == 0 ? nullptr : keys + key_bytes_);
  }
  token.cache->Commit();
}

}  // namespace model_core
