// Prompts of up to 32K tokens: the same tokens however they are cut, and no more memory than the
// formula says. Of K-EXAONE's mini with all its layers and widths as long as one asks for:
//   MARU_TEST_MINI_TOKENS=32768 build/tests/model_core_kv_kinds_test --gtest_filter='Mini*'
// which takes 3 GB, and two cores tens of minutes.
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "model_core/bench/made_weights.h"
#include "model_core/bench/shapes.h"
#include "model_core/cpu/cpu_device.h"
#include "model_core/engine/counter_random.h"
#include "model_core/engine/thread_team.h"
#include "model_core/transformer/transformer.h"
#include "tests/unit/model_core/cases.h"
#include "tests/unit/model_core/narrow_hybrid.h"

namespace model_core {
namespace {

constexpr size_t kAnswer = 8;

ModelConfig Dense() { return NarrowHybrid(/*layers=*/4, /*window_tokens=*/16); }

// The mini's four first layers: windows of 128, a dense layer and 64 experts of which 8; narrow.
ModelConfig NarrowMini() {
  base::Json json = *ShapeConfig("k-exaone-mini");
  json.update({{"vocab_size", 64},
               {"hidden_size", 32},
               {"intermediate_size", 32},
               {"moe_intermediate_size", 16},
               {"num_attention_heads", 1},
               {"num_key_value_heads", 1},
               {"head_dim", 16},
               {"num_hidden_layers", 4}});
  json["layer_types"].get_ref<base::Json::array_t&>().resize(4);
  return *ParseModelConfig(json);
}

ModelConfig Mini() { return *ParseModelConfig(*ShapeConfig("k-exaone-mini")); }

// A model with made-up weights, and a prompt for it.
class Long {
 public:
  Long(const ModelConfig& config, Precision precision, Dtype kind, size_t prompt)
      : config_(config), kind_(kind), layout_(config, kind) {
    for (size_t i = 0; i < prompt; ++i)
      prompt_.push_back(static_cast<int32_t>(CounterUniform(1, i) * 64));
    weights_ = *MadeWeights::Make(config_, /*apart=*/precision == Precision::kStored, /*seed=*/1);
    model_ = *Transformer::FromWeights(config_, WeightFiles::Of(weights_.tensors()),
                                       CpuDevice(*FindKernels("")), precision);
  }

  // Logits of each answer token, of the prompt fed in chunks.
  std::vector<float> Answer(size_t chunk) {
    KvPool pool(layout_.page_bytes(), layout_.PagesFor(prompt_.size() + kAnswer));
    KvCache cache(layout_, pool);
    PassRoom room(model_->device(), config_, team_.size(), chunk, /*drafts_max=*/0, kind_);
    EXPECT_TRUE(room.ReserveScores(prompt_.size() + kAnswer).ok());
    std::vector<float> all, logits(config_.vocabulary);
    const auto feed = [&](std::span<const int32_t> tokens) {
      const PassPart part{tokens, &cache};
      model_->Forward({&part, 1}, room, team_);
    };
    for (size_t at = 0; at < prompt_.size(); at += chunk)
      feed(std::span(prompt_).subspan(at, std::min(chunk, prompt_.size() - at)));
    size_t row = (prompt_.size() - 1) % chunk;
    while (all.size() < kAnswer * logits.size()) {
      const LogitsRow wanted{row, {}};
      model_->Logits(room, {&wanted, 1}, team_, logits);
      all.insert(all.end(), logits.begin(), logits.end());
      const auto next =
          static_cast<int32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
      feed({&next, 1});
      row = 0;
    }
    most_bytes_ = pool.used_most() * layout_.page_bytes();
    return all;
  }

  // Bytes that keys and values take by the formula: what the next token sees.
  double Formula() const {
    size_t rows = 0;
    for (const LayerConfig& layer : config_.layers)
      rows += layer.window == 0 ? prompt_.size() + kAnswer : layer.window - 1;
    return static_cast<double>(rows * config_.kept_heads() * KeptBytes(kind_, config_.head_dim) *
                               2);
  }
  double most_bytes() const { return static_cast<double>(most_bytes_); }

 private:
  const ModelConfig config_;
  const Dtype kind_;
  const KvLayout layout_;
  ThreadTeam team_{std::max(1U, std::thread::hardware_concurrency())};
  MadeWeights weights_;
  std::unique_ptr<Transformer> model_;
  std::vector<int32_t> prompt_;
  size_t most_bytes_ = 0;
};

// Of a short prompt the rest of a page and of a ring is more than 1 %.
void ExpectTheSameInChunksOfAnySize(Long& model, bool within_formula) {
  const std::vector<float> wanted = model.Answer(512);
  if (within_formula) {
    EXPECT_LE(model.most_bytes(), 1.01 * model.Formula());
  }
  EXPECT_EQ(model.Answer(257), wanted);
}

struct Case {
  const char* name;
  ModelConfig (*config)();
  Dtype kind;
  size_t prompt;  // tokens
};

class LongPrompt : public testing::TestWithParam<Case> {};

TEST_P(LongPrompt, GivesTheSameBitsInChunksOfAnySizeAndHoldsNoMoreThanTheFormula) {
  const Case& given = GetParam();
  Long model(given.config(), Precision::kStored, given.kind, given.prompt);
  ExpectTheSameInChunksOfAnySize(model, /*within_formula=*/true);
}

// That of 32K is a mixture, as the mini is.
INSTANTIATE_TEST_SUITE_P(Kinds, LongPrompt,
                         testing::Values(Case{"f32", &Dense, Dtype::kF32, 8'192},
                                         Case{"f16", &NarrowMini, Dtype::kF16, 32'768},
                                         Case{"q8", &Dense, Dtype::kQ8Rows, 8'192}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(MiniPrompt, GivesTheSameBitsInChunksOfAnySizeAndHoldsNoMoreThanTheFormula) {
  const uint64_t tokens = FromEnvironment("MARU_TEST_MINI_TOKENS", 0);
  if (tokens == 0) GTEST_SKIP() << "takes long: MARU_TEST_MINI_TOKENS=32768 runs it";
  Long model(Mini(), Precision::kQ8, Dtype::kF16, tokens);
  ExpectTheSameInChunksOfAnySize(model, /*within_formula=*/tokens >= 32'768);
}

}  // namespace
}  // namespace model_core
