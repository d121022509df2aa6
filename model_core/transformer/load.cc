// Finds every tensor of a model by its published name, and refuses what does not fit.
#include <fstream>
#include <sstream>

#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"
#include "model_core/transformer/rope.h"
#include "model_core/transformer/transformer.h"

namespace model_core {
namespace {

using base::StrCat;

absl::StatusOr<std::string> ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  if (file && !text.str().empty()) return text.str();
  return base::Error(absl::StatusCode::kNotFound, StrCat("'", path, "' cannot be read"),
                     StrCat("'", path, "'을(를) 읽을 수 없습니다"));
}

// Binds one layer.
class LayerBinder {
 public:
  LayerBinder(const ModelConfig& config, Tensors& tensors, size_t index)
      : config_(config),
        tensors_(tensors),
        moe_(config.layers[index].moe),
        prefix_(StrCat("model.layers.", index, ".")) {}

  absl::StatusOr<Layer> Bind() {
    RETURN_IF_ERROR(Norms());
    RETURN_IF_ERROR(config_.is_latent() ? LatentAttention() : GroupedAttention());
    RETURN_IF_ERROR(moe_ ? Mixture() : BindFeedForward("mlp", config_.ffn, layer_.dense));
    return std::move(layer_);
  }

 private:
  absl::Status Matrix(const std::string& name, size_t rows, size_t cols, WeightMatrix& out) {
    ASSIGN_OR_RETURN(out, tensors_.Matrix(StrCat(prefix_, name, ".weight"), rows, cols));
    return absl::OkStatus();
  }
  absl::Status Norm(const std::string& name, size_t size, const float*& out) {
    ASSIGN_OR_RETURN(out, tensors_.Vector(StrCat(prefix_, name, ".weight"), size,
                                          config_.norm_plus_one ? 1.0F : 0.0F));
    return absl::OkStatus();
  }
  absl::Status AfterNorm(const std::string& name, const float*& out) {
    if (name.empty()) return absl::OkStatus();
    if (config_.norms.optional_after && !tensors_.Has(StrCat(prefix_, name, ".weight")))
      return absl::OkStatus();
    return Norm(name, config_.hidden, out);
  }

  absl::Status Norms() {
    RETURN_IF_ERROR(Norm(config_.norms.before_attention, config_.hidden, layer_.before_attention));
    RETURN_IF_ERROR(Norm(config_.norms.before_ffn, config_.hidden, layer_.before_ffn));
    RETURN_IF_ERROR(AfterNorm(config_.norms.after_attention, layer_.after_attention));
    if (config_.norms.after_ffn_moe_only && !moe_) return absl::OkStatus();
    return AfterNorm(config_.norms.after_ffn, layer_.after_ffn);
  }

  absl::Status GroupedAttention() {
    const size_t q_width = config_.heads * config_.head_dim,
                 kv_width = config_.kv_heads * config_.head_dim;
    RETURN_IF_ERROR(Matrix("self_attn.q_proj", q_width, config_.hidden, layer_.q));
    RETURN_IF_ERROR(Matrix("self_attn.k_proj", kv_width, config_.hidden, layer_.k));
    RETURN_IF_ERROR(Matrix("self_attn.v_proj", kv_width, config_.hidden, layer_.v));
    RETURN_IF_ERROR(Matrix("self_attn.o_proj", config_.hidden, q_width, layer_.o));
    if (!config_.qk_norm) return absl::OkStatus();
    RETURN_IF_ERROR(Norm("self_attn.q_norm", config_.head_dim, layer_.q_norm));
    return Norm("self_attn.k_norm", config_.head_dim, layer_.k_norm);
  }

  absl::Status LatentAttention() {
    const LatentConfig& latent = config_.latent;
    const size_t key = latent.nope + latent.rope, head_rows = latent.nope + latent.value;
    RETURN_IF_ERROR(Matrix("self_attn.q_a_proj", latent.query_rank, config_.hidden, layer_.q_a));
    RETURN_IF_ERROR(Norm("self_attn.q_a_layernorm", latent.query_rank, layer_.q_a_norm));
    RETURN_IF_ERROR(
        Matrix("self_attn.q_b_proj", config_.heads * key, latent.query_rank, layer_.q_b));
    RETURN_IF_ERROR(Matrix("self_attn.kv_a_proj_with_mqa", latent.rank + latent.rope,
                           config_.hidden, layer_.kv_a));
    RETURN_IF_ERROR(Norm("self_attn.kv_a_layernorm", latent.rank, layer_.kv_a_norm));
    RETURN_IF_ERROR(
        Matrix("self_attn.o_proj", config_.hidden, config_.heads * latent.value, layer_.o));
    const std::string kv_b = StrCat(prefix_, "self_attn.kv_b_proj.weight");
    ASSIGN_OR_RETURN(const WeightMatrix both,
                     tensors_.F32Matrix(kv_b, config_.heads * head_rows, latent.rank));
    for (size_t head = 0; head < config_.heads; ++head) {
      layer_.absorb.push_back(Transposed(both.Rows(head * head_rows, latent.nope)));
      layer_.expand.push_back(both.Rows(head * head_rows + latent.nope, latent.value));
    }
    return absl::OkStatus();
  }

  WeightMatrix Transposed(const WeightMatrix& from) {
    float* to = tensors_.Own(from.rows * from.cols);
    for (size_t r = 0; r < from.rows; ++r) {
      for (size_t c = 0; c < from.cols; ++c)
        to[c * from.rows + r] = static_cast<const float*>(from.data)[r * from.stride + c];
    }
    return {to, Dtype::kF32, from.cols, from.rows, from.rows};
  }

  absl::Status BindFeedForward(const std::string& name, size_t ffn, FeedForward& out) {
    RETURN_IF_ERROR(Matrix(StrCat(name, ".gate_proj"), ffn, config_.hidden, out.gate));
    RETURN_IF_ERROR(Matrix(StrCat(name, ".up_proj"), ffn, config_.hidden, out.up));
    return Matrix(StrCat(name, ".down_proj"), config_.hidden, ffn, out.down);
  }

  absl::Status Mixture() {
    const RouterConfig& router = config_.router;
    ASSIGN_OR_RETURN(layer_.router, tensors_.F32Matrix(StrCat(prefix_, "mlp.gate.weight"),
                                                       router.experts, config_.hidden));
    for (const char* name :
         {"mlp.e_score_correction_bias", "mlp.gate.e_score_correction_bias"}) {  // two spellings
      if (!router.bias || !tensors_.Has(StrCat(prefix_, name))) continue;
      ASSIGN_OR_RETURN(layer_.router_bias, tensors_.Vector(StrCat(prefix_, name), router.experts));
    }
    layer_.experts.resize(router.experts);
    for (size_t e = 0; e < router.experts; ++e) {
      RETURN_IF_ERROR(
          BindFeedForward(StrCat("mlp.experts.", e), router.expert_ffn, layer_.experts[e]));
    }
    if (router.shared_ffn == 0) return absl::OkStatus();
    return BindFeedForward("mlp.shared_experts", router.shared_ffn, layer_.shared);
  }

  const ModelConfig& config_;
  Tensors& tensors_;
  const bool moe_;
  const std::string prefix_;
  Layer layer_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Transformer>> Transformer::Load(const std::string& directory,
                                                               const Kernels& kernels) {
  ASSIGN_OR_RETURN(const std::string text, ReadText(StrCat(directory, "/config.json")));
  ASSIGN_OR_RETURN(const base::Json json, base::ParseJson(text, "config.json"));
  ASSIGN_OR_RETURN(ModelConfig config, ParseModelConfig(json));
  ASSIGN_OR_RETURN(WeightFiles files, WeightFiles::Open(directory));
  Tensors tensors(std::move(files), config.tensor_prefix, config.fp8_blocks);
  std::unique_ptr<Transformer> model(  // the constructor is private
      new Transformer(std::move(config), std::move(tensors), kernels));
  RETURN_IF_ERROR(model->Bind());
  model->config_text_ = text;
  return model;
}

std::string Transformer::WeightsSha256() const {
  return base::Sha256Hex(StrCat(base::Sha256Hex(config_text_), tensors_.files().Sha256()));
}

absl::Status Transformer::Bind() {
  ASSIGN_OR_RETURN(
      embedding_, tensors_.Matrix("model.embed_tokens.weight", config_.vocabulary, config_.hidden));
  ASSIGN_OR_RETURN(final_norm_, tensors_.Vector("model.norm.weight", config_.hidden,
                                                config_.norm_plus_one ? 1.0F : 0.0F));
  head_ = embedding_;
  if (!config_.tied_head) {
    ASSIGN_OR_RETURN(head_, tensors_.Matrix("lm_head.weight", config_.vocabulary, config_.hidden));
  }
  for (const RopeConfig& rope : config_.ropes) frequencies_.push_back(RopeFrequencies(rope));
  for (size_t i = 0; i < config_.layers.size(); ++i) {
    ASSIGN_OR_RETURN(Layer layer, LayerBinder(config_, tensors_, i).Bind());
    layers_.push_back(std::move(layer));
  }
  return absl::OkStatus();
}

}  // namespace model_core
