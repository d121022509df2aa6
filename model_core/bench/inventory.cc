#include "model_core/bench/inventory.h"

#include "model_core/base/strings.h"

namespace model_core {
namespace {

using base::StrCat;

class Lister {
 public:
  explicit Lister(const ModelConfig& config) : config_(config) {}

  std::vector<ModelTensor> List() {
    const size_t hidden = config_.hidden;
    const char* embedding = "model.embed_tokens";
    Matrix(embedding, config_.vocabulary, hidden, Part::kEmbedding);
    Matrix(config_.tied_head ? embedding : "lm_head", config_.vocabulary, hidden, Part::kHead);
    Vector("model.norm", hidden);
    for (size_t i = 0; i < config_.layers.size(); ++i) {
      prefix_ = StrCat(config_.tensor_prefix, "model.layers.", i, ".");
      Norms(config_.layers[i].moe);
      config_.is_latent() ? LatentAttention() : GroupedAttention();
      config_.layers[i].moe ? Mixture() : Dense();
    }
    return std::move(list_);
  }

 private:
  void Matrix(const std::string& name, size_t rows, size_t cols, Part part) {
    list_.push_back({StrCat(prefix_, name, ".weight"), rows, cols, part});
  }
  void Vector(const std::string& name, size_t size) {
    if (!name.empty()) list_.push_back({StrCat(prefix_, name, ".weight"), size, 0, Part::kNorm});
  }

  void Norms(bool moe) {
    const NormNames& names = config_.norms;
    for (const std::string& name :
         {names.before_attention, names.after_attention, names.before_ffn})
      Vector(name, config_.hidden);
    if (moe || !names.after_ffn_moe_only) Vector(names.after_ffn, config_.hidden);
  }

  void GroupedAttention() {
    const size_t q = config_.heads * config_.head_dim, kv = config_.kv_heads * config_.head_dim;
    Matrix("self_attn.q_proj", q, config_.hidden, Part::kAttention);
    Matrix("self_attn.k_proj", kv, config_.hidden, Part::kAttention);
    Matrix("self_attn.v_proj", kv, config_.hidden, Part::kAttention);
    Matrix("self_attn.o_proj", config_.hidden, q, Part::kAttention);
    if (!config_.qk_norm) return;
    Vector("self_attn.q_norm", config_.head_dim);
    Vector("self_attn.k_norm", config_.head_dim);
  }

  void LatentAttention() {
    const LatentConfig& latent = config_.latent;
    const size_t heads = config_.heads, hidden = config_.hidden;
    Matrix("self_attn.q_a_proj", latent.query_rank, hidden, Part::kAttention);
    Matrix("self_attn.q_b_proj", heads * (latent.nope + latent.rope), latent.query_rank,
           Part::kAttention);
    Matrix("self_attn.kv_a_proj_with_mqa", latent.rank + latent.rope, hidden, Part::kAttention);
    Matrix("self_attn.kv_b_proj", heads * (latent.nope + latent.value), latent.rank,
           Part::kKeyValue);
    Matrix("self_attn.o_proj", hidden, heads * latent.value, Part::kAttention);
    Vector("self_attn.q_a_layernorm", latent.query_rank);
    Vector("self_attn.kv_a_layernorm", latent.rank);
  }

  void FeedForwardOf(const std::string& name, size_t ffn, Part in, Part out) {
    Matrix(StrCat(name, ".gate_proj"), ffn, config_.hidden, in);
    Matrix(StrCat(name, ".up_proj"), ffn, config_.hidden, in);
    Matrix(StrCat(name, ".down_proj"), config_.hidden, ffn, out);
  }

  void Dense() { FeedForwardOf("mlp", config_.ffn, Part::kDenseIn, Part::kDenseOut); }

  void Mixture() {
    const RouterConfig& router = config_.router;
    Matrix("mlp.gate", router.experts, config_.hidden, Part::kRouter);
    if (router.bias)
      list_.push_back(
          {StrCat(prefix_, "mlp.e_score_correction_bias"), router.experts, 0, Part::kBias});
    for (size_t e = 0; e < router.experts; ++e)
      FeedForwardOf(StrCat("mlp.experts.", e), router.expert_ffn, Part::kExpert, Part::kExpert);
    if (router.shared_ffn > 0)
      FeedForwardOf("mlp.shared_experts", router.shared_ffn, Part::kShared, Part::kShared);
  }

  const ModelConfig& config_;
  std::string prefix_ = config_.tensor_prefix;
  std::vector<ModelTensor> list_;
};

}  // namespace

std::vector<ModelTensor> ListTensors(const ModelConfig& config) { return Lister(config).List(); }

}  // namespace model_core
