// What attention compares and keeps: heads of grouped queries, latents, and their rows in a cache.
#include <algorithm>
#include <cstring>

#include "model_core/cpu/cpu_operations.h"
#include "model_core/cpu/row_norm.h"

namespace model_core {
namespace {

void Rotate(float* head, const Rope& rope, size_t token) {
  const float *sine = rope.sine + token * rope.pairs, *cosine = rope.cosine + token * rope.pairs;
  const size_t step = rope.interleaved ? 2 : 1, apart = rope.interleaved ? 1 : rope.pairs;
  for (size_t i = 0; i < rope.pairs; ++i) {
    float& a = head[i * step];
    float& b = head[i * step + apart];
    const float turned = a * cosine[i] - b * sine[i];
    b = b * cosine[i] + a * sine[i];
    a = turned;
  }
}

}  // namespace

// A kept head's key and value of a token as the cache keeps them. Their own pass sees them in no
// other form, so that it does not matter where passes are cut.
void CpuOperations::Keep(const FreshRows& fresh, size_t token, size_t head, const float* key,
                         const float* value) const {
  const KvShape& shape = *fresh.shape;
  kernels_.keep(fresh.keys + token * shape.keys_bytes() + head * shape.key_bytes, key,
                shape.key_width, shape.kind);
  if (shape.value_width == 0) return;
  kernels_.keep(fresh.values + token * shape.values_bytes() + head * shape.value_bytes, value,
                shape.value_width, shape.kind);
}

void CpuOperations::MakeHeads(const Lane& lane, const GroupedHeads& of) const {
  const size_t d = of.head_dim, kept = of.fresh.shape->heads, group = of.heads / kept;
  const Share pairs = lane.Of(of.tokens * kept);
  for (size_t pair = pairs.begin; pair < pairs.end; ++pair) {  // a kept head and its query heads
    const size_t token = pair / kept;
    for (size_t head = pair * group; head < (pair + 1) * group; ++head) {
      float* q = of.query + head * d;
      if (of.q_norm != nullptr) NormRow(kernels_, q, of.q_norm, d, of.epsilon, q);
      Rotate(q, of.rope, token);
      for (size_t i = 0; i < d; ++i) q[i] *= of.scale;
    }
    float* k = of.k + pair * d;
    if (of.k_norm != nullptr) NormRow(kernels_, k, of.k_norm, d, of.epsilon, k);
    Rotate(k, of.rope, token);
    Keep(of.fresh, token, pair % kept, k, of.v + pair * d);
  }
}

// A token's row: the normed latent, then the rotary key.
void CpuOperations::MakeLatents(const Lane& lane, const Latents& of) const {
  const size_t width = of.fresh.shape->key_width;
  const Share share = lane.Of(of.tokens);
  for (size_t t = share.begin; t < share.end; ++t) {
    float *low = of.low + t * of.query_rank, *made = of.made + t * width;
    NormRow(kernels_, low, of.q_norm, of.query_rank, of.epsilon, low);
    NormRow(kernels_, made, of.kv_norm, of.rank, of.epsilon, made);
    Rotate(made + of.rank, of.rope, t);
    Keep(of.fresh, t, 0, made, nullptr);
  }
}

void CpuOperations::Absorb(const Lane& lane, const Absorption& of) const {
  const size_t heads = of.absorb.size(), width = of.rank + of.turned;
  const Share pairs = lane.Of(of.tokens * heads);
  for (size_t pair = pairs.begin; pair < pairs.end; ++pair) {
    float *from = of.made + pair * (of.nope + of.turned), *query = of.query + pair * width;
    Rotate(from + of.nope, of.rope, pair / heads);
    kernels_.matmul(query, of.rank, from, 1, of.absorb[pair % heads]);
    std::memcpy(query + of.rank, from + of.nope, of.turned * sizeof(float));
    for (size_t i = 0; i < width; ++i) query[i] *= of.scale;
  }
}

void CpuOperations::Expand(const Lane& lane, const Expansion& of) const {
  const size_t heads = of.expand.size();
  const Share pairs = lane.Of(of.tokens * heads);
  for (size_t pair = pairs.begin; pair < pairs.end; ++pair) {
    const WeightMatrix& w = of.expand[pair % heads];
    kernels_.matmul(of.out + pair * w.rows, w.rows, of.mixed + pair * w.cols, 1, w);
  }
}

void CpuOperations::Store(const Lane& lane, const Storing& of) const {
  const KvShape& shape = *of.fresh.shape;
  const size_t keys = shape.keys_bytes(), values = shape.values_bytes();
  const Share share = lane.Of(of.table->tokens.size());
  for (size_t t = share.begin; t < share.end; ++t) {
    const PassToken& token = of.table->tokens[t];
    const uint8_t *key = of.fresh.keys + t * keys, *value = of.fresh.values + t * values;
    if (token.draft == kCertain) {
      StoreRow(of.table->PagesOf(of.layer, token), shape, token.position, key, value);
    } else {
      uint8_t* staged = of.staged + token.draft * of.stride;
      std::copy_n(key, keys, staged);
      std::copy_n(value, values, staged + keys);
    }
  }
}

void CpuOperations::StoreStaged(const StagedRow& of) const {
  StoreRow(*of.pages, *of.shape, of.position, of.staged, of.staged + of.shape->keys_bytes());
}

}  // namespace model_core
