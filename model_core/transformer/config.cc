#include "model_core/transformer/config.h"

#include <algorithm>
#include <set>

#include "model_core/base/strings.h"

namespace model_core {
namespace {

using base::Json;
using base::StrCat;

constexpr int64_t kSizeMax = 1 << 24;  // of any dimension: larger is a damaged file

absl::Status BadKey(std::string_view key, std::string_view what) {
  return base::Error(absl::StatusCode::kInvalidArgument, StrCat("config.json: '", key, "' ", what),
                     StrCat("config.json: '", key, "' 값을 처리할 수 없습니다: ", what));
}

// Keys that do not change what is computed.
bool Harmless(const std::string& key) {
  static const auto* const keys = new std::set<std::string>{
      "architectures", "attention_dropout", "bos_token_id", "dtype", "torch_dtype", "eos_token_id", "pad_token_id",
      "initializer_range", "model_type", "transformers_version", "use_cache", "sliding_window_pattern",
      "max_position_embeddings", "num_nextn_predict_layers", "auto_map", "_name_or_path", "output_router_logits",
      "router_aux_loss_coef", "quantization_config", "name", "attention_bias", "mlp_bias"};
  return keys->contains(key);
}

class Parser {
 public:
  explicit Parser(const Json& json) : json_(json) {}

  absl::StatusOr<ModelConfig> Parse() {
    config_.family = base::StringOr(json_, "model_type", "");
    if (config_.family != "exaone_moe") {
      return base::Error(absl::StatusCode::kUnimplemented,
                         StrCat("config.json: model_type '", config_.family, "' is not supported"),
                         StrCat("config.json: model_type '", config_.family, "'은(는) 지원하지 않습니다"));
    }
    ReadSizes();
    ReadExperts();
    ReadRope();
    ReadLayers();
    ReadTokens();
    Expect("hidden_act", "silu");
    Expect("scoring_func", "sigmoid");
    Expect("topk_method", "noaux_tc");
    ExpectOne("n_group");
    ExpectOne("topk_group");
    for (const auto& [key, value] : json_.items()) {
      if (!seen_.contains(key) && !Harmless(key)) Fail(key, "is not understood, and may change the result");
    }
    RETURN_IF_ERROR(status_);
    RETURN_IF_ERROR(Check());
    return config_;
  }

 private:
  void Fail(std::string_view key, std::string_view what) {
    if (status_.ok()) status_ = BadKey(key, what);
  }

  const Json* Get(const std::string& key) {
    seen_.insert(key);
    auto it = json_.find(key);
    return it == json_.end() || it->is_null() ? nullptr : &*it;
  }

  size_t Size(const std::string& key, int64_t fallback = -1) {
    const Json* value = Get(key);
    if (value == nullptr && fallback >= 0) return static_cast<size_t>(fallback);
    if (value == nullptr) {
      Fail(key, "is missing");
      return 0;
    }
    if (!value->is_number_integer() || value->get<int64_t>() < 0 || value->get<int64_t>() > kSizeMax) {
      Fail(key, StrCat("is not a whole number from 0 to ", kSizeMax));
      return 0;
    }
    return value->get<size_t>();
  }

  double Number(const std::string& key, double fallback) {
    const Json* value = Get(key);
    if (value == nullptr) return fallback;
    if (!value->is_number()) Fail(key, "is not a number");
    return value->is_number() ? value->get<double>() : fallback;
  }

  bool Bool(const std::string& key, bool fallback) {
    const Json* value = Get(key);
    return value != nullptr && value->is_boolean() ? value->get<bool>() : fallback;
  }

  void Expect(const std::string& key, std::string_view wanted) {
    const Json* value = Get(key);
    if (value != nullptr && *value != wanted) Fail(key, StrCat("must be '", wanted, "'"));
  }

  void ExpectOne(const std::string& key) {
    if (Size(key, 1) != 1) Fail(key, "must be 1");
  }

  void ReadSizes() {
    config_.vocabulary = Size("vocab_size");
    config_.hidden = Size("hidden_size");
    config_.heads = Size("num_attention_heads");
    config_.kv_heads = Size("num_key_value_heads", static_cast<int64_t>(config_.heads));
    config_.head_dim = Size("head_dim");
    config_.ffn = Size("intermediate_size");
    config_.context_tokens_max = Size("max_position_embeddings");
    config_.norm_epsilon = static_cast<float>(Number("rms_norm_eps", 1e-5));
    config_.tied_head = Bool("tie_word_embeddings", false);
  }

  void ReadExperts() {
    config_.experts = Size("num_experts", 0);
    config_.experts_per_token = Size("num_experts_per_tok", 0);
    config_.expert_ffn = Size("moe_intermediate_size", 0);
    config_.shared_ffn = Size("num_shared_experts", 0) * config_.expert_ffn;
    config_.normalise_weights = Bool("norm_topk_prob", true);
    config_.routed_scale = static_cast<float>(Number("routed_scaling_factor", 1));
  }

  // Two spellings: rope_theta beside rope_scaling, or both inside rope_parameters.
  void ReadRope() {
    config_.rope_theta = Number("rope_theta", 1e6);
    if (Get("rope_scaling") != nullptr) Fail("rope_scaling", "is not supported for this family");
    if (const Json* parameters = Get("rope_parameters")) {
      config_.rope_theta = base::NumberOr(*parameters, "rope_theta", config_.rope_theta);
      const std::string type = base::StringOr(*parameters, "rope_type", "default");
      if (type != "default") Fail("rope_parameters", StrCat("of rope_type '", type, "' are not supported"));
    }
  }

  void ReadLayers() {
    const size_t count = Size("num_hidden_layers");
    const size_t window = Size("sliding_window", 0);
    const Json* types = Get("layer_types");
    const Json* moe = Get("is_moe_layer");
    const Json* mlp_types = Get("mlp_layer_types");
    const size_t dense_first = Size("first_k_dense_replace", static_cast<int64_t>(Size("first_last_k_dense_replace", 0)));
    const auto listed = [&](const Json* list, const char* key) {
      const bool whole = list != nullptr && list->is_array() && list->size() == count;
      if (list != nullptr && !whole) Fail(key, StrCat("must list all ", count, " layers"));
      return whole;
    };
    const bool has_types = listed(types, "layer_types");
    const bool has_moe = listed(moe, "is_moe_layer");
    const bool has_mlp = listed(mlp_types, "mlp_layer_types");
    if (window > 0 && !has_types) Fail("layer_types", "is missing, and the model has a sliding window");
    if (count > 1024) return Fail("num_hidden_layers", "is over 1024");
    for (size_t i = 0; i < count && status_.ok(); ++i) {
      LayerConfig layer;
      const bool sliding = has_types && window > 0 && (*types)[i] == "sliding_attention";
      layer.window = sliding ? window : 0;
      layer.rope = sliding || window == 0;  // without any window every layer is rotary
      layer.moe = has_moe ? (*moe)[i] == true : has_mlp ? (*mlp_types)[i] == "sparse" : i >= dense_first;
      layer.moe = layer.moe && config_.experts > 0;
      config_.layers.push_back(layer);
    }
  }

  void ReadTokens() {
    if (const Json* bos = Get("bos_token_id"); bos != nullptr && bos->is_number_integer()) config_.bos = bos->get<int32_t>();
    const Json* eos = Get("eos_token_id");
    if (eos == nullptr) return;
    for (const Json& id : eos->is_array() ? *eos : Json::array({*eos})) {
      if (id.is_number_integer()) config_.eos.push_back(id.get<int32_t>());
    }
  }

  absl::Status Check() const {
    if (config_.hidden == 0 || config_.vocabulary == 0) return BadKey("hidden_size", "and vocab_size must not be 0");
    if (config_.head_dim == 0 || config_.head_dim % 2 != 0) return BadKey("head_dim", "must be even and not 0");
    if (config_.kv_heads == 0 || config_.heads % config_.kv_heads != 0) {
      return BadKey("num_key_value_heads", "must divide num_attention_heads");
    }
    if (config_.experts_per_token > config_.experts) return BadKey("num_experts_per_tok", "is over num_experts");
    return absl::OkStatus();
  }

  const Json& json_;
  ModelConfig config_;
  std::set<std::string> seen_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<ModelConfig> ParseModelConfig(const Json& json) {
  if (!json.is_object()) return BadKey("", "is not an object");
  return Parser(json).Parse();
}

}  // namespace model_core
