// Transformer: the forward pass of every family, driven by its ModelConfig. Immutable once loaded;
// thread-safe, with one KvCache for each stream of tokens. It runs on a Device, which outlives it:
// weights lie in its memory, passes are made of its operations. Results do not depend on the team's
// size, on how tokens are cut into passes, or on the kernel variant: the same bits each time.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model_core/transformer/load_options.h"
#include "model_core/transformer/sequence.h"

namespace model_core {

class RepackCache;

// Norm weights are [hidden] unless said otherwise; null: there is no such norm.
struct Layer {
  const float* before_attention = nullptr;
  const float* after_attention = nullptr;
  const float* before_ffn = nullptr;
  const float* after_ffn = nullptr;

  WeightMatrix q, k, v;  // grouped-query attention: [heads · head_dim, hidden], twice [kv_heads ·
                         // head_dim, hidden]
  const float* q_norm = nullptr;  // [head_dim]
  const float* k_norm = nullptr;

  WeightMatrix q_a, q_b, kv_a;  // latent attention: [query_rank, hidden], [heads · (nope + rope),
                                // query_rank], [rank + rope, hidden]
  const float* q_a_norm = nullptr;   // [query_rank]
  const float* kv_a_norm = nullptr;  // [rank]
  std::vector<WeightMatrix> absorb;  // by head: [rank, nope], moves a query into the latents' space
  std::vector<WeightMatrix> expand;  // by head: [value, rank], moves mixed latents out of it

  WeightMatrix o;  // [hidden, heads · value of a head]
  FeedForward dense;
  WeightMatrix router;                 // [experts, hidden], f32 whatever the file holds
  const float* router_bias = nullptr;  // [experts]
  std::vector<FeedForward> experts;
  FeedForward shared;
};

// A head that drafts; embedding, output matrix and ropes are the model's. See DraftConfig.
struct DraftHead {
  ModelConfig config;         // the model's, with the head's layer as its only one
  std::vector<Layer> layers;  // one
  WeightMatrix join;          // [hidden, 2 · hidden]: columns of the embedding, then of the output
  const float *norm_embedding = nullptr, *norm_hidden = nullptr;  // before the join
  const float* norm = nullptr;                                    // after the layer
};

// What a look inside sees, for parity tests. Filled per pass.
struct Trace {
  std::vector<std::vector<float>>
      hidden;  // after the embedding, each layer, and the final norm: [tokens, hidden]
  std::vector<std::vector<uint32_t>>
      experts;  // by layer: [tokens, per_token], ascending; empty in a dense layer
  std::vector<std::vector<float>> expert_weights;
};

// Tokens that continue one sequence in a pass: those that are certain, and perhaps a draft of the
// one after them. The draft's row of the pass follows theirs; its keys and values stay out of the
// cache until PassRoom::Accept.
struct PassPart {
  std::span<const int32_t> tokens;
  KvCache* cache;
  int32_t draft = kNoDraft;
  // By token, as far as it goes: a row [hidden] in place of its embedding, in the device's memory,
  // or null. Rows of images.
  std::span<const float* const> inputs = {};
};

// What a draft head learns of one sequence after a pass: the tokens after those of the pass's rows
// `first_row` and on.
struct DraftPart {
  std::span<const int32_t> next;
  KvCache* cache;  // of the head's layout
  size_t first_row;
};

class Transformer {
 public:
  // Refused: a config that cannot be honoured, a missing tensor or one of another shape or dtype,
  // by name.
  static absl::StatusOr<std::unique_ptr<Transformer>> Load(const std::string& directory,
                                                           const Device& device,
                                                           const LoadOptions& options = {});
  // The same without a folder; packed weights are not kept.
  static absl::StatusOr<std::unique_ptr<Transformer>> FromWeights(ModelConfig config,
                                                                  WeightFiles weights,
                                                                  const Device& device,
                                                                  Precision precision);

  const ModelConfig& config() const { return config_; }
  const Device& device() const { return device_; }
  // Null: the weights carry none.
  const DraftHead* draft_head() const { return draft_.has_value() ? &*draft_ : nullptr; }
  // Over config.json and all weight files, and how they are packed, if they are. May read them all.
  std::string WeightsSha256() const;

  // Runs the parts' tokens (together 1 to room.rows, inside the vocabulary), each part after what
  // its cache holds; a cache stands in one part only, and its pool and the room's scores have the
  // space for it. Afterwards room.x holds the normed output of each token: [tokens, hidden].
  void Forward(std::span<const PassPart> parts, PassRoom& room, Team& team,
               Trace* trace = nullptr) const;
  // The same for one sequence and up to kPrefillTokensMax tokens.
  void Forward(std::span<const int32_t> tokens, Sequence& sequence, Team& team,
               Trace* trace = nullptr) const;

  // Runs the draft head after a pass whose outputs still lie in `of`, as Forward runs the model:
  // `room` is of the head's config. Logits of its rows are those of the token after each `next`.
  void Draft(std::span<const DraftPart> parts, const PassRoom& of, PassRoom& room,
             Team& team) const;

  // Scores of the tokens after some of the pass's: `logits` is [rows, vocabulary].
  void Logits(PassRoom& room, std::span<const LogitsRow> rows, Team& team,
              std::span<float> logits) const;
  void Logits(Sequence& sequence, size_t row, std::span<const uint32_t> mask, Team& team,
              std::span<float> logits) const;

 private:
  friend class Pass;
  Transformer(ModelConfig config, Tensors tensors, const Device& device)
      : config_(std::move(config)), device_(device), tensors_(std::move(tensors)) {}
  void RunPass(const DraftHead* draft, PassRoom& room, Team& team, Trace* trace) const;
  absl::Status Bind(Precision precision);
  void Note(const RepackCache& cache, bool checked, std::string& sha256) const;
  absl::Status BindDraft(Precision precision);
  absl::Status CheckBound() const;
  absl::Status CheckLayers() const;
  absl::Status CheckTiedHead() const;

  const ModelConfig config_;
  const Device& device_;
  Tensors tensors_;
  std::string config_text_;
  std::string files_sha256_;  // empty: not known yet
  Precision precision_ = Precision::kStored;
  WeightMatrix embedding_, head_;
  const float* final_norm_ = nullptr;
  std::vector<std::vector<double>> frequencies_;  // by rope: radians a position, for each pair
  std::vector<Layer> layers_;
  std::optional<DraftHead> draft_;
};

}  // namespace model_core
