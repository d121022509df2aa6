#include "model_core/transformer/parameters.h"

#include "model_core/base/strings.h"

namespace model_core {
namespace {

size_t Attention(const ModelConfig& config) {
  const size_t hidden = config.hidden;
  if (!config.is_latent()) {
    const size_t q = config.heads * config.head_dim, kv = config.kv_heads * config.head_dim;
    return 2 * hidden * q + 2 * hidden * kv + (config.qk_norm ? 2 * config.head_dim : 0);
  }
  const LatentConfig& latent = config.latent;
  const size_t q_a = latent.query_rank * (hidden + 1),
               q_b = config.heads * (latent.nope + latent.rope) * latent.query_rank;
  const size_t kv_a = (latent.rank + latent.rope) * hidden + latent.rank;
  const size_t kv_b = config.heads * (latent.nope + latent.value) * latent.rank;
  return q_a + q_b + kv_a + kv_b + hidden * config.heads * latent.value;
}

size_t Norms(const ModelConfig& config, bool moe) {
  const NormNames& names = config.norms;
  size_t norms = 0;
  for (const std::string* name :
       {&names.before_attention, &names.after_attention, &names.before_ffn, &names.after_ffn})
    norms += name->empty() ? 0 : 1;
  return norms - (names.after_ffn_moe_only && !moe ? 1 : 0);
}

ParameterCount CountLayer(const ModelConfig& config, bool moe) {
  const RouterConfig& router = config.router;
  const size_t both = Attention(config) + Norms(config, moe) * config.hidden;
  if (!moe) return {both + 3 * config.hidden * config.ffn, both + 3 * config.hidden * config.ffn};
  const size_t all = both + router.experts * (config.hidden + (router.bias ? 1 : 0)) +
                     3 * config.hidden * router.shared_ffn;
  const size_t expert = 3 * config.hidden * router.expert_ffn;
  return {all + router.experts * expert, all + router.per_token * expert};
}

}  // namespace

ParameterCount CountParameters(const ModelConfig& config) {
  const size_t shared =
      (config.tied_head ? 1 : 2) * config.vocabulary * config.hidden + config.hidden;
  ParameterCount count{shared, shared};
  for (const LayerConfig& layer : config.layers) {
    const ParameterCount more = CountLayer(config, layer.moe);
    count.total += more.total;
    count.active += more.active;
  }
  return count;
}

ParameterCount CountStoredParameters(const ModelConfig& config, const WeightFiles& files) {
  const std::string drafting = base::StrCat("model.layers.", config.layers.size(), ".");
  const auto counts = [&](std::string_view name) {
    const std::string& scales = config.fp8.scale_suffix;
    const bool scale = !scales.empty() && name.ends_with(scales);
    const bool repeated = config.tied_head && name == "lm_head.weight";
    return !scale && !repeated && !name.starts_with("mtp.") && !name.starts_with(drafting) &&
           !name.ends_with("inv_freq") && !name.ends_with("rope_freqs.weight");
  };
  ParameterCount count;
  size_t experts = 0;
  for (const auto& [name, view] : files.all()) {
    if (!name.starts_with(config.tensor_prefix)) continue;
    const std::string_view own = std::string_view(name).substr(config.tensor_prefix.size());
    if (!counts(own)) continue;
    size_t elements = 1;
    for (size_t extent : view.shape) elements *= extent;
    count.total += elements;
    if (own.find(".mlp.experts.") != std::string_view::npos) experts += elements;
  }
  const size_t each = config.router.experts == 0 ? 0 : experts / config.router.experts;
  count.active = count.total - experts + each * config.router.per_token;
  return count;
}

ParameterCount CountDraftParameters(const ModelConfig& config) {
  if (config.draft.layer.empty()) return {};
  const size_t own = 2 * config.hidden * config.hidden + 3 * config.hidden;  // join and its norms
  const ParameterCount layer = CountLayer(config, config.draft.attention.moe);
  return {own + layer.total, own + layer.active};
}

}  // namespace model_core
