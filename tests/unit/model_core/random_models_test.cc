// Random models of each family, with sizes that fit no vector, page or tile: the engine beside a
// forward pass written without it, and every variant, chunk and team beside the scalar kernels.
#include <gtest/gtest.h>

#include <bit>
#include <deque>

#include "model_core/bench/inventory.h"
#include "model_core/cpu/cpu_device.h"
#include "model_core/engine/counter_random.h"
#include "model_core/engine/thread_team.h"
#include "model_core/tensor/half.h"
#include "model_core/transformer/transformer.h"
#include "tests/unit/model_core/cases.h"
#include "tests/unit/model_core/golden.h"
#include "tests/unit/model_core/naive_model.h"

namespace model_core {
namespace {

using base::Json;

constexpr uint64_t kModels = 15;  // of a family

class Dice {
 public:
  explicit Dice(uint64_t seed) : seed_(seed) {}
  double Real() { return CounterUniform(seed_, drawn_++); }
  size_t From(size_t least, size_t most) {
    return least + static_cast<size_t>(Real() * static_cast<double>(most - least + 1));
  }
  bool Coin() { return Real() < 0.5; }

 private:
  const uint64_t seed_;
  uint64_t drawn_ = 0;
};

void Slide(Dice& dice, Json& config) {
  config["sliding_window"] = dice.From(1, 40);
  for (size_t i = 0; i < config["num_hidden_layers"].get<size_t>(); ++i)
    config["layer_types"].push_back(dice.Coin() ? "sliding_attention" : "full_attention");
}

void AddMixture(Dice& dice, Json& config) {
  const size_t groups = dice.From(1, 3), size = dice.From(1, 4), kept = dice.From(1, groups);
  config.update({{"num_experts", groups * size},
                 {"n_group", groups},
                 {"topk_group", kept},
                 {"num_experts_per_tok", dice.From(1, kept * size)},
                 {"moe_intermediate_size", dice.From(1, 40)},
                 {"num_shared_experts", dice.From(0, 2)},
                 {"norm_topk_prob", dice.Coin()},
                 {"routed_scaling_factor", 0.5 + 2 * dice.Real()},
                 {"first_k_dense_replace", dice.From(0, 2)}});
}

void AddLatent(Dice& dice, Json& config) {
  config.update({{"q_lora_rank", dice.From(1, 40)},
                 {"kv_lora_rank", dice.From(1, 40)},
                 {"qk_nope_head_dim", dice.From(1, 20)},
                 {"qk_rope_head_dim", 2 * dice.From(1, 9)},
                 {"v_head_dim", dice.From(1, 20)}});
}

void AddYarn(Dice& dice, Json& config) {
  config["rope_scaling"] = {{"type", "yarn"},
                            {"factor", 1 + 7 * dice.Real()},
                            {"original_max_position_embeddings", dice.From(16, 128)},
                            {"mscale", dice.Real()},
                            {"mscale_all_dim", dice.Real()}};
}

Json RandomConfig(const std::string& family, Dice& dice) {
  const size_t kept = dice.From(1, 3);
  Json config = {{"model_type", family},
                 {"vocab_size", dice.From(2, 90)},
                 {"hidden_size", dice.From(3, 80)},
                 {"intermediate_size", dice.From(1, 80)},
                 {"num_hidden_layers", dice.From(1, 4)},
                 {"num_attention_heads", kept * dice.From(1, 4)},
                 {"num_key_value_heads", kept},
                 {"head_dim", 2 * dice.From(1, 20)},
                 {"max_position_embeddings", 1'000},
                 {"rms_norm_eps", 1e-6 + 1e-4 * dice.Real()},
                 {"rope_theta", 1e3 + 1e5 * dice.Real()},
                 {"tie_word_embeddings", dice.Coin()}};
  if (family == "axk1" || family == "vaetki") AddLatent(dice, config);
  if (family != "exaone4" && family != "hyperclovax") AddMixture(dice, config);
  if (family == "exaone4" || family == "exaone_moe" || family == "vaetki") Slide(dice, config);
  if ((family == "axk1" || family == "solar_open" || family == "vaetki") && dice.Coin())
    AddYarn(dice, config);
  if (family == "hyperclovax") {
    config.update({{"attention_multiplier", 0.1 + dice.Real()},
                   {"embedding_multiplier", 0.5 + dice.Real()},
                   {"residual_multiplier", 0.2 + dice.Real()},
                   {"logits_scaling", 0.2 + dice.Real()},
                   {"use_post_norm", dice.Coin()}});
  }
  return config;
}

// Weights of every stored type, in memory of their own.
class RandomWeights {
 public:
  RandomWeights(const ModelConfig& config, Dice& dice) : dice_(dice) {
    for (const ModelTensor& tensor : ListTensors(config)) {
      const bool vector = tensor.cols == 0, bias = tensor.part == Part::kBias;
      const size_t count = tensor.rows * (vector ? 1 : tensor.cols);
      const double center = vector && !bias && !config.norm_plus_one ? 1 : 0;
      const double spread = vector ? 0.4 : std::sqrt(3.0 / static_cast<double>(tensor.cols));
      std::vector<size_t> shape = {tensor.rows};
      if (!vector) shape.push_back(tensor.cols);
      Add(tensor.name, shape, count, center, spread);
    }
  }
  const std::map<std::string, TensorView>& tensors() const { return tensors_; }

 private:
  void Add(const std::string& name, const std::vector<size_t>& shape, size_t count, double center,
           double spread) {
    constexpr const char* kTypes[] = {"F32", "BF16", "F16"};
    const char* type = kTypes[dice_.From(0, 2)];
    const size_t bytes = *type == 'F' && type[1] == '3' ? 4 : 2;
    std::vector<uint8_t>& memory = memory_.emplace_back(count * bytes);
    for (size_t i = 0; i < count; ++i) {
      const auto value = static_cast<float>(center + spread * (2 * dice_.Real() - 1));
      uint32_t bits = std::bit_cast<uint32_t>(value);
      if (bytes == 2) bits = *type == 'B' ? bits >> 16 : ToF16(value);
      std::memcpy(&memory[i * bytes], &bits, bytes);  // little end first
    }
    tensors_[name] = {type, shape, memory};
  }

  Dice& dice_;
  std::deque<std::vector<uint8_t>> memory_;
  std::map<std::string, TensorView> tensors_;
};

std::vector<float> LogitsOf(const ModelConfig& config, const RandomWeights& weights,
                            std::string_view kernels, Precision precision, Team& team, size_t chunk,
                            std::span<const int32_t> tokens) {
  const auto model = Transformer::FromWeights(config, WeightFiles::Of(weights.tensors()),
                                              CpuDevice(*FindKernels(kernels)), precision);
  if (!model.ok()) ADD_FAILURE() << model.status();
  if (!model.ok()) return {};
  Sequence sequence((*model)->device(), config, team.size());
  EXPECT_TRUE(sequence.Reserve(tokens.size()).ok());
  std::vector<float> all, logits(config.vocabulary);
  for (size_t at = 0; at < tokens.size(); at += chunk) {
    const size_t count = std::min(chunk, tokens.size() - at);
    (*model)->Forward(tokens.subspan(at, count), sequence, team);
    for (size_t row = 0; row < count; ++row) {
      (*model)->Logits(sequence, row, {}, team, logits);
      all.insert(all.end(), logits.begin(), logits.end());
    }
  }
  return all;
}

class RandomModels : public testing::TestWithParam<const char*> {};

TEST_P(RandomModels, ComputeWhatTheirConfigSays) {
  TeamOfOne one;
  ThreadTeam three(3);
  const Cases cases = CasesFrom(/*seed=*/0, kModels);
  for (uint64_t seed = cases.seed; seed < cases.seed + cases.count; ++seed) {
    Dice dice(seed);
    const Json json = RandomConfig(GetParam(), dice);
    SCOPED_TRACE(base::StrCat(Again(seed), ": ", json.dump()));
    const auto config = ParseModelConfig(json);
    ASSERT_TRUE(config.ok()) << config.status();
    const RandomWeights weights(*config, dice);
    std::vector<int32_t> tokens(dice.From(1, 70));
    for (int32_t& token : tokens)
      token = static_cast<int32_t>(dice.From(0, config->vocabulary - 1));
    for (const Precision precision : {Precision::kStored, Precision::kQ8, Precision::kQ4}) {
      const std::vector<float> scalar =
          LogitsOf(*config, weights, "scalar", precision, one, kPrefillTokensMax, tokens);
      if (precision == Precision::kStored) {
        const NaiveModel naive(*config, weights.tensors());
        ASSERT_LE(Nmse(scalar, naive.Logits(tokens)), 1e-9);
      }
      for (const std::string_view variant : kKernelNames) {
        if (FindKernels(variant) == nullptr) continue;  // this CPU lacks it
        Team& team = dice.Coin() ? static_cast<Team&>(three) : one;
        ASSERT_EQ(LogitsOf(*config, weights, variant, precision, team, dice.From(1, 20), tokens),
                  scalar)
            << variant;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Families, RandomModels,
                         testing::Values("exaone4", "exaone_moe", "axk1", "hyperclovax", "vaetki",
                                         "solar_open"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace model_core
