#include "model_core/transformer/pass_room.h"

#include <algorithm>

#include "model_core/base/check.h"
#include "model_core/base/strings.h"

namespace model_core {
namespace {

using base::StrCat;

size_t ProjectedQuery(const ModelConfig& config) {
  const LatentConfig& latent = config.latent;
  return config.is_latent() ? config.heads * (latent.nope + latent.rope)
                            : config.heads * config.head_dim;
}

// Latent attention uses v for what q_a makes.
size_t ProjectedValue(const ModelConfig& config) {
  return config.is_latent() ? config.latent.query_rank : config.kv_heads * config.head_dim;
}

size_t Together(const ModelConfig& config) {
  return std::max<size_t>(1, kQueriesTogether * config.kept_heads() / config.heads);
}

ScratchSizes SizesOf(const ModelConfig& config, size_t members, size_t rows) {
  const RouterConfig& router = config.router;
  return {.members = members,
          .rows = rows,
          .hidden = config.hidden,
          .experts = router.experts,
          .per_token = router.per_token,
          .ffn = std::max(config.ffn, router.per_token * router.expert_ffn + router.shared_ffn),
          .scores = Together(config) * (config.heads / config.kept_heads())};
}

}  // namespace

template <typename T>
T* PassRoom::Take(size_t count) {
  if (count == 0) return nullptr;
  uint8_t* taken = arena_.Take(count * sizeof(T));
  if (taken == nullptr) missing_ += count * sizeof(T);
  return reinterpret_cast<T*>(taken);
}

PassRoom::PassRoom(const Device& device, const ModelConfig& config, size_t team_size, size_t rows,
                   size_t drafts_max, Dtype kept)
    : device(device),
      rows(rows),
      drafts_max(drafts_max),
      together(Together(config)),
      kept_rows(kept, config.kept_heads(), config.key_width(),
                config.is_latent() ? 0 : config.value_width()),
      scratch(device.MakeScratch(SizesOf(config, device.has_lanes() ? team_size : 1, rows))),
      layers_(config.layers.size()),
      arena_(device.memory()) {
  tokens.reserve(rows);
  caches.reserve(rows);
  pages_.reserve(rows * layers_);
  for (float** buffer : {&h, &x, &out, &head_x}) *buffer = Take(rows * config.hidden);
  q = Take(rows * ProjectedQuery(config));
  k = Take(rows * config.kept_heads() * config.key_width());
  v = Take(rows * ProjectedValue(config));
  query = Take(rows * config.heads * config.key_width());
  mixed = Take(rows * config.heads * config.value_width());
  joined = Take(config.joins ? rows * 2 * config.hidden : 0);
  heads = Take(config.is_latent() ? rows * config.heads * config.latent.value : 0);
  for (const RopeConfig& rope : config.ropes) {
    sine.push_back(Take(rows * rope.dimensions / 2));
    cosine.push_back(Take(rows * rope.dimensions / 2));
  }
  fresh_keys = Take<uint8_t>(rows * kept_rows.keys_bytes());
  fresh_values = Take<uint8_t>(rows * kept_rows.values_bytes());
  chosen = Take<uint32_t>(rows * config.router.per_token);
  chosen_weight = Take(rows * config.router.per_token);
  router_scores = Take(rows * config.router.experts);
  logits = Take(device.memory().is_host() ? 0 : rows * config.vocabulary);
  staged = Take<uint8_t>(drafts_max * layers_ * staged_bytes());
}

absl::Status PassRoom::ReserveScores(size_t positions) {
  if (missing_ > 0 || scratch == nullptr) {
    return NoMemory(device.memory(),
                    StrCat("passes of ", rows, " tokens (", missing_, " bytes missing)"),
                    StrCat("토큰 ", rows, "개씩의 계산 (", missing_, "바이트 부족)"));
  }
  if (scratch->ReservePositions(positions)) return absl::OkStatus();
  return NoMemory(device.memory(), StrCat("attention over ", positions, " tokens"),
                  StrCat("토큰 ", positions, "개에 대한 어텐션"));
}

void PassRoom::Clear() {
  tokens.clear();
  caches.clear();
}

PassTable PassRoom::List() {
  pages_.clear();
  for (size_t layer = 0; layer < layers_; ++layer) {
    for (const KvCache* cache : caches) pages_.push_back(cache->Pages(layer));
  }
  return {tokens, pages_, caches.size()};
}

void PassRoom::Accept(size_t row) {
  const PassToken& token = tokens[row];
  KvCache& cache = *caches[token.sequence];
  CHECK(token.draft != kCertain && token.position == cache.tokens());
  cache.Extend(1);
  for (size_t layer = 0; layer < layers_; ++layer) {
    const KvPages pages = cache.Pages(layer);
    device.operations().StoreStaged({&pages, &kept_rows, token.position,
                                     staged + (token.draft * layers_ + layer) * staged_bytes()});
  }
  cache.Commit();
}

}  // namespace model_core
