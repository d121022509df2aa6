// ModelConfig: a model as data, read from config.json. A family is a mapping of its keys and tensor
// names; the forward pass knows no family. Graphs: each family's published reference
// implementation.
#pragma once

#include <string>
#include <vector>

#include "model_core/base/json.h"
#include "model_core/transformer/fp8_config.h"

namespace model_core {

// Rotary embedding: pair i of `dimensions` / 2 turns by position · theta^(-2i / dimensions) /
// divisor.
struct RopeConfig {
  size_t dimensions = 0;     // of a head that turn
  bool interleaved = false;  // pairs are (2i, 2i + 1); otherwise (i, i + dimensions / 2)
  double theta = 1e4;
  double divisor = 1;
  std::vector<double> divisors;  // of each pair, besides; empty: 1
  // YaRN (arXiv 2309.00071): slow pairs are interpolated by `factor`, fast ones kept; 1: off.
  double yarn_factor = 1;
  double yarn_context = 0;  // context of the original training
  double yarn_beta_fast = 32;
  double yarn_beta_slow = 1;
  double amplitude = 1;    // of sine and cosine
  double score_scale = 1;  // of attention's scores in a layer that turns by this

  void WithoutYarn() { yarn_factor = 1, yarn_context = 0, amplitude = score_scale = 1; }

  bool operator==(const RopeConfig&) const = default;
};

// Multi-head latent attention: keys and values of a token are one latent and one rotary key, shared
// by all heads.
struct LatentConfig {
  size_t query_rank = 0;
  size_t rank = 0;   // of the latent; 0: ordinary grouped-query attention
  size_t nope = 0;   // of a head's key, without rotation
  size_t rope = 0;   // of a head's key, with rotation
  size_t value = 0;  // of a head's value
};

struct RouterConfig {
  size_t experts = 0;  // at most kExpertsMax (device/arguments.h)
  size_t per_token = 0;
  size_t expert_ffn = 0;  // width of one expert
  size_t shared_ffn = 0;  // of the expert that every token passes; 0: none
  size_t groups = 1;      // experts are chosen inside the `groups_kept` best groups
  size_t groups_kept = 1;
  bool normalise = true;  // weights of a token sum to 1 before `scale`
  double scale = 1;
  bool bias = true;  // a selection bias may be stored
};

struct LayerConfig {
  size_t window = 0;  // tokens visible, itself included; 0: all before it
  int rope = -1;      // index into ModelConfig::ropes; -1: the layer knows no positions
  bool moe = false;   // mixture of experts instead of one feed-forward
  bool operator==(const LayerConfig&) const = default;
};

// Tensor names below "model.layers.N."; empty: the norm does not exist.
struct NormNames {
  std::string before_attention = "input_layernorm";
  std::string after_attention;
  std::string before_ffn = "post_attention_layernorm";
  std::string after_ffn;
  bool after_ffn_moe_only = false;
  bool optional_after = false;  // the config leaves it open: the tensors decide
};

// A head that drafts (multi-token prediction): one layer over the embedding of a token joined with
// the model's output one token earlier. Drafts are verified: what the layer sees of the past
// decides how many hold, never a token. So it sees a window only, and takes little memory.
struct DraftConfig {
  std::string layer;  // tensor names: what stands before those of its layer; empty: no such head
  std::string join, norm_embedding, norm_hidden, norm;
  LayerConfig attention;
};
inline constexpr size_t kDraftWindow = 1024;  // tokens, where the family has no window

struct ModelConfig {
  std::string family;         // exaone4, exaone_moe, axk1, hyperclovax, vaetki, solar_open
  std::string tensor_prefix;  // before "model." and "lm_head."
  size_t vocabulary = 0;
  size_t hidden = 0;
  size_t heads = 0;
  size_t kv_heads = 0;
  size_t head_dim = 0;
  size_t ffn = 0;  // width of a dense feed-forward
  size_t context_tokens_max = 0;
  double norm_epsilon = 1e-5;
  bool norm_plus_one = false;  // a norm's weight is stored minus 1
  bool qk_norm = false;
  bool tied_head = false;  // the output matrix is the embedding
  double attention_scale = 1;
  double embedding_scale = 1;
  double residual_scale = 1;  // of what a half layer adds
  double logits_scale = 1;
  Fp8Config fp8;

  LatentConfig latent;
  RouterConfig router;
  NormNames norms;
  std::vector<RopeConfig> ropes;
  std::vector<LayerConfig> layers;
  DraftConfig draft;
  size_t drafting_layers = 0;  // stored behind the model's own
  bool joins = false;  // a draft head's own: its input is an embedding and another model's output

  std::vector<int32_t> eos;

  // What attention compares and mixes: widths of one head's key and value, and how many of them a
  // token keeps.
  bool is_latent() const { return latent.rank > 0; }
  float score_scale(const LayerConfig& layer) const {
    const double rope = layer.rope < 0 ? 1 : ropes[static_cast<size_t>(layer.rope)].score_scale;
    return static_cast<float>(attention_scale * rope);
  }
  size_t key_width() const { return is_latent() ? latent.rank + latent.rope : head_dim; }
  size_t value_width() const { return is_latent() ? latent.rank : head_dim; }
  size_t kept_heads() const { return is_latent() ? 1 : kv_heads; }
};

// The config of the head that drafts for a model of `config`: one layer, the rest is the same.
ModelConfig DraftHeadConfig(const ModelConfig& config);

// InvalidArgument names a key that is missing, of the wrong kind, or that asks for something this
// engine does not do: a key that changes the result is never ignored. Unimplemented: an unknown
// model_type.
absl::StatusOr<ModelConfig> ParseModelConfig(const base::Json& json);

}  // namespace model_core
