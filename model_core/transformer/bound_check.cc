// What no single tensor shows: that all files hold is used, and that layers are of one kind.
#include <algorithm>

#include "model_core/base/strings.h"
#include "model_core/transformer/transformer.h"

namespace model_core {
using base::StrCat;

namespace {

// What published files hold beyond their graph: tables that are computed anew, the norm of A.X K1's
// dense layers, layers that only draft, which changes no token.
bool IsPassed(const ModelConfig& config, std::string_view name) {
  const NormNames& norms = config.norms;
  if (name.ends_with(".rotary_emb.inv_freq") || name == "rope_freqs.weight") return true;
  if (norms.after_ffn_moe_only && name.ends_with(StrCat(norms.after_ffn, ".weight"))) return true;
  for (size_t i = 0; i < config.drafting_layers; ++i) {
    if (name.starts_with(StrCat("model.layers.", config.layers.size() + i, "."))) return true;
  }
  return name.starts_with("mtp.") && !config.draft.layer.empty();
}

// A part that a layer may have: all layers have it, or none.
absl::Status CheckAllOrNone(const std::vector<Layer>& layers, const float* Layer::*part,
                            bool moe_only, const std::string& name) {
  const auto counts = [&](const Layer& layer) { return !moe_only || !layer.experts.empty(); };
  const bool any = std::any_of(layers.begin(), layers.end(), [&](const Layer& layer) {
    return counts(layer) && layer.*part != nullptr;
  });
  for (size_t i = 0; any && i < layers.size(); ++i) {
    if (counts(layers[i]) && layers[i].*part == nullptr) {
      return BadTensor(StrCat("model.layers.", i, ".", name),
                       "is missing, and other layers have it", "다른 층에는 있는데 없습니다");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Transformer::CheckBound() const {
  RETURN_IF_ERROR(CheckLayers());
  RETURN_IF_ERROR(CheckTiedHead());
  return tensors_.RefuseUnused([this](std::string_view name) { return IsPassed(config_, name); });
}

absl::Status Transformer::CheckLayers() const {
  const NormNames& norms = config_.norms;
  RETURN_IF_ERROR(CheckAllOrNone(layers_, &Layer::after_attention, false,
                                 StrCat(norms.after_attention, ".weight")));
  RETURN_IF_ERROR(CheckAllOrNone(layers_, &Layer::after_ffn, norms.after_ffn_moe_only,
                                 StrCat(norms.after_ffn, ".weight")));
  return CheckAllOrNone(layers_, &Layer::router_bias, true, "mlp.e_score_correction_bias");
}

// Files may hold the output matrix once more; it must be the embedding.
absl::Status Transformer::CheckTiedHead() const {
  const std::string name = "lm_head.weight";
  if (!config_.tied_head || !tensors_.Has(name)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const StoredMatrix head,
                   tensors_.Stored(name, config_.vocabulary, config_.hidden));
  ASSIGN_OR_RETURN(
      const StoredMatrix embedding,
      tensors_.Stored("model.embed_tokens.weight", config_.vocabulary, config_.hidden));
  if (head.view->dtype == embedding.view->dtype &&
      std::equal(head.view->data.begin(), head.view->data.end(), embedding.view->data.begin(),
                 embedding.view->data.end()))
    return absl::OkStatus();
  return BadTensor(config_.tensor_prefix + name,
                   "is not the embedding, and the config has tie_word_embeddings",
                   "설정에 tie_word_embeddings가 있는데 임베딩과 다릅니다");
}

}  // namespace model_core
