#include "model_core/transformer/layer_binder.h"

#include <algorithm>

#include "model_core/base/strings.h"

namespace model_core {

using base::StrCat;

namespace {

// out[r, c] = from[top + c, first + r], for r below `count` and c below `cols`.
void ReadTransposed(const StoredMatrix& from, size_t top, size_t cols, size_t first, size_t count,
                    float* out) {
  float lanes[kBandRows];
  for (size_t c = 0; c < cols; ++c) {
    for (size_t done = 0; done < count; done += kBandRows) {
      const size_t some = std::min(kBandRows, count - done);
      from.Read(top + c, first + done, some, lanes);
      for (size_t i = 0; i < some; ++i) out[(done + i) * cols + c] = lanes[i];
    }
  }
}

}  // namespace

absl::StatusOr<Layer> LayerBinder::Bind() {
  RETURN_IF_ERROR(Norms());
  RETURN_IF_ERROR(config_.is_latent() ? LatentAttention() : GroupedAttention());
  RETURN_IF_ERROR(moe_ ? Mixture() : Dense());
  return std::move(layer_);
}

absl::Status LayerBinder::Matrix(const std::string& name, size_t rows, size_t cols,
                                 Precision precision, WeightMatrix& out) {
  ASSIGN_OR_RETURN(out, tensors_.Matrix(StrCat(prefix_, name, ".weight"), rows, cols, precision));
  return absl::OkStatus();
}

absl::Status LayerBinder::Norm(const std::string& name, size_t size, const float*& out) {
  if (name.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(out, tensors_.Vector(StrCat(prefix_, name, ".weight"), size,
                                        config_.norm_plus_one ? 1.0F : 0.0F));
  return absl::OkStatus();
}

absl::Status LayerBinder::AfterNorm(const std::string& name, const float*& out) {
  if (config_.norms.optional_after && !tensors_.Has(StrCat(prefix_, name, ".weight")))
    return absl::OkStatus();
  return Norm(name, config_.hidden, out);
}

absl::Status LayerBinder::Norms() {
  RETURN_IF_ERROR(Norm(config_.norms.before_attention, config_.hidden, layer_.before_attention));
  RETURN_IF_ERROR(Norm(config_.norms.before_ffn, config_.hidden, layer_.before_ffn));
  RETURN_IF_ERROR(AfterNorm(config_.norms.after_attention, layer_.after_attention));
  if (config_.norms.after_ffn_moe_only && !moe_) return absl::OkStatus();
  return AfterNorm(config_.norms.after_ffn, layer_.after_ffn);
}

absl::Status LayerBinder::GroupedAttention() {
  const size_t q_width = config_.heads * config_.head_dim,
               kv_width = config_.kv_heads * config_.head_dim;
  RETURN_IF_ERROR(Matrix("self_attn.q_proj", q_width, config_.hidden, fine_, layer_.q));
  RETURN_IF_ERROR(Matrix("self_attn.k_proj", kv_width, config_.hidden, fine_, layer_.k));
  RETURN_IF_ERROR(Matrix("self_attn.v_proj", kv_width, config_.hidden, fine_, layer_.v));
  RETURN_IF_ERROR(Matrix("self_attn.o_proj", config_.hidden, q_width, fine_, layer_.o));
  if (!config_.qk_norm) return absl::OkStatus();
  RETURN_IF_ERROR(Norm("self_attn.q_norm", config_.head_dim, layer_.q_norm));
  return Norm("self_attn.k_norm", config_.head_dim, layer_.k_norm);
}

absl::Status LayerBinder::LatentAttention() {
  const LatentConfig& latent = config_.latent;
  const size_t key = latent.nope + latent.rope;
  RETURN_IF_ERROR(
      Matrix("self_attn.q_a_proj", latent.query_rank, config_.hidden, fine_, layer_.q_a));
  RETURN_IF_ERROR(Norm("self_attn.q_a_layernorm", latent.query_rank, layer_.q_a_norm));
  RETURN_IF_ERROR(
      Matrix("self_attn.q_b_proj", config_.heads * key, latent.query_rank, fine_, layer_.q_b));
  RETURN_IF_ERROR(Matrix("self_attn.kv_a_proj_with_mqa", latent.rank + latent.rope, config_.hidden,
                         fine_, layer_.kv_a));
  RETURN_IF_ERROR(Norm("self_attn.kv_a_layernorm", latent.rank, layer_.kv_a_norm));
  RETURN_IF_ERROR(
      Matrix("self_attn.o_proj", config_.hidden, config_.heads * latent.value, fine_, layer_.o));
  return AbsorbAndExpand();
}

// kv_b makes each head's key and value of a latent. The key's part moves queries into the latents'
// space, transposed; the value's part moves mixed latents out of it.
absl::Status LayerBinder::AbsorbAndExpand() {
  const LatentConfig& latent = config_.latent;
  const size_t head_rows = latent.nope + latent.value;
  const std::string name = StrCat(prefix_, "self_attn.kv_b_proj.weight");
  ASSIGN_OR_RETURN(const StoredMatrix both,
                   tensors_.Stored(name, config_.heads * head_rows, latent.rank));
  for (size_t head = 0; head < config_.heads; ++head) {
    const size_t top = head * head_rows;
    ASSIGN_OR_RETURN(const WeightMatrix absorb,
                     tensors_.Made(StrCat(name, "#absorb.", head), latent.rank, latent.nope, fine_,
                                   [&](size_t first, size_t count, float* out) {
                                     ReadTransposed(both, top, latent.nope, first, count, out);
                                   }));
    ASSIGN_OR_RETURN(const WeightMatrix expand,
                     tensors_.Made(StrCat(name, "#expand.", head), latent.value, latent.rank, fine_,
                                   [&](size_t first, size_t count, float* out) {
                                     both.ReadRows(top + latent.nope + first, count, out);
                                   }));
    layer_.absorb.push_back(absorb);
    layer_.expand.push_back(expand);
  }
  return absl::OkStatus();
}

absl::Status LayerBinder::BindFeedForward(const std::string& name, size_t ffn,
                                          Precision gate_and_up, Precision down, FeedForward& out) {
  const size_t hidden = config_.hidden;
  RETURN_IF_ERROR(Matrix(StrCat(name, ".gate_proj"), ffn, hidden, gate_and_up, out.gate));
  RETURN_IF_ERROR(Matrix(StrCat(name, ".up_proj"), ffn, hidden, gate_and_up, out.up));
  return Matrix(StrCat(name, ".down_proj"), hidden, ffn, down, out.down);
}

// Beside experts dense layers are few, and every token passes them.
absl::Status LayerBinder::Dense() {
  const bool all_dense = config_.router.experts == 0;
  return BindFeedForward("mlp", config_.ffn, all_dense ? precision_ : fine_, fine_, layer_.dense);
}

absl::Status LayerBinder::Mixture() {
  const RouterConfig& router = config_.router;
  ASSIGN_OR_RETURN(layer_.router, tensors_.F32Matrix(StrCat(prefix_, "mlp.gate.weight"),
                                                     router.experts, config_.hidden));
  for (const char* name :
       {"mlp.e_score_correction_bias", "mlp.gate.e_score_correction_bias"}) {  // two spellings
    if (!router.bias || layer_.router_bias != nullptr || !tensors_.Has(StrCat(prefix_, name)))
      continue;
    ASSIGN_OR_RETURN(layer_.router_bias, tensors_.Vector(StrCat(prefix_, name), router.experts));
  }
  layer_.experts.resize(router.experts);
  for (size_t e = 0; e < router.experts; ++e) {
    RETURN_IF_ERROR(BindFeedForward(StrCat("mlp.experts.", e), router.expert_ffn, precision_,
                                    precision_, layer_.experts[e]));
  }
  if (router.shared_ffn == 0) return absl::OkStatus();
  return BindFeedForward("mlp.shared_experts", router.shared_ffn, fine_, fine_, layer_.shared);
}

}  // namespace model_core
