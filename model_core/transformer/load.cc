// Finds every tensor of a model by its published name, and refuses what does not fit.
#include <cmath>
#include <cstring>
#include <fstream>
#include <sstream>

#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"
#include "model_core/transformer/transformer.h"

namespace model_core {
namespace {

using base::StrCat;

absl::Status BadTensor(const std::string& name, std::string_view what) {
  return base::WithReason(base::Error(absl::StatusCode::kDataLoss, StrCat("tensor '", name, "' ", what),
                                      StrCat("텐서 '", name, "': ", what)),
                          "WEIGHTS_DAMAGED");
}

std::string ShapeText(const std::vector<size_t>& shape) { return StrCat("[", base::StrJoin(shape, ", "), "]"); }

float Element(const TensorView& view, size_t i) {
  if (view.dtype == "F32") {
    float value;
    std::memcpy(&value, view.data.data() + i * sizeof(float), sizeof(float));
    return value;
  }
  uint16_t bits;
  std::memcpy(&bits, view.data.data() + i * sizeof(bits), sizeof(bits));
  return FromBf16(bits);
}

absl::StatusOr<std::string> ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  if (file) return text.str();
  return base::Error(absl::StatusCode::kNotFound, StrCat("'", path, "' cannot be read"),
                     StrCat("'", path, "'을(를) 읽을 수 없습니다"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Transformer>> Transformer::Load(const std::string& directory,
                                                               const Kernels& kernels) {
  ASSIGN_OR_RETURN(const std::string config_text, ReadText(StrCat(directory, "/config.json")));
  ASSIGN_OR_RETURN(const base::Json json, base::ParseJson(config_text, "config.json"));
  ASSIGN_OR_RETURN(ModelConfig config, ParseModelConfig(json));
  ASSIGN_OR_RETURN(WeightFiles weights, WeightFiles::Open(directory));
  std::unique_ptr<Transformer> model(  // the constructor is private
      new Transformer(std::move(config), std::move(weights), kernels));
  RETURN_IF_ERROR(model->Bind());
  model->weights_sha256_ = base::Sha256Hex(StrCat(base::Sha256Hex(config_text), model->weights_.Sha256()));
  return model;
}

absl::StatusOr<WeightMatrix> Transformer::Matrix(const std::string& name, size_t rows, size_t cols) {
  const TensorView* view = weights_.Find(name);
  if (view == nullptr) return BadTensor(name, "is missing");
  if (view->shape != std::vector<size_t>{rows, cols}) {
    return BadTensor(name, StrCat("has shape ", ShapeText(view->shape), ", the config needs [", rows, ", ", cols, "]"));
  }
  if (view->dtype != "BF16" && view->dtype != "F32") return BadTensor(name, StrCat("has dtype ", view->dtype));
  return WeightMatrix{view->data.data(), view->dtype == "F32" ? Dtype::kF32 : Dtype::kBf16, rows, cols};
}

absl::StatusOr<const float*> Transformer::Vector(const std::string& name, size_t size) {
  const TensorView* view = weights_.Find(name);
  if (view == nullptr) return BadTensor(name, "is missing");
  if (view->shape != std::vector<size_t>{size}) {
    return BadTensor(name, StrCat("has shape ", ShapeText(view->shape), ", the config needs [", size, "]"));
  }
  if (view->dtype != "BF16" && view->dtype != "F32") return BadTensor(name, StrCat("has dtype ", view->dtype));
  auto owned = std::make_unique<std::vector<float>>(size);
  for (size_t i = 0; i < size; ++i) (*owned)[i] = Element(*view, i);
  owned_.push_back(std::move(owned));
  return owned_.back()->data();
}

absl::StatusOr<FeedForward> Transformer::Bound(const std::string& prefix, size_t ffn) {
  FeedForward bound;
  ASSIGN_OR_RETURN(bound.gate, Matrix(StrCat(prefix, ".gate_proj.weight"), ffn, config_.hidden));
  ASSIGN_OR_RETURN(bound.up, Matrix(StrCat(prefix, ".up_proj.weight"), ffn, config_.hidden));
  ASSIGN_OR_RETURN(bound.down, Matrix(StrCat(prefix, ".down_proj.weight"), config_.hidden, ffn));
  return bound;
}

absl::Status Transformer::BindRouter(const std::string& prefix, Layer& layer) {
  ASSIGN_OR_RETURN(const WeightMatrix gate, Matrix(StrCat(prefix, ".gate.weight"), config_.experts, config_.hidden));
  const TensorView& view = *weights_.Find(StrCat(prefix, ".gate.weight"));
  for (size_t i = 0; i < gate.rows * gate.cols; ++i) layer.router.push_back(Element(view, i));
  for (const char* name : {".e_score_correction_bias", ".gate.e_score_correction_bias"}) {
    if (weights_.Find(StrCat(prefix, name)) == nullptr) continue;
    ASSIGN_OR_RETURN(const float* bias, Vector(StrCat(prefix, name), config_.experts));
    layer.router_bias.assign(bias, bias + config_.experts);
  }
  return absl::OkStatus();
}

absl::Status Transformer::BindLayer(size_t index) {
  const std::string prefix = StrCat("model.layers.", index);
  const size_t q_width = config_.heads * config_.head_dim, kv_width = config_.kv_heads * config_.head_dim;
  Layer layer{};
  ASSIGN_OR_RETURN(layer.input_norm, Vector(StrCat(prefix, ".input_layernorm.weight"), config_.hidden));
  ASSIGN_OR_RETURN(layer.ffn_norm, Vector(StrCat(prefix, ".post_attention_layernorm.weight"), config_.hidden));
  ASSIGN_OR_RETURN(layer.q, Matrix(StrCat(prefix, ".self_attn.q_proj.weight"), q_width, config_.hidden));
  ASSIGN_OR_RETURN(layer.k, Matrix(StrCat(prefix, ".self_attn.k_proj.weight"), kv_width, config_.hidden));
  ASSIGN_OR_RETURN(layer.v, Matrix(StrCat(prefix, ".self_attn.v_proj.weight"), kv_width, config_.hidden));
  ASSIGN_OR_RETURN(layer.o, Matrix(StrCat(prefix, ".self_attn.o_proj.weight"), config_.hidden, q_width));
  ASSIGN_OR_RETURN(layer.q_norm, Vector(StrCat(prefix, ".self_attn.q_norm.weight"), config_.head_dim));
  ASSIGN_OR_RETURN(layer.k_norm, Vector(StrCat(prefix, ".self_attn.k_norm.weight"), config_.head_dim));
  const std::string mlp = StrCat(prefix, ".mlp");
  if (!config_.layers[index].moe) {
    ASSIGN_OR_RETURN(layer.dense, Bound(mlp, config_.ffn));
    layers_.push_back(std::move(layer));
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(BindRouter(mlp, layer));
  for (size_t e = 0; e < config_.experts; ++e) {
    ASSIGN_OR_RETURN(FeedForward expert, Bound(StrCat(mlp, ".experts.", e), config_.expert_ffn));
    layer.experts.push_back(expert);
  }
  if (config_.shared_ffn > 0) {
    ASSIGN_OR_RETURN(layer.shared, Bound(StrCat(mlp, ".shared_experts"), config_.shared_ffn));
  }
  layers_.push_back(std::move(layer));
  return absl::OkStatus();
}

absl::Status Transformer::Bind() {
  ASSIGN_OR_RETURN(embedding_, Matrix("model.embed_tokens.weight", config_.vocabulary, config_.hidden));
  ASSIGN_OR_RETURN(final_norm_, Vector("model.norm.weight", config_.hidden));
  head_ = embedding_;
  if (!config_.tied_head) {
    ASSIGN_OR_RETURN(head_, Matrix("lm_head.weight", config_.vocabulary, config_.hidden));
  }
  for (size_t i = 0; i < config_.head_dim / 2; ++i) {
    const double exponent = 2.0 * static_cast<double>(i) / static_cast<double>(config_.head_dim);
    inverse_frequencies_.push_back(std::pow(config_.rope_theta, -exponent));
  }
  for (size_t i = 0; i < config_.layers.size(); ++i) RETURN_IF_ERROR(BindLayer(i));
  return absl::OkStatus();
}

}  // namespace model_core
