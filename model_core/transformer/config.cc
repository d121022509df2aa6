#include "model_core/transformer/config.h"

#include <algorithm>
#include <optional>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "model_core/device/arguments.h"
#include "model_core/transformer/families.h"
#include "model_core/transformer/library_keys.h"

namespace model_core {

using base::Json;
using base::StrCat;

namespace {

// A list of one entry a layer; null if the key is absent or at fault.
const Json* LayerList(ConfigReader& reader, const std::string& key, size_t count) {
  const Json* list = reader.Get(key);
  if (list == nullptr || (list->is_array() && list->size() == count)) return list;
  reader.Fail(key, {StrCat("must list all ", count, " layers"),
                    StrCat("값은 층 ", count, "개를 모두 적어야 합니다")});
  return nullptr;
}

// true where the entry is `yes`; anything but `yes` and `no` is a fault.
bool Choose(ConfigReader& reader, const std::string& key, const Json& entry, const Json& yes,
            const Json& no) {
  if (entry != yes && entry != no) {
    const std::string is = base::DumpJson(entry), one = base::DumpJson(yes),
                      other = base::DumpJson(no);
    reader.Fail(key,
                {StrCat("holds ", is, "; known are ", one, " and ", other),
                 StrCat("값에 ", is, " 항목이 있는데 ", one, ", ", other, " 중 하나여야 합니다")});
  }
  return entry == yes;
}

// Which layers are mixtures: listed one by one in either spelling, or all but the first few, in
// either spelling again. What is said more than once must agree.
bool IsMoe(ConfigReader& reader, size_t layer, size_t count) {
  std::optional<bool> moe;
  const auto say = [&](const std::string& key, bool said) {
    if (moe.has_value() && *moe != said)
      reader.Fail(key,
                  {"contradicts what else says so", "값이 같은 것을 말하는 다른 키와 어긋납니다"});
    moe = said;
  };
  if (const Json* types = LayerList(reader, "mlp_layer_types", count))
    say("mlp_layer_types", Choose(reader, "mlp_layer_types", (*types)[layer], "sparse", "dense"));
  if (const Json* list = LayerList(reader, "is_moe_layer", count))
    say("is_moe_layer", Choose(reader, "is_moe_layer", (*list)[layer], true, false));
  for (const char* key : {"first_k_dense_replace", "first_last_k_dense_replace"})
    if (reader.Has(key)) say(key, layer >= reader.Size(key));
  return moe.value_or(true);
}

// What sliding_window_pattern says of a layer: "LLLG" is the period, G the layers that see all; 4
// has every fourth see all. Nothing: the key is absent or at fault.
std::optional<bool> SlidesByPattern(ConfigReader& reader, size_t layer) {
  const Json* pattern = reader.Get("sliding_window_pattern");
  if (pattern == nullptr) return std::nullopt;
  if (pattern->is_number_integer() && *pattern > 0)
    return (layer + 1) % pattern->get<size_t>() != 0;
  const std::string text = pattern->is_string() ? pattern->get<std::string>() : "";
  if (!text.empty() && text.find_first_not_of("LG") == std::string::npos)
    return text[layer % text.size()] == 'L';
  reader.Fail("sliding_window_pattern", {"is neither a number above 0 nor a text of L and G",
                                         "값은 0보다 큰 수이거나 L과 G로 된 글이어야 합니다"});
  return std::nullopt;
}

// Whether a layer sees a window only: by layer_types, else by the pattern; both must agree.
bool Slides(ConfigReader& reader, size_t layer, const Json* types) {
  const std::optional<bool> pattern = SlidesByPattern(reader, layer);
  if (types == nullptr) return pattern.value_or(false);
  const bool listed =
      Choose(reader, "layer_types", (*types)[layer], "sliding_attention", "full_attention");
  if (pattern.value_or(listed) != listed)
    reader.Fail("sliding_window_pattern",
                {"contradicts layer_types", "값이 layer_types와 어긋납니다"});
  return listed;
}

void ReadTokens(ConfigReader& reader, ModelConfig& config) {
  const Json* eos = reader.Get("eos_token_id");
  if (eos == nullptr) return;
  for (const Json& id : eos->is_array() ? *eos : Json::array({*eos})) {
    if (!id.is_number_integer() || id < 0 || id >= config.vocabulary)
      return reader.Fail("eos_token_id", {"is not a token id", "값이 토큰 번호가 아닙니다"});
    config.eos.push_back(id.get<int32_t>());
  }
}

void CheckShapes(ConfigReader& reader, const ModelConfig& config) {
  if (config.hidden == 0) reader.Fail("hidden_size", kIsZero);
  if (!(config.norm_epsilon >= 0 && config.norm_epsilon < 1))
    reader.Fail("rms_norm_eps",
                {"is missing, below 0 or not below 1", "값이 없거나 0 이상 1 미만이 아닙니다"});
  if (config.vocabulary == 0) reader.Fail("vocab_size", kIsZero);
  if (config.heads == 0) reader.Fail("num_attention_heads", kIsZero);
  if (config.context_tokens_max == 0) reader.Fail("max_position_embeddings", kIsZero);
  if (config.kv_heads == 0 || config.heads % config.kv_heads != 0) {
    reader.Fail("num_key_value_heads", {"must divide num_attention_heads",
                                        "값으로 num_attention_heads가 나누어떨어져야 합니다"});
  }
  for (const RopeConfig& rope : config.ropes) {
    if (rope.dimensions == 0 || rope.dimensions % 2 != 0)
      reader.Fail("head_dim", {"(its rotary part) must be even and not 0",
                               "값(회전 위치를 쓰는 부분)은 0이 아닌 짝수여야 합니다"});
  }
  const RouterConfig& router = config.router;
  const bool any_moe =
      std::any_of(config.layers.begin(), config.layers.end(), [](const auto& l) { return l.moe; });
  const bool all_moe =
      std::all_of(config.layers.begin(), config.layers.end(), [](const auto& l) { return l.moe; });
  if (!all_moe && config.ffn == 0) reader.Fail("intermediate_size", kIsZero);
  if (!any_moe) return;
  if (router.per_token == 0 ||
      router.per_token > router.experts / router.groups * router.groups_kept) {
    reader.Fail("num_experts_per_tok",
                {StrCat("is ", router.per_token, ", of ", router.experts, " experts"),
                 StrCat("값이 ", router.per_token, "인데 전문가는 ", router.experts, "개입니다")});
  }
  if (router.expert_ffn == 0) reader.Fail("moe_intermediate_size", kIsZero);
}

// Keys around text_config about what goes in and out besides text and images, or about training.
bool IsOfOtherParts(std::string_view key) {
  constexpr std::string_view kWords[] = {"audio", "discrete", "freeze", "video"};
  return std::any_of(std::begin(kWords), std::end(kWords), [key](std::string_view word) {
    return key.find(word) != std::string_view::npos;
  });
}

// HyperCLOVA X SEED Omni: its config gives a context of 8,192 and its card 32K; rotary angles go
// on.
constexpr size_t kOmniContextTokens = 32768;

bool IsOmni(const Json& json) {
  const auto items = json.items();
  return std::any_of(items.begin(), items.end(), [](const auto& item) {
    return item.key().find("discrete") != std::string::npos;
  });
}

// text_config as a config of its own. Omni's says it is a llama, which is HyperCLOVA X with
// multipliers of 1; how weights are quantised may be said outside.
Json TextConfig(const Json& json) {
  Json inner = json.value("text_config", Json());
  if (!inner.is_object()) return inner;
  if (base::StringOr(inner, "model_type", "") == "llama") inner["model_type"] = "hyperclovax";
  if (json.contains("quantization_config") && !inner.contains("quantization_config"))
    inner["quantization_config"] = json["quantization_config"];
  return inner;
}

// A text model inside one that also sees: its keys are in text_config, its tensors below
// model.language_model.
absl::StatusOr<ModelConfig> ParseNested(const Json& json) {
  const Json inner = TextConfig(json);
  if (!inner.is_object() || inner.contains("text_config")) {
    ConfigReader reader(json);
    reader.Fail("text_config", {"is missing or not an object", "값이 없거나 객체가 아닙니다"});
    return reader.Finish();
  }
  ASSIGN_OR_RETURN(ModelConfig config, ParseModelConfig(inner));
  if (IsOmni(json))
    config.context_tokens_max = std::max(config.context_tokens_max, kOmniContextTokens);
  ConfigReader outer(json);
  outer.Expect("quantization_config", inner.value("quantization_config", Json()));
  PassLibraryKeys(outer);
  outer.Ignore({"eos_token_id", "image_token_id", "model_type", "text_config", "vision_config"});
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
    reader.Fail("kv_lora_rank",
                {"and its kin must not be 0", "값과 이와 함께 쓰는 크기들은 0일 수 없습니다"});
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
  reader.Expect("n_shared_experts", shared);
  router.shared_ffn = shared * router.expert_ffn;
  router.groups = reader.Size("n_group", static_cast<int64_t>(router.groups));
  router.groups_kept = reader.Size("topk_group", static_cast<int64_t>(router.groups_kept));
  router.normalise = reader.Bool("norm_topk_prob", true);
  router.scale = reader.Number("routed_scaling_factor", router.scale);
  if (!(router.scale > 0)) reader.Fail("routed_scaling_factor", kIsNotAboveZero);
  reader.Expect("scoring_func", "sigmoid");
  reader.Expect("topk_method", "noaux_tc");
  reader.Expect("moe_layer_freq", 1);
  if (router.experts > kExpertsMax)
    reader.Fail("num_experts", {StrCat("is over ", kExpertsMax),
                                StrCat("값이 한도 ", kExpertsMax, "개를 넘습니다")});
  const bool even = router.groups > 0 && router.experts % router.groups == 0;
  if (!even)
    reader.Fail("n_group",
                {"must divide the number of experts", "값으로 전문가 수가 나누어떨어져야 합니다"});
  if (router.groups_kept == 0 || router.groups_kept > router.groups)
    reader.Fail("topk_group", {"must be 1 to n_group", "값은 1부터 n_group까지여야 합니다"});
  if (!even) router.groups = 1;
}

void ReadLayers(ConfigReader& reader, ModelConfig& config) {
  const size_t count = reader.Size("num_hidden_layers");
  const size_t window = reader.Size("sliding_window", 0);
  const Json* types = LayerList(reader, "layer_types", count);
  if (count == 0 || count > 1024)
    return reader.Fail("num_hidden_layers",
                       {"must be 1 to 1024", "값은 1부터 1024까지여야 합니다"});
  if (window == 0) reader.Ignore({"sliding_window_pattern"});
  if (window > 0 && types == nullptr && !reader.Has("sliding_window_pattern"))
    reader.Fail("layer_types", {"is missing, and the model has a sliding window",
                                "값이 없는데 모델에 슬라이딩 창이 있습니다"});
  for (size_t i = 0; i < count && reader.ok(); ++i) {
    LayerConfig layer;
    const bool sliding = (window > 0 || types != nullptr) && Slides(reader, i, types);
    if (sliding && window == 0)
      reader.Fail("sliding_window", {"is missing, and layer_types names sliding layers",
                                     "값이 없는데 layer_types에 슬라이딩 층이 있습니다"});
    layer.window = sliding ? window : 0;
    layer.moe = config.router.experts > 0 && IsMoe(reader, i, count);
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
    reader.Fail("{}", kIsNoObject);
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
                    StrCat("config.json: model_type '", type, "'", base::Particle(type, "은"),
                           " 지원하지 않습니다")),
        "MODEL_CONFIG_REFUSED");
  }
  ModelConfig config;
  config.family = family->name;
  config.norm_epsilon = family->norm_epsilon;
  PassLibraryKeys(reader);
  reader.Ignore({"attention_dropout", "aux_loss_alpha", "ep_size", "output_router_logits",
                 "pretraining_tp", "router_aux_loss_coef", "seq_aux"});
  ReadSizes(reader, config);
  ReadTokens(reader, config);
  config.drafting_layers = reader.Size("num_nextn_predict_layers", 0);
  config.fp8 = ReadFp8Config(reader);
  family->read(reader, config);
  CheckShapes(reader, config);
  RETURN_IF_ERROR(reader.Finish());
  return config;
}

}  // namespace model_core
