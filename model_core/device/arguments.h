// Arguments of a device's operations. Shapes are row by row, without gaps.
#pragma once

#include "model_core/device/pass_table.h"

namespace model_core {

// out[t] = (input of t, or its row of `weights`) · scale
struct Embedding {
  const PassTable* table;
  WeightMatrix weights;  // [vocabulary, hidden], not packed
  float scale;
  float* out;  // [tokens, hidden]
};

// Of one rope, at the tokens' positions: sin and cos(position · frequency) · amplitude, the angle
// in double.
struct Turns {
  const PassTable* table;
  std::span<const double> frequencies;  // radians a position, for each pair; on the host
  double amplitude;
  float *sine, *cosine;  // [tokens, pairs]
};

// Turns of the first 2 · pairs lanes of a head. Pair i is lanes (2i, 2i + 1) if `interleaved`, else
// (i, i + pairs).
struct Rope {
  size_t pairs = 0;  // 0: heads do not turn
  bool interleaved = false;
  const float *sine = nullptr, *cosine = nullptr;  // [tokens, pairs]
};

// RMSNorm of rows: x · rsqrt(mean x² + ε) · weight. May be in place.
struct Norm {
  const float* x;
  const float* weight;  // [size]; null: rows are copied
  size_t rows, size;
  float epsilon;
  float* out;
};

// out[t] = [norm of h[t], norm of what stands beside token t]
struct Joining {
  const PassTable* table;
  const float *h, *h_norm, *beside_norm;  // [tokens, size], [size] twice
  size_t size;
  float epsilon;
  float* out;  // [tokens, 2 · size]
};

// out[tokens, w.rows] = x · Wᵀ
struct Product {
  WeightMatrix w;
  const float* x;  // [tokens, w.cols]
  size_t tokens;
  float* out;
  WeightMatrix next = {};  // what will be multiplied by after it; a hint
};

// h ← h + (norm of) out · scale; `out` may change.
struct Addition {
  float *h, *out;     // [tokens, size]
  const float* norm;  // [size]; null: none
  size_t tokens, size;
  float scale, epsilon;
};

// A pass's own keys and values, as they are kept: [tokens, heads, key_bytes], and with value_bytes.
struct FreshRows {
  const KvShape* shape;  // on the host
  uint8_t *keys, *values;
};

// Grouped-query attention: query ← turned norm of query · scale; fresh ← turned norm of k, and v.
struct GroupedHeads {
  size_t tokens, heads, head_dim;
  float* query;                  // [tokens, heads, head_dim]
  float *k, *v;                  // [tokens, kept heads, head_dim]; k may change
  const float *q_norm, *k_norm;  // [head_dim]; null: none
  float scale, epsilon;
  Rope rope;
  FreshRows fresh;
};

// Latent attention, of each token: low ← norm of low; fresh ← [norm of the latent, turned rotary
// key].
struct Latents {
  size_t tokens, query_rank, rank;
  float *low, *made;              // [tokens, query_rank], [tokens, rank + rotary lanes]
  const float *q_norm, *kv_norm;  // [query_rank], [rank]
  float epsilon;
  Rope rope;
  FreshRows fresh;
};

// Queries into the latents' space: query = [absorb[head] · first part, turned second part] · scale
struct Absorption {
  size_t tokens, nope, turned, rank;     // lanes
  std::span<const WeightMatrix> absorb;  // by head: [rank, nope]; on the host
  float* made;                           // [tokens, heads, nope + turned]; may change
  Rope rope;
  float scale;
  float* query;  // [tokens, heads, rank + turned]
};

// mixed = softmax(query · keys) · values over what each token's layer sees: all before it, or the
// last `window`, itself included.
struct Attention {
  const PassTable* table;
  size_t layer, window;  // window 0: all
  size_t heads, value_width;
  size_t together;  // tokens · kept heads of a sequence that may share a reading of the past
  FreshRows fresh;
  const float* query;  // [tokens, heads, key_width]
  float* mixed;        // [tokens, heads, value_width]
};

// Out of the latents' space: out[t, head] = expand[head] · mixed[t, head]
struct Expansion {
  size_t tokens;
  std::span<const WeightMatrix> expand;  // by head: [value, rank]; on the host
  const float* mixed;                    // [tokens, heads, rank]
  float* out;                            // [tokens, heads, value]
};

// The pass's rows of a layer go to their pages, those of drafts to staged[draft · stride] …: keys,
// then values.
struct Storing {
  const PassTable* table;
  size_t layer;
  FreshRows fresh;
  uint8_t* staged;
  size_t stride;  // bytes
};

struct StagedRow {
  const KvPages* pages;  // on the host
  const KvShape* shape;
  size_t position;
  const uint8_t* staged;
};

// Which experts a token passes: those with the best sigmoid(score) + bias inside the best groups (a
// group is worth its two best), of equals the first; they are weighed by sigmoid(score).
inline constexpr size_t kExpertsMax = 1024;
struct Routing {
  size_t tokens, experts, per_token, groups, groups_kept;
  bool normalise;  // weights of a token sum to 1 before `scale`
  float scale;
  float* scores;      // [tokens, experts]; may change
  const float* bias;  // [experts]; null: none
  uint32_t* chosen;   // [tokens, per_token], ascending
  float* weights;
};

struct FeedForward {
  WeightMatrix gate, up, down;  // [ffn, hidden], [ffn, hidden], [hidden, ffn]
};

// out[t] = Σ weight · down(silu(gate x) ⊙ up x): over the experts that were chosen for t,
// ascending, then the one for all. Without experts the latter alone.
struct Mixture {
  size_t tokens, hidden, per_token;
  std::span<const FeedForward> experts;  // on the host
  const FeedForward* all;                // on the host; null: none
  const uint32_t* chosen;                // [tokens, per_token]
  const float* weights;
  const float* x;  // [tokens, hidden]
  float* out;
};

// Logits of some rows of x, times `scale`.
struct Scoring {
  std::span<const LogitsRow> rows;  // on the host
  const float* x;                   // [tokens, head.cols]
  float* gathered;                  // room for [rows, head.cols]
  WeightMatrix head;                // [vocabulary, hidden]
  float scale;
  float* logits;  // [rows, vocabulary]
};

}  // namespace model_core
