#include "model_core/transformer/config.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "model_core/transformer/parameters.h"
#include "model_core/transformer/rope.h"
#include "tests/fakes/whole_korean.h"
#include "tests/unit/model_core/model_folder.h"

namespace model_core {
namespace {

using base::Json;
using testing::HasSubstr;

Json GoldenConfig(std::string_view family) {
  std::stringstream text;
  text << std::ifstream(GoldenDirectory(family) + "/config.json").rdbuf();
  return *base::ParseJson(text.str(), "config.json");
}

void ExpectRefused(Json config, std::string_view what) {
  const auto parsed = ParseModelConfig(config);
  ASSERT_FALSE(parsed.ok()) << what;
  EXPECT_THAT(std::string(parsed.status().message()), HasSubstr(what));
  EXPECT_EQ(base::Reason(parsed.status()), "MODEL_CONFIG_REFUSED");
  EXPECT_EQ(fakes::EnglishWordsIn(parsed.status()), "") << what;
}

TEST(ModelConfig, RefusesAnUnknownModelTypeByName) {
  Json config = GoldenConfig("k_exaone");
  config["model_type"] = "mystery";
  ExpectRefused(config, "'mystery'");
  EXPECT_EQ(ParseModelConfig(config).status().code(), absl::StatusCode::kUnimplemented);
  EXPECT_FALSE(ParseModelConfig(Json::array()).ok());
}

TEST(ModelConfig, RefusesKeysThatItCannotHonour) {
  const std::tuple<const char*, const char*, Json> faults[] = {
      {"k_exaone", "hidden_act", "gelu"},
      {"k_exaone", "attention_bias", true},
      {"k_exaone", "logit_soft_cap", 30.0},
      {"k_exaone", "scoring_func", "softmax"},
      {"k_exaone", "topk_method", "greedy"},
      {"k_exaone", "n_group", 3},
      {"k_exaone", "rope_scaling", {{"type", "longrope"}}},
      {"k_exaone", "rope_theta", 0},
      {"k_exaone", "quantization_config", {{"quant_method", "awq"}}},
      {"k_exaone", "layer_types", {"full_attention"}},
      {"k_exaone",
       "layer_types",
       {"sliding_attention", "linear_attention", "full_attention", "full_attention",
        "full_attention"}},
      {"k_exaone", "num_experts_per_tok", 9},
      {"k_exaone", "num_key_value_heads", 4},
      {"k_exaone", "head_dim", 15},
      {"k_exaone", "eos_token_id", 336},
      {"k_exaone", "swiglu_limits", {1, 2}},
      {"hyperclova_x", "mlp_bias", true},
      {"hyperclova_x", "use_post_norm", "yes"},
      {"ax_k1", "topk_group", 5},
      {"ax_k1", "rope_scaling", {{"type", "yarn"}, {"factor", 4}, {"surprise", 1}}},
      {"ax_k1", "kv_lora_rank", 0},
      {"vaetki", "sliding_window", nullptr},
      {"vaetki", "rope_scaling", {{"type", "llama3"}, {"factor", 8}}},
      {"vaetki", "rms_norm_eps", nullptr},  // no default is published
      {"k_exaone", "rms_norm_eps", -1e-5},
      {"k_exaone", "n_routed_experts", 4},  // beside num_experts
      {"k_exaone", "is_moe_layer", {true, true, true, true}},
      {"k_exaone", "quantization_config", {{"quant_method", "fp8"}, {"weight_block_size", 128}}},
      {"ax_k1", "rope_interleave", false},
      {"ax_k1", "qk_head_dim", 32},
      {"ax_k1", "rope_scaling", {{"type", "yarn"}, {"factor", 4}, {"rope_theta", 5000}}},
      {"ax_k1", "rope_scaling", {{"type", "yarn"}, {"rope_type", "default"}}},
      {"ax_k1", "rope_parameters", {{"rope_type", "default"}}},  // beside rope_scaling
      {"hyperclova_x_vision", "tie_word_embeddings", true},      // the text model says otherwise
      {"hyperclova_x_vision", "quantization_config", {{"quant_method", "fp8"}}},
      {"hyperclova_x_vision", "logit_soft_cap", 30},
      {"hyperclova_x_vision", "mm_projector_type", "mlp"},
      {"solar_open", "use_qk_norm", true},
      {"solar_open", "partial_rotary_factor", 0.5}};
  for (const auto& [family, key, value] : faults) {
    Json config = GoldenConfig(family);
    ASSERT_TRUE(ParseModelConfig(config).ok()) << family;
    config[key] = value;
    const bool beside = key == std::string_view("rope_parameters");
    ExpectRefused(config, base::StrCat("'", beside ? "rope_scaling" : key, "'"));
  }
}

// What says how FP8 weights are read is as strict as the rest.
TEST(ModelConfig, RefusesQuantisationThatItCannotHonour) {
  const std::pair<const char*, Json> faults[] = {{"activation_scheme", "static"},
                                                 {"fmt", "e5m2"},
                                                 {"quant_method", "awq"},
                                                 {"weight_block_size", {64, 64}},
                                                 {"zero_point", true}};
  for (const auto& [key, value] : faults) {
    Json config = GoldenConfig("k_exaone_fp8");
    ASSERT_TRUE(ParseModelConfig(config).ok());
    config["quantization_config"][key] = value;
    ExpectRefused(config, "'quantization_config'");
  }
}

// The layouts of compressed-tensors' FP8, and what of it is refused.
TEST(ModelConfig, ReadsHowCompressedTensorsScales) {
  const auto parsed = [](const char* part, const char* key, const Json& value) {
    Json config = GoldenConfig("k_exaone_fp8_channel");
    Json& quantisation = config["quantization_config"];
    Json& group = quantisation["config_groups"]["group_0"];
    (*part == 0 ? quantisation : *part == 'g' ? group : group[part])[key] = value;
    if (value == "block") group["weights"]["block_structure"] = {128, 64};
    if (value == "group") group["weights"]["group_size"] = 32;
    return ParseModelConfig(config);
  };
  const auto way = [&](const char* strategy) {
    const auto config = parsed("weights", "strategy", strategy);
    EXPECT_TRUE(config.ok()) << config.status();
    EXPECT_EQ(config->fp8.scale_suffix, "_scale");
    return std::pair(config->fp8.rows, config->fp8.cols);
  };
  EXPECT_EQ(way("channel"), std::pair(size_t{1}, size_t{0}));
  EXPECT_EQ(way("tensor"), std::pair(size_t{0}, size_t{0}));
  EXPECT_EQ(way("group"), std::pair(size_t{1}, size_t{32}));
  EXPECT_EQ(way("block"), std::pair(size_t{128}, size_t{64}));
  const std::tuple<const char*, const char*, Json> faults[] = {
      {"", "format", "pack-quantized"},
      {"", "quantization_status", "frozen"},
      {"", "kv_cache_scheme", {{"num_bits", 8}}},
      {"", "transform_config", {{"config_groups", 1}}},
      {"", "config_groups", Json::object()},
      {"", "config_groups", {7}},
      {"", "rotation", true},
      {"g", "format", "nvfp4-pack-quantized"},
      {"g", "output_activations", {{"num_bits", 8}}},
      {"g", "weights", nullptr},
      {"weights", "num_bits", 4},
      {"weights", "type", "int"},
      {"weights", "symmetric", false},
      {"weights", "strategy", "tensor_group"},
      {"weights", "twist", 1},
      {"input_activations", "dynamic", false}};
  for (const auto& [part, key, value] : faults) {
    const auto config = parsed(part, key, value);
    ASSERT_FALSE(config.ok()) << key;
    EXPECT_THAT(std::string(config.status().message()), HasSubstr("'quantization_config'")) << key;
    EXPECT_EQ(fakes::EnglishWordsIn(config.status()), "") << key;
  }
}

// A config that says the same in two ways is what transformers writes; one that contradicts itself
// is refused.
TEST(ModelConfig, WhatIsSaidTwiceMustAgree) {
  Json config = GoldenConfig("k_exaone");
  config["mlp_layer_types"] = {"dense", "sparse", "sparse", "sparse", "sparse"};
  ASSERT_TRUE(ParseModelConfig(config).ok()) << ParseModelConfig(config).status();
  EXPECT_EQ(ParseModelConfig(config)->layers, ParseModelConfig(GoldenConfig("k_exaone"))->layers);
  config["mlp_layer_types"][2] = "dense";
  ExpectRefused(config, "'is_moe_layer'");
}

// Keys of published A.X K1 configs that change no result, or say what the graph does anyway.
TEST(ModelConfig, KeysOfTrainingAndServingAreNotInTheWay) {
  Json config = GoldenConfig("ax_k1");
  config.update({{"ep_size", 8},
                 {"aux_loss_alpha", 1e-4},
                 {"seq_aux", true},
                 {"pretraining_tp", 1},
                 {"rope_interleave", true},
                 {"qk_head_dim", 24}});
  EXPECT_TRUE(ParseModelConfig(config).ok()) << ParseModelConfig(config).status();
}

// HyperCLOVA X Omni describes speech and drawing beside its text decoder.
TEST(ModelConfig, KeysOfWhatIsNotReadAreNotInTheWay) {
  Json config = GoldenConfig("hyperclova_x_vision");
  config.update({{"audio_config", {{"model_type", "qwen2_audio_encoder"}}},
                 {"discrete_audio_unit_0_id", 128606},
                 {"freeze_encoder", true},
                 {"mm_projector_type", "linear"},
                 {"video_audio_compressor_type", "mambamia"}});
  EXPECT_TRUE(ParseModelConfig(config).ok()) << ParseModelConfig(config).status();
}

// What a config leaves out is as the reference implementation of its family has it.
TEST(ModelConfig, DefaultsAreThoseOfTheFamily) {
  const auto without = [](const char* family, std::initializer_list<const char*> keys) {
    Json config = GoldenConfig(family);
    for (const char* key : keys) config.erase(key);
    return *ParseModelConfig(config);
  };
  const ModelConfig axk1 =
      without("ax_k1", {"n_group", "topk_group", "routed_scaling_factor", "rms_norm_eps"});
  EXPECT_EQ(axk1.router.groups, 8U);
  EXPECT_EQ(axk1.router.groups_kept, 4U);
  EXPECT_EQ(axk1.router.scale, 2.5);
  EXPECT_EQ(axk1.norm_epsilon, 1e-6);
  const ModelConfig exaone =
      without("k_exaone", {"routed_scaling_factor", "rms_norm_eps", "rope_theta"});
  EXPECT_EQ(exaone.router.scale, 2.5);
  EXPECT_EQ(exaone.norm_epsilon, 1e-5);
  EXPECT_EQ(exaone.ropes[0].theta, 1e4);
  EXPECT_EQ(without("hyperclova_x", {"rms_norm_eps"}).norm_epsilon, 1e-6);
  EXPECT_EQ(without("solar_open", {"routed_scaling_factor"}).router.scale, 1);
}

TEST(ModelConfig, NamesAMissingOrMalformedKey) {
  for (const char* key : {"vocab_size", "hidden_size", "num_attention_heads", "num_hidden_layers",
                          "intermediate_size", "max_position_embeddings"}) {
    Json config = GoldenConfig("k_exaone");
    config.erase(key);
    ExpectRefused(config, base::StrCat("'", key, "'"));
    for (const Json& value : {Json("64"), Json(-1), Json(1.5), Json(int64_t{1} << 40), Json(0)}) {
      config[key] = value;
      EXPECT_FALSE(ParseModelConfig(config).ok()) << key << value;
    }
  }
}

TEST(ModelConfig, AcceptsBothSpellingsOfEveryKey) {
  const ModelConfig wanted = *ParseModelConfig(GoldenConfig("k_exaone"));
  Json config = GoldenConfig("k_exaone");
  config.erase("rope_scaling");
  config.erase("rope_theta");
  config["rope_parameters"] = {{"rope_theta", 1000000}, {"rope_type", "default"}};
  config.erase("is_moe_layer");
  config["mlp_layer_types"] = {"dense", "sparse", "sparse", "sparse", "sparse"};
  config["eos_token_id"] = {53, 2};
  const auto parsed = ParseModelConfig(config);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->layers, wanted.layers);
  EXPECT_EQ(parsed->ropes, wanted.ropes);
  EXPECT_EQ(parsed->eos, (std::vector<int32_t>{53, 2}));
  config.erase("mlp_layer_types");
  config.erase("first_k_dense_replace");
  config["first_last_k_dense_replace"] = 1;
  EXPECT_EQ(ParseModelConfig(config)->layers, wanted.layers);
  Json axk1 = GoldenConfig("ax_k1");
  const ModelConfig upper = *ParseModelConfig(axk1);
  axk1["model_type"] = "axk1";
  axk1["rope_parameters"] = axk1["rope_scaling"];
  axk1["rope_parameters"]["rope_type"] = "yarn";
  axk1["rope_parameters"]["rope_theta"] = axk1["rope_theta"];
  axk1.erase("rope_scaling");
  ASSERT_TRUE(ParseModelConfig(axk1).ok()) << ParseModelConfig(axk1).status();
  EXPECT_EQ(ParseModelConfig(axk1)->ropes, upper.ropes);
}

// Libraries write their defaults beside a model's keys; published files differ in which.
TEST(ModelConfig, KeysOfTheLibraryAreNotInTheWayUnlessTheyChangeTheResult) {
  const Json wanted = GoldenConfig("k_exaone");
  for (const auto& [key, value] :
       std::initializer_list<std::pair<const char*, Json>>{{"tokenizer_class", "GPT2Tokenizer"},
                                                           {"return_dict", true},
                                                           {"is_decoder", false},
                                                           {"add_cross_attention", false},
                                                           {"pruned_heads", Json::object()},
                                                           {"num_beams", 1},
                                                           {"top_k", 50},
                                                           {"bad_words_ids", nullptr},
                                                           {"swiglu_limits", nullptr}}) {
    Json config = wanted;
    config[key] = value;
    EXPECT_TRUE(ParseModelConfig(config).ok()) << key << ParseModelConfig(config).status();
  }
  for (const auto& [key, value] :
       std::initializer_list<std::pair<const char*, Json>>{{"add_cross_attention", true},
                                                           {"is_encoder_decoder", true},
                                                           {"num_beams", 4},
                                                           {"pruned_heads", {{"0", {1}}}},
                                                           {"no_repeat_ngram_size", 3}}) {
    Json config = wanted;
    config[key] = value;
    ExpectRefused(config, base::StrCat("'", key, "'"));
  }
}

TEST(ModelConfig, AWindowsPatternStandsForTheListOfLayers) {
  const Json wanted = GoldenConfig("k_exaone");
  Json config = wanted;
  config.erase("layer_types");
  ASSERT_TRUE(ParseModelConfig(config).ok()) << ParseModelConfig(config).status();
  EXPECT_EQ(ParseModelConfig(config)->layers, ParseModelConfig(wanted)->layers);
  config["sliding_window_pattern"] = 4;
  EXPECT_EQ(ParseModelConfig(config)->layers, ParseModelConfig(wanted)->layers);
  for (const Json& pattern : {Json("LG"), Json(2), Json("LLXG"), Json(0), Json("")}) {
    Json other = wanted;
    other["sliding_window_pattern"] = pattern;
    ExpectRefused(other, "'sliding_window_pattern'");
  }
}

TEST(ModelConfig, OmnisLanguageModelIsHyperclovaByAnotherName) {
  Json inner = GoldenConfig("hyperclova_x");
  inner["model_type"] = "llama";
  inner["max_position_embeddings"] = 8192;
  const Json outer = {{"model_type", "vlm"}, {"text_config", inner}, {"discrete_audio_config", {}}};
  const auto parsed = ParseModelConfig(outer);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->family, "hyperclovax");
  EXPECT_EQ(parsed->context_tokens_max, 32768U);  // its card says so
}

// Layers that see all turn by YaRN then, and by its scale; those with a window as ever.
TEST(ModelConfig, VaetkiTurnsItsFullLayersByYarnWhereItIsGiven) {
  Json config = GoldenConfig("vaetki");
  const ModelConfig plain = *ParseModelConfig(config);
  EXPECT_EQ(plain.ropes[1].divisor, 8);
  config["rope_scaling"] = {{"type", "yarn"}, {"factor", 4.0}, {"mscale_all_dim", 1.0}};
  const auto parsed = ParseModelConfig(config);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->ropes[0], plain.ropes[0]);
  EXPECT_EQ(parsed->ropes[1].divisor, 1);
  EXPECT_EQ(parsed->ropes[1].yarn_factor, 4);
  EXPECT_NEAR(parsed->ropes[1].score_scale, std::pow(0.1 * std::log(4.0) + 1, 2), 1e-12);
}

TEST(ModelConfig, WithoutAWindowEveryLayerOfExaoneTurns) {
  Json config = GoldenConfig("k_exaone");
  config["sliding_window"] = nullptr;
  config.erase("layer_types");
  const auto parsed = ParseModelConfig(config);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  for (const LayerConfig& layer : parsed->layers) EXPECT_EQ(layer.rope, 0);
}

TEST(ModelConfig, NumbersOutOfTheirRangeAreRefused) {
  const std::tuple<const char*, const char*, Json> faults[] = {
      {"vaetki", "rope_theta_global", -1},
      {"k_exaone", "routed_scaling_factor", 0},
      {"hyperclova_x", "attention_multiplier", 0},
      {"k_exaone", "rms_norm_eps", 1e9},
      {"ax_k1", "rope_scaling", {{"type", "yarn"}, {"factor", 4}, {"beta_fast", 0}}},
      {"hyperclova_x",
       "rope_scaling",
       {{"type", "llama3"}, {"factor", 8}, {"low_freq_factor", -1}}}};
  for (const auto& [model, key, value] : faults) {
    Json config = GoldenConfig(model);
    config[key] = value;
    ExpectRefused(config, base::StrCat("'", key, "'"));
  }
}

TEST(ModelConfig, EverySpellingOfSharedExpertsAndDenseLayersMustAgree) {
  const std::tuple<const char*, Json> faults[] = {
      {"n_shared_experts", 4}, {"first_k_dense_replace", 3}, {"first_last_k_dense_replace", 3}};
  for (const auto& [key, value] : faults) {
    Json config = GoldenConfig("k_exaone");
    config[key] = value;
    ExpectRefused(config, base::StrCat("'", key, "'"));
  }
}

TEST(ModelConfig, YarnGrowsSineAndCosineAsPublished) {
  EXPECT_NEAR(ParseModelConfig(GoldenConfig("ax_k1"))->ropes[0].amplitude, 0.1 * std::log(4.0) + 1,
              1e-12);
  EXPECT_NEAR(ParseModelConfig(GoldenConfig("solar_open"))->ropes[0].amplitude,
              0.1 * std::log(2.0) + 1, 1e-12);
}

// With mscale_all_dim latent attention compares more sharply, by its square; sine and cosine grow
// by the ratio of the two.
TEST(ModelConfig, YarnScalesLatentAttentionAsPublished) {
  Json config = GoldenConfig("ax_k1");
  const double plain = 1 / std::sqrt(24.0), growth = 0.1 * std::log(4.0) + 1;
  const auto scale = [&config] {
    const auto parsed = ParseModelConfig(config);
    return parsed->score_scale(parsed->layers[0]);
  };
  EXPECT_NEAR(scale(), plain, 1e-7);
  config["rope_scaling"]["mscale_all_dim"] = 1.0;
  EXPECT_NEAR(scale(), plain * growth * growth, 1e-7);
  EXPECT_NEAR(ParseModelConfig(config)->ropes[0].amplitude, 1, 1e-12);
}

TEST(RopeFrequencies, FallGeometrically) {
  RopeConfig rope;
  rope.dimensions = 64;
  rope.theta = 1e6;
  const std::vector<double> frequencies = RopeFrequencies(rope);
  for (size_t i = 0; i < 32; ++i) {
    EXPECT_NEAR(frequencies[i] / std::pow(1e6, -2.0 * static_cast<double>(i) / 64), 1, 1e-13);
  }
}

Json Published(Json changes) {
  Json config = {{"hidden_act", "silu"}, {"tie_word_embeddings", false}, {"rms_norm_eps", 1e-5}};
  config.update(changes);
  return config;
}

// Exact counts from the published dimensions; totals as the makers' weight manifests give them.
TEST(ParameterCount, IsThatOfThePublishedModels) {
  std::vector<const char*> kinds;
  for (int i = 0; i < 48; ++i) kinds.push_back(i % 4 == 3 ? "full_attention" : "sliding_attention");
  const Json exaone = Published({{"model_type", "exaone_moe"},
                                 {"vocab_size", 153600},
                                 {"hidden_size", 6144},
                                 {"num_hidden_layers", 48},
                                 {"num_attention_heads", 64},
                                 {"num_key_value_heads", 8},
                                 {"head_dim", 128},
                                 {"intermediate_size", 18432},
                                 {"moe_intermediate_size", 2048},
                                 {"num_experts", 128},
                                 {"num_experts_per_tok", 8},
                                 {"num_shared_experts", 1},
                                 {"first_k_dense_replace", 1},
                                 {"max_position_embeddings", 262144},
                                 {"sliding_window", 128},
                                 {"layer_types", kinds}});
  ASSERT_TRUE(ParseModelConfig(exaone).ok()) << ParseModelConfig(exaone).status();
  EXPECT_EQ(CountParameters(*ParseModelConfig(exaone)).total, 236'571'156'352U);
  EXPECT_NEAR(static_cast<double>(CountParameters(*ParseModelConfig(exaone)).active), 23.7e9,
              0.05e9);

  const Json solar = Published({{"model_type", "solar_open"},
                                {"vocab_size", 196608},
                                {"hidden_size", 4096},
                                {"num_hidden_layers", 48},
                                {"num_attention_heads", 64},
                                {"num_key_value_heads", 8},
                                {"head_dim", 128},
                                {"intermediate_size", 10240},
                                {"moe_intermediate_size", 1280},
                                {"n_routed_experts", 128},
                                {"num_experts_per_tok", 8},
                                {"n_shared_experts", 1},
                                {"max_position_embeddings", 131072}});
  EXPECT_EQ(CountParameters(*ParseModelConfig(solar)).total, 102'651'799'552U);
  EXPECT_NEAR(static_cast<double>(CountParameters(*ParseModelConfig(solar)).active), 12.05e9,
              0.01e9);

  const Json think = Published({{"model_type", "hyperclovax"},
                                {"vocab_size", 128256},
                                {"hidden_size", 5120},
                                {"num_hidden_layers", 72},
                                {"num_attention_heads", 40},
                                {"num_key_value_heads", 8},
                                {"head_dim", 128},
                                {"intermediate_size", 24192},
                                {"max_position_embeddings", 131072},
                                {"use_post_norm", false}});
  EXPECT_EQ(CountParameters(*ParseModelConfig(think)).total, 32'598'348'800U);
}

// Llama 3: of EXAONE 4's 16 pairs the quick ones are kept, the slow ones turn a sixteenth as fast.
TEST(Rope, OfLlama3SlowsWhatTurnsSlowly) {
  const ModelConfig config = *ParseModelConfig(GoldenConfig("exaone4"));
  const std::vector<double>& divisors = config.ropes[0].divisors;
  ASSERT_EQ(divisors.size(), 16U);
  EXPECT_EQ(divisors.front(), 1);
  EXPECT_EQ(divisors.back(), 16);
  EXPECT_TRUE(std::is_sorted(divisors.begin(), divisors.end()));
  // Pair 2 turns 64 · 1e6^(-2/16) / 2π = 1.811 times in 64 positions: (1.811 - 1) / 3 is kept.
  const double kept = (64 * std::pow(1e6, -2.0 / 16) / (2 * M_PI) - 1) / 3;
  EXPECT_NEAR(divisors[2], 1 / ((1 - kept) / 16 + kept), 1e-9);
  RopeConfig plain = config.ropes[0];
  plain.divisors.clear();
  EXPECT_EQ(RopeFrequencies(config.ropes[0])[2], RopeFrequencies(plain)[2] / divisors[2]);
}

TEST(Rope, RefusesLlama3AndDivisorsThatDoNotFit) {
  const Json faults[] = {{{"rope_type", "llama3"}},
                         {{"rope_type", "llama3"}, {"factor", 0.5}},
                         {{"rope_type", "llama3"}, {"factor", 8}, {"low_freq_factor", 4}},
                         {{"rope_type", "divisors"}},
                         {{"rope_type", "divisors"}, {"divisors", {1, 2}}},
                         {{"rope_type", "divisors"}, {"divisors", Json(std::vector<int>(16, 0))}}};
  for (const Json& fault : faults) {
    Json config = GoldenConfig("exaone4");
    config["rope_scaling"] = fault;
    const absl::Status status = ParseModelConfig(config).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << fault;
    EXPECT_EQ(fakes::EnglishWordsIn(status), "") << fault;
  }
}

}  // namespace
}  // namespace model_core
