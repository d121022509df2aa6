#include "model_core/transformer/families.h"

#include <cmath>

#include "model_core/base/strings.h"

namespace model_core {
namespace {

// All layers turn by the same rope.
void OneRope(ModelConfig& config, const RopeConfig& rope) {
  config.ropes = {rope};
  for (LayerConfig& layer : config.layers) layer.rope = 0;
}

// The names of DeepSeek-V3, which this family's other tensors have: one more layer, of the kind of
// the last.
DraftConfig DraftAfterLayers(const ModelConfig& config) {
  const std::string layer = base::StrCat("model.layers.", config.layers.size(), ".");
  const bool moe = !config.layers.empty() && config.layers.back().moe;
  return {layer,           layer + "eh_proj",          layer + "enorm",
          layer + "hnorm", layer + "shared_head.norm", {kDraftWindow, /*rope=*/0, moe}};
}

double InverseRoot(size_t width) { return 1 / std::sqrt(static_cast<double>(width)); }

// EXAONE: window layers turn, full layers know no positions; without any window all layers turn.
void ReadExaoneLayers(ConfigReader& reader, ModelConfig& config) {
  config.qk_norm = true;
  config.attention_scale = InverseRoot(config.head_dim);
  config.ropes = {ReadRope(reader, config.head_dim, 1e4, config.context_tokens_max)};
  ReadLayers(reader, config);
  const bool windowed = reader.Size("sliding_window", 0) > 0;
  for (LayerConfig& layer : config.layers) layer.rope = !windowed || layer.window > 0 ? 0 : -1;
}

// EXAONE 4: dense, with norms after attention and feed-forward only.
void ReadExaone4(ConfigReader& reader, ModelConfig& config) {
  config.norms = {"", "post_attention_layernorm", "", "post_feedforward_layernorm"};
  ReadExaoneLayers(reader, config);
}

// Published engines disagree on the draft layer's attention; most take a window layer.
void ReadExaoneMoe(ConfigReader& reader, ModelConfig& config) {
  config.router.scale = 2.5;
  ReadRouter(reader, config);
  ReadExaoneLayers(reader, config);
  const size_t window = reader.Size("sliding_window", 0);
  config.draft = {"mtp.layers.0.",
                  "mtp.fc",
                  "mtp.pre_fc_norm_embedding",
                  "mtp.pre_fc_norm_hidden",
                  "mtp.norm",
                  {window > 0 ? window : kDraftWindow, /*rope=*/0, /*moe=*/false}};
}

// HyperCLOVA X: dense, four multipliers; logits are multiplied (its ancestor divides).
void ReadHyperclova(ConfigReader& reader, ModelConfig& config) {
  config.attention_scale = reader.Number("attention_multiplier", InverseRoot(config.head_dim));
  config.embedding_scale = reader.Number("embedding_multiplier", 1);
  config.residual_scale = reader.Number("residual_multiplier", 1);
  config.logits_scale = reader.Number("logits_scaling", 1);
  for (const char* key :
       {"attention_multiplier", "embedding_multiplier", "residual_multiplier", "logits_scaling"})
    if (!(reader.Number(key, 1) > 0)) reader.Fail(key, kIsNotAboveZero);
  config.norms.optional_after = !reader.Has("use_post_norm");
  if (reader.Bool("use_post_norm", true)) {
    config.norms.after_attention = "post_norm1";
    config.norms.after_ffn = "post_norm2";
  }
  ReadLayers(reader, config);
  OneRope(config, ReadRope(reader, config.head_dim, 1e4, config.context_tokens_max));
}

// A.X K1: latent attention, grouped routing, and a norm after the mixture.
void ReadAxk1(ConfigReader& reader, ModelConfig& config) {
  ReadLatent(reader, config);
  config.attention_scale = InverseRoot(config.latent.nope + config.latent.rope);
  config.norms.after_ffn = "post_mlp_layernorm";
  config.norms.after_ffn_moe_only = true;
  config.router.scale = 2.5;
  config.router.groups = 8;
  config.router.groups_kept = 4;
  ReadRouter(reader, config);
  ReadLayers(reader, config);
  RopeConfig rope = ReadRope(reader, config.latent.rope, 1e4, config.context_tokens_max);
  rope.score_scale = YarnScoreScale(reader, rope);
  rope.interleaved = true;
  reader.Expect("rope_interleave", true);
  reader.Expect("qk_head_dim", config.latent.nope + config.latent.rope);
  OneRope(config, rope);
  config.draft = DraftAfterLayers(config);
}

// VAETKI: latent attention, four norms of weight 1 + w; full layers turn by another base, an eighth
// as fast.
void ReadVaetki(ConfigReader& reader, ModelConfig& config) {
  ReadLatent(reader, config);
  config.attention_scale = InverseRoot(config.latent.nope + config.latent.rope);
  config.norm_plus_one = true;
  config.norms = {"input_layernorm", "post_attention_layernorm", "pre_mlp_layernorm",
                  "post_mlp_layernorm"};
  config.router.scale = 2.5;
  ReadRouter(reader, config);
  config.router.bias = false;
  ReadLayers(reader, config);
  RopeConfig local = ReadRope(reader, config.latent.rope, 1e4, config.context_tokens_max);
  if (!local.divisors.empty())
    reader.Fail("rope_scaling",
                {"may be YaRN only in this family", "값은 이 모델 계열에서 YaRN만 됩니다"});
  local.interleaved = true;
  RopeConfig global = local;
  global.theta = reader.Number("rope_theta_global", 1e6);
  if (!(global.theta > 0)) reader.Fail("rope_theta_global", kIsNotAboveZero);
  if (local.yarn_context == 0) {
    global.divisor = 8;  // the reference interpolates positions eightfold without rope_scaling
  } else {               // YaRN is for layers that see all
    global.score_scale = YarnScoreScale(reader, global);
    local.WithoutYarn();
  }
  config.ropes = {local, global};
  for (LayerConfig& layer : config.layers) layer.rope = layer.window > 0 ? 0 : 1;
}

void ReadSolarOpen(ConfigReader& reader, ModelConfig& config) {
  config.attention_scale = InverseRoot(config.head_dim);
  reader.Expect("use_qk_norm", false);
  reader.Expect("partial_rotary_factor", 1.0);
  ReadRouter(reader, config);
  ReadLayers(reader, config);
  OneRope(config, ReadRope(reader, config.head_dim, 1e6, config.context_tokens_max));
}

constexpr Family kFamilies[] = {{"exaone4", "exaone4", &ReadExaone4, 1e-5},
                                {"exaone_moe", "exaone_moe", &ReadExaoneMoe, 1e-5},
                                {"hyperclovax", "hyperclovax", &ReadHyperclova, 1e-6},
                                {"AXK1", "axk1", &ReadAxk1, 1e-6},
                                {"axk1", "axk1", &ReadAxk1, 1e-6},
                                {"vaetki", "vaetki", &ReadVaetki, -1},
                                {"solar_open", "solar_open", &ReadSolarOpen, 1e-5}};

}  // namespace

std::span<const Family> Families() { return kFamilies; }

}  // namespace model_core
