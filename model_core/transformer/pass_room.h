// PassRoom: the memory that a forward pass works in, for up to `rows` tokens of any sequences. One
// pass at a time. Nothing is allocated after ReserveScores.
#pragma once

#include <cstdint>
#include <vector>

#include "model_core/transformer/kv_cache.h"

namespace model_core {

struct FeedForward;

// One feed-forward over some of the pass's tokens: a dense one over all, an expert over those that
// chose it.
struct FeedForwardJob {
  const FeedForward* weights;
  const float* x;  // [tokens, hidden]
  size_t tokens;
  const uint32_t* which;  // the pass's token of each row; null: row i is token i
  const float* scale;     // of each row's result; null: 1
  float *gate, *up;       // [tokens, ffn]
  float* made;            // [tokens, hidden]
};

// Query rows that read a kept head together: more would not read it faster, and their scores need
// memory.
inline constexpr size_t kQueriesTogether = 16;

inline constexpr int32_t kNoDraft = -1;  // instead of a token
inline constexpr size_t kCertain = ~size_t{0};

// One token of the pass, and where it stands in its sequence.
struct PassToken {
  int32_t id;
  KvCache* cache;
  size_t position;
  size_t first_row;               // of the pass: its sequence's first token there
  size_t draft = kCertain;        // number among the pass's drafts
  const float* beside = nullptr;  // of a draft head: the model's output that joins the token
  const float* input = nullptr;   // [hidden], in place of the token's embedding
};

struct PassRoom {
  // A pass holds at most `drafts_max` drafts. `kept`: the kind of rows in its caches.
  PassRoom(const ModelConfig& config, size_t team_size, size_t rows, size_t drafts_max = 0,
           Dtype kept = Dtype::kF32);

  // Room for attention over `positions` tokens.
  void ReserveScores(size_t positions);

  // The kept keys [kept heads, bytes] of a token of the pass, and its values; latent: none.
  uint8_t* Keys(size_t token) { return &kept_keys_[token * key_bytes_]; }
  uint8_t* Values(size_t token) {
    return value_bytes_ == 0 ? nullptr : &kept_values_[token * value_bytes_];
  }

  // Keeps the keys and values that a draft has in a layer beside the cache.
  void Stage(size_t layer, size_t row);
  // After the pass: the draft in `row` holds. Its keys and values go to its cache, which continues
  // with it, and whose pool has the pages.
  void Accept(size_t row);

  const size_t rows, drafts_max;
  const size_t together;  // tokens that may share a reading of the cache
  const Dtype kept;
  std::vector<PassToken> tokens;

  // [rows, …]
  std::vector<float> h, x, out;  // hidden
  std::vector<float> q, k, v;    // projections, as the weights make them
  std::vector<float> query,
      mixed;  // heads · key_width, heads · value_width: what attention compares and yields
  std::vector<float> joined;        // 2 · hidden: what a draft head's join takes
  std::vector<float> heads;         // heads · value of a head: what o_proj takes
  std::vector<float> sine, cosine;  // [ropes, rows, dimensions / 2]

  // The router's choice: [tokens, per_token], experts ascending.
  std::vector<uint32_t> chosen;
  std::vector<float> chosen_weight;
  std::vector<float> router_scores;  // [tokens, experts]

  // Expert-sorted lists: pairs (token, expert), by expert and then token.
  std::vector<uint32_t> pair_token;
  std::vector<float> pair_weight;
  std::vector<float> pair_x;    // [pairs, hidden]
  std::vector<float> gate, up;  // of all jobs, one after the other
  std::vector<float> made;
  std::vector<FeedForwardJob> jobs;
  // By member of the team: [tokens together, heads of a group, positions + 1].
  std::vector<std::vector<float>> scores;

  std::vector<float> head_x;  // normed outputs whose logits are asked for: [rows, hidden]

 private:
  uint8_t* Staged(size_t layer, size_t draft) {
    return &staged_[(layer * drafts_max + draft) * (key_bytes_ + value_bytes_)];
  }

  const size_t group_;  // query heads that share one kept head
  const size_t layers_;
  const size_t key_bytes_, value_bytes_;          // of a token in one layer, as kept
  std::vector<uint8_t> kept_keys_, kept_values_;  // of a layer at a time, by token
  std::vector<uint8_t> staged_;                   // [layers, drafts, keys and values]
};

}  // namespace model_core
