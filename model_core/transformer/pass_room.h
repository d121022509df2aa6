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

// One token of the pass, and where it stands in its sequence.
struct PassToken {
  int32_t id;
  KvCache* cache;
  size_t position;
  size_t first_row;  // of the pass: its sequence's first token there
};

struct PassRoom {
  PassRoom(const ModelConfig& config, size_t team_size, size_t rows);

  // Room for attention over `positions` tokens.
  void ReserveScores(size_t positions);

  const size_t rows;
  std::vector<PassToken> tokens;

  // [rows, …]
  std::vector<float> h, x, out;  // hidden
  std::vector<float> q, k, v;    // projections, as the weights make them
  std::vector<float> query,
      mixed;  // heads · key_width, heads · value_width: what attention compares and yields
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
  std::vector<std::vector<float>> scores;  // by member of the team: [heads of a group, positions]

  std::vector<float> head_x;  // normed outputs whose logits are asked for: [rows, hidden]

 private:
  const size_t group_;  // query heads that share one kept head
};

}  // namespace model_core
