#include "model_core/transformer/gguf_config.h"

#include <algorithm>
#include <filesystem>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "model_core/transformer/config_reader.h"
#include "model_core/weights/elements.h"
#include "model_core/weights/gguf_names.h"

namespace model_core {
namespace {

using base::Json;
using base::StrCat;

struct Architecture {
  std::string_view name, model_type;
  bool mixture;
};
constexpr Architecture kArchitectures[] = {{"exaone4", "exaone4", false},
                                           {"exaone-moe", "exaone_moe", true},
                                           {"glm4moe", "solar_open", true}};

constexpr int64_t kSigmoid = 2;      // expert_gating_func
constexpr size_t kWindowPeriod = 4;  // of these, the last layer is full
constexpr size_t kListEntriesMax = 4096;

// An empty object stands for a list of texts and for a long one: no key asks for such.
Json ToJson(const GgufValue& value) {
  if (value.array) {
    Json list = Json::array();
    if (value.kind == GgufValue::Kind::kText || value.count > kListEntriesMax)
      return Json::object();
    for (size_t i = 0; i < value.count; ++i) list.push_back(ToJson(value.Element(i)));
    return list;
  }
  if (const auto whole = value.Whole()) return *whole;
  if (const auto number = value.Number()) return *number;
  if (const auto truth = value.Bool()) return *truth;
  return std::string(value.Text().value_or(""));
}

// The keys of the architecture, without its name before them.
Json ArchitectureKeys(const GgufFile& file, const std::string& prefix) {
  Json keys = Json::object();
  for (const auto& [key, value] : file.metadata()) {
    if (key.starts_with(prefix)) keys[key.substr(prefix.size())] = ToJson(value);
  }
  return keys;
}

class Translator {
 public:
  Translator(const GgufFile& file, const WeightFiles& weights, const Architecture& architecture)
      : file_(file),
        weights_(weights),
        architecture_(architecture),
        keys_(ArchitectureKeys(file, StrCat(architecture.name, "."))),
        reader_(keys_, StrCat(std::filesystem::path(file.file()->path()).filename().string(), ", ",
                              architecture.name)) {}

  absl::StatusOr<Json> Run() {
    config_["model_type"] = std::string(architecture_.model_type);
    Sizes();
    Layers();
    if (architecture_.mixture) Mixture();
    Rope();
    Tokens();
    RETURN_IF_ERROR(reader_.Finish());
    return std::move(config_);
  }

 private:
  void Sizes() {
    const TensorView* embedding = weights_.Find("model.embed_tokens.weight");
    if (embedding == nullptr) reader_.Fail("token_embd.weight", kIsMissing);
    config_["vocab_size"] = embedding == nullptr ? 0 : embedding->shape[0];
    reader_.Expect("vocab_size", config_["vocab_size"]);
    config_["hidden_size"] = reader_.Size("embedding_length");
    config_["intermediate_size"] = reader_.Size("feed_forward_length");
    const size_t heads = reader_.Size("attention.head_count");
    config_["num_attention_heads"] = heads;
    config_["num_key_value_heads"] =
        reader_.Size("attention.head_count_kv", static_cast<int64_t>(heads));
    const size_t split = heads == 0 ? 0 : config_["hidden_size"].get<size_t>() / heads;
    head_dim_ = reader_.Size("attention.key_length", static_cast<int64_t>(split));
    config_["head_dim"] = head_dim_;
    reader_.Expect("attention.value_length", head_dim_);
    reader_.Expect("attention.causal", true);
    config_["max_position_embeddings"] = reader_.Size("context_length");
    if (!reader_.Has("attention.layer_norm_rms_epsilon"))
      reader_.Fail("attention.layer_norm_rms_epsilon", kIsMissing);
    config_["rms_norm_eps"] = reader_.Number("attention.layer_norm_rms_epsilon", 0);
    config_["tie_word_embeddings"] = weights_.Find("lm_head.weight") == nullptr;
  }

  void Layers() {
    const auto count = CountGgufLayers(file_);
    reader_.Ignore({"block_count", "nextn_predict_layers"});
    if (!count)
      return reader_.Fail("block_count", {"is missing, or below nextn_predict_layers",
                                          "값이 없거나 nextn_predict_layers보다 작습니다"});
    config_["num_hidden_layers"] = count->layers;
    config_["num_nextn_predict_layers"] = count->drafts;
    const size_t window = reader_.Size("attention.sliding_window", 0);
    const Json* pattern = reader_.Get("attention.sliding_window_pattern");
    if (window == 0) return;
    config_["sliding_window"] = window;
    Json types = Json::array();
    for (size_t i = 0; i < std::min(count->layers, kListEntriesMax); ++i)
      types.push_back(Slides(pattern, i) ? "sliding_attention" : "full_attention");
    config_["layer_types"] = std::move(types);
  }

  // The pattern is a list of truth values, or the period after which a layer is full.
  bool Slides(const Json* pattern, size_t layer) {
    const bool list = pattern != nullptr && pattern->is_array();
    if (list && layer < pattern->size() && (*pattern)[layer].is_boolean())
      return (*pattern)[layer].get<bool>();
    const size_t period =
        list ? 0 : reader_.Size("attention.sliding_window_pattern", kWindowPeriod);
    if (period == 0) {
      reader_.Fail("attention.sliding_window_pattern",
                   {"is neither a period nor a list of truth values for all layers",
                    "값이 주기도 아니고 모든 층의 참·거짓 목록도 아닙니다"});
    }
    return period == 0 || layer % period + 1 != period;
  }

  void Mixture() {
    config_["num_experts"] = reader_.Size("expert_count");
    config_["num_experts_per_tok"] = reader_.Size("expert_used_count");
    const size_t width = reader_.Size("expert_feed_forward_length");
    const size_t shared = reader_.Size("expert_shared_count", 0);
    config_["moe_intermediate_size"] = width;
    config_["num_shared_experts"] = shared;
    reader_.Expect("expert_shared_feed_forward_length", width * shared);
    reader_.Expect("expert_gating_func", kSigmoid);
    config_["routed_scaling_factor"] = reader_.Number("expert_weights_scale", 1);
    config_["norm_topk_prob"] = reader_.Bool("expert_weights_norm", false);
    config_["first_k_dense_replace"] = reader_.Size("leading_dense_block_count", 0);
    config_["n_group"] = std::max<size_t>(reader_.Size("expert_group_count", 1), 1);
    config_["topk_group"] = std::max<size_t>(reader_.Size("expert_group_used_count", 1), 1);
  }

  void Rope() {
    const double theta = reader_.Number("rope.freq_base", 1e4);
    config_["rope_theta"] = theta;
    reader_.Expect("rope.freq_base_swa", theta);
    reader_.Expect("rope.dimension_count", head_dim_);
    reader_.Ignore({"rope.scaling.finetuned"});
    const std::string type = reader_.Text("rope.scaling.type", "none");
    const double factor = reader_.Number("rope.scaling.factor", 1);
    const bool divided = weights_.Find(std::string(kGgufRopeDivisors)) != nullptr;
    if (type == "yarn") Yarn(factor);
    if (divided) Divisors();
    if (type == "yarn" ? divided : (type != "none" && type != "linear") || factor != 1) {
      reader_.Fail("rope.scaling.type",
                   {StrCat("'", type, "' by ", factor, " is not supported",
                           divided ? " beside rope_freqs.weight" : ""),
                    StrCat("값 '", type, "', 배율 ", factor, ": ",
                           divided ? "rope_freqs.weight와 함께 쓰면 " : "", "지원하지 않습니다")});
    }
  }

  void Yarn(double factor) {
    Json yarn = {{"rope_type", "yarn"}, {"factor", factor}};
    yarn["original_max_position_embeddings"] = reader_.Size(
        "rope.scaling.original_context_length", config_["max_position_embeddings"].get<int64_t>());
    yarn["beta_fast"] = reader_.Number("rope.scaling.yarn_beta_fast", 32);
    yarn["beta_slow"] = reader_.Number("rope.scaling.yarn_beta_slow", 1);
    if (reader_.Has("rope.scaling.yarn_attn_factor"))
      yarn["attention_factor"] = reader_.Number("rope.scaling.yarn_attn_factor", 1);
    reader_.Expect("rope.scaling.yarn_ext_factor", 1.0);
    config_["rope_scaling"] = std::move(yarn);
  }

  // Some ropes are stored as one divisor for each pair.
  void Divisors() {
    const TensorView* view = weights_.Find(std::string(kGgufRopeDivisors));
    if (view->dtype != "F32" || view->shape != std::vector<size_t>{head_dim_ / 2})
      return reader_.Fail(kGgufRopeDivisors, {"is not one F32 for each rotary pair",
                                              "값이 회전 쌍마다 F32 하나씩이 아닙니다"});
    std::vector<float> divisors(head_dim_ / 2);
    ElementReader(view->dtype)(*view, 0, divisors.size(), divisors.data());
    config_["rope_scaling"] = {{"rope_type", "divisors"}, {"divisors", divisors}};
  }

  void Tokens() {
    Json eos = Json::array();
    for (const char* key : {"tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id",
                            "tokenizer.ggml.eom_token_id"}) {
      const auto id = file_.Whole(key);
      if (id && std::find(eos.begin(), eos.end(), *id) == eos.end()) eos.push_back(*id);
    }
    if (!eos.empty()) config_["eos_token_id"] = std::move(eos);
  }

  const GgufFile& file_;
  const WeightFiles& weights_;
  const Architecture& architecture_;
  const Json keys_;
  ConfigReader reader_;
  Json config_;
  size_t head_dim_ = 0;
};

}  // namespace

absl::StatusOr<Json> GgufConfig(const GgufFile& file, const WeightFiles& weights) {
  const std::string name = file.Text("general.architecture");
  const auto* found = std::find_if(std::begin(kArchitectures), std::end(kArchitectures),
                                   [&](const Architecture& each) { return each.name == name; });
  if (found != std::end(kArchitectures)) return Translator(file, weights, *found).Run();
  const std::string path = file.file()->path();
  return base::WithReason(
      base::Error(absl::StatusCode::kUnimplemented,
                  StrCat("'", path, "': architecture '", name,
                         "' is not supported; supported are exaone4, exaone-moe and glm4moe"),
                  StrCat("'", path, "': 아키텍처 '", name, "'", base::Particle(name, "은"),
                         " 지원하지 않습니다 (exaone4, exaone-moe, glm4moe)")),
      "MODEL_CONFIG_REFUSED");
}

}  // namespace model_core
