// PassRoom: the memory that a forward pass works in, for up to `rows` tokens of any sequences. One
// pass at a time. Nothing is allocated after ReserveScores, and nothing may be run before it.
#pragma once

#include <vector>

#include "model_core/device/arena.h"
#include "model_core/device/device.h"
#include "model_core/transformer/kv_cache.h"

namespace model_core {

// Query rows that read the past together, of one kept head or several: more would not read it
// faster, and their scores need memory.
inline constexpr size_t kQueriesTogether = 16;

inline constexpr int32_t kNoDraft = -1;  // instead of a token

class PassRoom {
 public:
  // A pass holds at most `drafts_max` drafts. `kept`: the kind of rows in its caches. `device`
  // outlives this.
  PassRoom(const Device& device, const ModelConfig& config, size_t team_size, size_t rows,
           size_t drafts_max = 0, Dtype kept = Dtype::kF32);

  // Room for attention over `positions` tokens. ResourceExhausted: the device has no memory for
  // that, or had none for the room itself.
  absl::Status ReserveScores(size_t positions);

  // For the tokens of a pass that follow: they continue `cache`, which will have been extended
  // before List.
  void Clear();
  void AddSequence(KvCache& cache) { caches.push_back(&cache); }
  PassTable List();

  // After the pass: the draft in `row` holds. Its keys and values go to its cache, which continues
  // with it, and whose pool has the pages.
  void Accept(size_t row);

  const Device& device;
  const size_t rows, drafts_max;
  const size_t together;    // tokens · kept heads that may share a reading of the cache
  const KvShape kept_rows;  // of the pass's own keys and values

  // On the host.
  std::vector<PassToken> tokens;
  std::vector<KvCache*> caches;      // by sequence
  std::unique_ptr<Scratch> scratch;  // null: ReserveScores says so

 private:
  std::vector<KvPages> pages_;  // [layers, sequences]
  const size_t layers_;
  Arena arena_;
  size_t missing_ = 0;  // bytes that the device did not give

  template <typename T = float>
  T* Take(size_t count);

 public:
  // On the device: [rows, …]
  float *h, *x, *out;                  // hidden
  float *q, *k, *v;                    // projections, as the weights make them
  float *query, *mixed;                // heads · key_width, heads · value_width
  float* joined;                       // 2 · hidden: what a draft head's join takes
  float* heads;                        // heads · value of a head: what o_proj takes
  std::vector<float*> sine, cosine;    // by rope: pairs
  uint8_t *fresh_keys, *fresh_values;  // of a layer at a time, as they are kept
  uint32_t* chosen;                    // the router's choice: per_token, experts ascending
  float* chosen_weight;
  float* router_scores;  // experts
  float* head_x;         // normed outputs whose logits are asked for: hidden
  float* logits;         // where the device's memory is not the host's: vocabulary; or null
  uint8_t* staged;       // [drafts, layers, keys and values]

  size_t staged_bytes() const { return kept_rows.keys_bytes() + kept_rows.values_bytes(); }
};

}  // namespace model_core
