#include "model_core/transformer/config.h"

#include <algorithm>

#include "model_core/base/strings.h"
#include "model_core/device/arguments.h"
#include "model_core/transformer/families.h"

namespace model_core {

using base::Json;
using base::StrCat;

namespace {

// A list of one entry a layer; null if the key is absent or at fault.
const Json* LayerList(ConfigReader& reader, const std::string& key, size_t count) {
  const Json* list = reader.Get(key);
  if (list == nullptr || (list->is_array() && list->size() == count)) return list;
  reader.Fail(key, StrCat("must list all ", count, " layers"));
  return nullptr;
}

// true where the entry is `yes`; anything but `yes` and `no` is a fault.
bool Choose(ConfigReader& reader, const std::string& key, const Json& entry, const Json& yes,
            const Json& no) {
  if (entry != yes && entry != no) {
    reader.Fail(key, StrCat("holds ", base::DumpJson(entry), "; known are ", base::DumpJson(yes),
                            " and ", base::DumpJson(no)));
  }
  return entry == yes;
}

// Which layers are mixtures: listed one by one in either spelling, or all but the first few. What
// is said more than once must agree.
bool IsMoe(ConfigReader& reader, size_t layer, size_t count, size_t dense_first) {
  bool moe = layer >= dense_first;
  const Json* types = LayerList(reader, "mlp_layer_types", count);
  if (types != nullptr) moe = Choose(reader, "mlp_layer_types", (*types)[layer], "sparse", "dense");
  const Json* list = LayerList(reader, "is_moe_layer", count);
  if (list == nullptr) return moe;
  const bool listed = Choose(reader, "is_moe_layer", (*list)[layer], true, false);
  if (types != nullptr && listed != moe)
    reader.Fail("is_moe_layer", "says another thing than mlp_layer_types");
  return listed;
}

void ReadTokens(ConfigReader& reader, ModelConfig& config) {
  const Json* eos = reader.Get("eos_token_id");
  if (eos == nullptr) return;
  for (const Json& id : eos->is_array() ? *eos : Json::array({*eos})) {
    if (!id.is_number_integer() || id < 0 || id >= config.vocabulary)
      return reader.Fail("eos_token_id", "is not a token id");
    config.eos.push_back(id.get<int32_t>());
  }
}

void CheckShapes(ConfigReader& reader, const ModelConfig& config) {
  if (config.hidden == 0) reader.Fail("hidden_size", "must not be 0");
  if (!(config.norm_epsilon >= 0)) reader.Fail("rms_norm_eps", "is missing or below 0");
  if (config.vocabulary == 0) reader.Fail("vocab_size", "must not be 0");
  if (config.heads == 0) reader.Fail("num_attention_heads", "must not be 0");
  if (config.context_tokens_max == 0) reader.Fail("max_position_embeddings", "must not be 0");
  if (config.kv_heads == 0 || config.heads % config.kv_heads != 0) {
    reader.Fail("num_key_value_heads", "must divide num_attention_heads");
  }
  for (const RopeConfig& rope : config.ropes) {
    if (rope.dimensions == 0 || rope.dimensions % 2 != 0)
      reader.Fail("head_dim", "(its rotary part) must be even and not 0");
  }
  const RouterConfig& router = config.router;
  const bool any_moe =
      std::any_of(config.layers.begin(), config.layers.end(), [](const auto& l) { return l.moe; });
  const bool all_moe =
      std::all_of(config.layers.begin(), config.layers.end(), [](const auto& l) { return l.moe; });
  if (!all_moe && config.ffn == 0) reader.Fail("intermediate_size", "must not be 0");
  if (!any_moe) return;
  if (router.per_token == 0 ||
      router.per_token > router.experts / router.groups * router.groups_kept) {
    reader.Fail("num_experts_per_tok",
                StrCat("is ", router.per_token, ", of ", router.experts, " experts"));
  }
  if (router.expert_ffn == 0) reader.Fail("moe_intermediate_size", "must not be 0");
}

// Keys around text_config about what goes in and out besides text and images, or about training.
bool IsOfOtherParts(std::string_view key) {
  constexpr std::string_view kWords[] = {"audio", "discrete", "freeze", "video"};
  return std::any_of(std::begin(kWords), std::end(kWords), [key](std::string_view word) {
    return key.find(word) != std::string_view::npos;
  });
}

// A text model inside one that also sees: its keys are in text_config, its tensors below
// model.language_model.
absl::StatusOr<ModelConfig> ParseNested(const Json& json) {
  const Json inner = json.value("text_config", Json());
  if (!inner.is_object() || inner.contains("text_config")) {
    ConfigReader reader(json);
    reader.Fail("text_config", "is missing or not an object");
    return reader.Finish();
  }
  ASSIGN_OR_RETURN(ModelConfig config, ParseModelConfig(inner));
  ConfigReader outer(json);
  outer.Ignore({"architectures", "auto_map", "bos_token_id", "dtype", "eos_token_id",
                "image_token_id", "initializer_range", "model_type", "name", "_name_or_path",
                "pad_token_id", "text_config", "torch_dtype", "transformers_version", "use_cache",
                "vision_config"});
  for (const auto& [key, value] : json.items()) {
    if (IsOfOtherParts(key)) outer.Get(key);
  }
  outer.Expect("tie_word_embeddings", config.tied_head);
  outer.Expect("mm_projector_type", "linear");
  RETURN_IF_ERROR(outer.Finish());
  config.tensor_prefix = "model.language_model.";
  return config;
}

}  // namespace

void ReadSizes(ConfigReader& reader, ModelConfig& config) {
  config.vocabulary =
      reader.Size("padded_vocab_size", static_cast<int64_t>(reader.Size("vocab_size")));
  config.hidden = reader.Size("hidden_size");
  config.heads = reader.Size("num_attention_heads");
  config.kv_heads = reader.Size("num_key_value_heads", static_cast<int64_t>(config.heads));
  const size_t even_split = config.heads == 0 ? 0 : config.hidden / config.heads;
  config.head_dim = reader.Size("head_dim", static_cast<int64_t>(even_split));
  config.ffn = reader.Size("intermediate_size");
  config.context_tokens_max = reader.Size("max_position_embeddings");
  config.norm_epsilon = reader.Number("rms_norm_eps", config.norm_epsilon);
  config.tied_head = reader.Bool("tie_word_embeddings", false);
  reader.Expect("hidden_act", "silu");
  reader.Expect("attention_bias", false);
  reader.Expect("mlp_bias", false);
}

void ReadLatent(ConfigReader& reader, ModelConfig& config) {
  config.latent = {reader.Size("q_lora_rank"), reader.Size("kv_lora_rank"),
                   reader.Size("qk_nope_head_dim"), reader.Size("qk_rope_head_dim"),
                   reader.Size("v_head_dim")};
  const LatentConfig& latent = config.latent;
  if (latent.query_rank == 0 || latent.rank == 0 || latent.nope == 0 || latent.value == 0) {
    reader.Fail("kv_lora_rank", "and its kin must not be 0");
  }
}

void ReadRouter(ConfigReader& reader, ModelConfig& config) {
  RouterConfig& router = config.router;
  router.experts =
      reader.Size("num_experts", static_cast<int64_t>(reader.Size("n_routed_experts", 0)));
  reader.Expect("n_routed_experts", router.experts);
  router.per_token = reader.Size("num_experts_per_tok", 0);
  router.expert_ffn = reader.Size("moe_intermediate_size", 0);
  const size_t shared =
      reader.Size("num_shared_experts", static_cast<int64_t>(reader.Size("n_shared_experts", 0)));
  router.shared_ffn = shared * router.expert_ffn;
  router.groups = reader.Size("n_group", static_cast<int64_t>(router.groups));
  router.groups_kept = reader.Size("topk_group", static_cast<int64_t>(router.groups_kept));
  router.normalise = reader.Bool("norm_topk_prob", true);
  router.scale = reader.Number("routed_scaling_factor", router.scale);
  reader.Expect("scoring_func", "sigmoid");
  reader.Expect("topk_method", "noaux_tc");
  reader.Expect("moe_layer_freq", 1);
  if (router.experts > kExpertsMax) reader.Fail("num_experts", StrCat("is over ", kExpertsMax));
  const bool even = router.groups > 0 && router.experts % router.groups == 0;
  if (!even) reader.Fail("n_group", "must divide the number of experts");
  if (router.groups_kept == 0 || router.groups_kept > router.groups)
    reader.Fail("topk_group", "must be 1 to n_group");
  if (!even) router.groups = 1;
}

void ReadLayers(ConfigReader& reader, ModelConfig& config) {
  const size_t count = reader.Size("num_hidden_layers");
  const size_t window = reader.Size("sliding_window", 0);
  const auto first_last = static_cast<int64_t>(reader.Size("first_last_k_dense_replace", 0));
  const size_t dense_first = reader.Size("first_k_dense_replace", first_last);
  const Json* types = LayerList(reader, "layer_types", count);
  if (count == 0 || count > 1024) return reader.Fail("num_hidden_layers", "must be 1 to 1024");
  if (window > 0 && types == nullptr)
    reader.Fail("layer_types", "is missing, and the model has a sliding window");
  for (size_t i = 0; i < count && reader.ok(); ++i) {
    LayerConfig layer;
    const bool sliding = types != nullptr && Choose(reader, "layer_types", (*types)[i],
                                                    "sliding_attention", "full_attention");
    if (sliding && window == 0)
      reader.Fail("sliding_window", "is missing, and layer_types names sliding layers");
    layer.window = sliding ? window : 0;
    layer.moe = config.router.experts > 0 && IsMoe(reader, i, count, dense_first);
    config.layers.push_back(layer);
  }
}

ModelConfig DraftHeadConfig(const ModelConfig& config) {
  ModelConfig head = config;
  head.layers = {config.draft.attention};
  head.joins = true;
  if (!config.draft.attention.moe) head.router = {};
  return head;
}

absl::StatusOr<ModelConfig> ParseModelConfig(const Json& json) {
  ConfigReader reader(json);
  if (!json.is_object()) {
    reader.Fail("{}", "is not an object");
    return reader.Finish();
  }
  const std::string type = reader.Text("model_type", "");
  if (type == "vlm" || type == "hyperclovax_vision_v2") return ParseNested(json);
  const auto families = Families();
  const auto family = std::find_if(families.begin(), families.end(),
                                   [&](const Family& f) { return f.model_type == type; });
  if (family == families.end()) {
    return base::WithReason(
        base::Error(absl::StatusCode::kUnimplemented,
                    StrCat("config.json: model_type '", type, "' is not supported"),
                    StrCat("config.json: model_type '", type, "'은(는) 지원하지 않습니다")),
        "MODEL_CONFIG_REFUSED");
  }
  ModelConfig config;
  config.family = family->name;
  config.norm_epsilon = family->norm_epsilon;
  reader.Ignore({"architectures", "attention_dropout", "auto_map", "aux_loss_alpha", "bos_token_id",
                 "dtype", "ep_size", "initializer_range", "name", "_name_or_path",
                 "num_nextn_predict_layers", "output_router_logits", "pad_token_id",
                 "pretraining_tp", "router_aux_loss_coef", "seq_aux", "torch_dtype",
                 "transformers_version", "use_cache"});
  ReadSizes(reader, config);
  ReadTokens(reader, config);
  config.fp8 = ReadFp8Config(reader);
  family->read(reader, config);
  CheckShapes(reader, config);
  RETURN_IF_ERROR(reader.Finish());
  return config;
}

}  // namespace model_core
