#include "model_core/transformer/parameters.h"

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

}  // namespace

ParameterCount CountParameters(const ModelConfig& config) {
  const RouterConfig& router = config.router;
  const NormNames& names = config.norms;
  size_t norms = 0;
  for (const std::string* name :
       {&names.before_attention, &names.after_attention, &names.before_ffn, &names.after_ffn})
    norms += name->empty() ? 0 : 1;
  const size_t shared =
      (config.tied_head ? 1 : 2) * config.vocabulary * config.hidden + config.hidden;
  ParameterCount count{shared, shared};
  for (const LayerConfig& layer : config.layers) {
    const bool without_last = names.after_ffn_moe_only && !layer.moe;
    size_t both = Attention(config) + (norms - (without_last ? 1 : 0)) * config.hidden, expert = 0;
    if (layer.moe) {
      both += router.experts * (config.hidden + (router.bias ? 1 : 0)) +
              3 * config.hidden * router.shared_ffn;
      expert = 3 * config.hidden * router.expert_ffn;
    } else {
      both += 3 * config.hidden * config.ffn;
    }
    count.total += both + router.experts * expert;
    count.active += both + router.per_token * expert;
  }
  return count;
}

}  // namespace model_core
