#include "model_core/bench/shapes.h"

#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace model_core {
namespace {

using base::Json;
using base::StrCat;

constexpr size_t kMixtureLayers = 8, kDenseLayers = 16;

Json Common(const char* family, size_t layers, size_t ffn) {
  return {{"model_type", family},        {"vocab_size", 32'000},
          {"hidden_size", 2'048},        {"intermediate_size", ffn},
          {"num_hidden_layers", layers}, {"num_attention_heads", 16},
          {"num_key_value_heads", 4},    {"max_position_embeddings", 262'144},
          {"rms_norm_eps", 1e-5},        {"rope_theta", 1'000'000},
          {"tie_word_embeddings", false}};
}

Json Dense(const char* family) {
  Json config = Common(family, kDenseLayers, 8'192);
  config["head_dim"] = 128;
  return config;
}

Json Mixture(const char* family, const char* experts_key, const char* shared_key) {
  Json config = Common(family, kMixtureLayers, 6'144);
  config["moe_intermediate_size"] = 768;
  config[experts_key] = 64;
  config[shared_key] = 1;
  config["num_experts_per_tok"] = 8;
  config["norm_topk_prob"] = true;
  config["routed_scaling_factor"] = 2.5;
  return config;
}

Json LatentMixture(const char* family) {
  Json config = Mixture(family, "n_routed_experts", "n_shared_experts");
  config["num_key_value_heads"] = 16;
  config["q_lora_rank"] = 768;
  config["kv_lora_rank"] = 512;
  config["qk_nope_head_dim"] = 128;
  config["qk_rope_head_dim"] = 64;
  config["v_head_dim"] = 128;
  config["first_k_dense_replace"] = 1;
  return config;
}

// Of every `period` layers the last one sees all tokens, the others a window.
void Slide(Json& config, size_t window, size_t period) {
  config["sliding_window"] = window;
  const auto layers = config["num_hidden_layers"].get<size_t>();
  for (size_t i = 0; i < layers; ++i)
    config["layer_types"].push_back(i % period == period - 1 ? "full_attention"
                                                             : "sliding_attention");
}

Json KExaone() {
  Json config = Mixture("exaone_moe", "num_experts", "num_shared_experts");
  config["head_dim"] = 128;
  config["first_k_dense_replace"] = 1;
  Slide(config, 128, 4);
  return config;
}

Json AxK1() {
  Json config = LatentMixture("axk1");
  config["n_group"] = 8;
  config["topk_group"] = 4;
  return config;
}

Json HyperclovaX() {
  Json config = Dense("hyperclovax");
  config["use_post_norm"] = true;
  return config;
}

Json Vaetki() {
  Json config = LatentMixture("vaetki");
  Slide(config, 512, 6);
  return config;
}

Json SolarOpen() {
  Json config = Mixture("solar_open", "n_routed_experts", "n_shared_experts");
  config["head_dim"] = 128;
  return config;
}

Json Exaone4() {
  Json config = Dense("exaone4");
  Slide(config, 4'096, 4);
  return config;
}

struct Shape {
  const char* name;
  Json (*config)();
};
constexpr Shape kShapes[] = {{"k-exaone-mini", &KExaone},         {"ax-k1-mini", &AxK1},
                             {"hyperclova-x-mini", &HyperclovaX}, {"vaetki-mini", &Vaetki},
                             {"solar-open-mini", &SolarOpen},     {"exaone-4-mini", &Exaone4}};

}  // namespace

std::vector<std::string> ShapeNames() {
  std::vector<std::string> names;
  for (const Shape& shape : kShapes) names.emplace_back(shape.name);
  return names;
}

absl::StatusOr<Json> ShapeConfig(const std::string& name) {
  for (const Shape& shape : kShapes) {
    if (name == shape.name) return shape.config();
  }
  const std::string known = base::StrJoin(ShapeNames(), ", ");
  return base::Error(
      absl::StatusCode::kInvalidArgument,
      StrCat("shape '", name, "' is unknown; known are ", known),
      StrCat("모델 형태 '", name, "'", base::Particle(name, "은"), " 없습니다 (", known, ")"));
}

}  // namespace model_core
