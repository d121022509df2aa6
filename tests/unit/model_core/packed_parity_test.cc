// Models with packed weights beside the reference implementation in f32: how far the logits move,
// and that kernel variants and chunks still give the same bits.
#include <algorithm>

#include "model_core/cpu/cpu_device.h"
#include "model_core/transformer/transformer.h"
#include "tests/unit/model_core/model_folder.h"

namespace model_core {
namespace {

// Largest NMSE of a family's text prompts. A packed model computes the same bits on every machine,
// so that these are what it gives, rounded up. `q8` and `q4` have a goal of 1e-3 and 2e-2, which
// the dense families reach. The weights are random and the models tiny, so that routers choose by
// margins down to 1e-4: a token whose experts change counts in full, and bends those after it.
// `…_all` is the same with every expert chosen, beside the exact engine: what packing itself does.
// Layers of random weights multiply noise: each matrix adds only 6e-5 (q8) and 5e-3.
struct Limits {
  const char* family;
  double q8, q4, q8_all, q4_all;
};
constexpr Limits kLimits[] = {{"exaone4", 1e-3, 2e-2, 1e-3, 2e-2},
                              {"k_exaone", 5.5e-2, 1.8e-1, 1.8e-3, 2.1e-2},
                              {"k_exaone_fp8", 8e-2, 1.2e-1, 1.2e-3, 2e-2},
                              {"ax_k1", 1.3e-1, 7e-2, 3e-3, 2e-2},
                              {"ax_k1_nobias", 2e-2, 3e-2, 1.4e-3, 2e-2},
                              {"hyperclova_x", 1e-3, 2e-2, 1e-3, 2e-2},
                              {"hyperclova_x_vision", 1e-3, 2e-2, 1e-3, 2e-2},
                              {"vaetki", 5e-2, 6e-2, 7.5e-3, 2e-2},
                              {"solar_open", 4.5e-2, 8.5e-2, 1.3e-3, 2e-2}};

std::unique_ptr<Transformer> Load(const std::string& folder, Precision precision,
                                  std::string_view kernels = "") {
  LoadOptions options;
  options.precision = precision;
  options.keep_packed = false;
  auto model = Transformer::Load(folder, CpuDevice(*FindKernels(kernels)), options);
  if (!model.ok()) ADD_FAILURE() << model.status();
  return *std::move(model);
}

// Logits of every position: [tokens, vocabulary].
std::vector<float> Logits(const Transformer& model, std::span<const int32_t> tokens, size_t chunk) {
  TeamOfOne team;
  Sequence sequence(model.device(), model.config(), team.size());
  EXPECT_TRUE(sequence.Reserve(tokens.size()).ok());
  std::vector<float> all, logits(model.config().vocabulary);
  for (size_t at = 0; at < tokens.size(); at += chunk) {
    const size_t count = std::min(chunk, tokens.size() - at);
    model.Forward(tokens.subspan(at, count), sequence, team);
    for (size_t row = 0; row < count; ++row) {
      model.Logits(sequence, row, {}, team, logits);
      all.insert(all.end(), logits.begin(), logits.end());
    }
  }
  return all;
}

std::vector<std::string> TextPrompts(const Golden& golden) {
  std::vector<std::string> prompts;
  for (const char* name : {"p0", "p1", "p2"}) {
    const std::string prompt = name;
    if (golden.Has(prompt + ".input_ids") && !golden.Has(prompt + ".pixel_values"))
      prompts.push_back(prompt);
  }
  return prompts;
}

double WorstNmse(const Golden& golden, const Transformer& model) {
  double worst = 0;
  for (const std::string& prompt : TextPrompts(golden)) {
    const std::vector<int32_t> tokens = golden.Ids(prompt + ".input_ids");
    worst = std::max(
        worst, Nmse(Logits(model, tokens, kPrefillTokensMax), golden.Floats(prompt + ".logits")));
  }
  return worst;
}

double WorstNmse(const Golden& golden, const Transformer& exact, const Transformer& model) {
  double worst = 0;
  for (const std::string& prompt : TextPrompts(golden)) {
    const std::vector<int32_t> tokens = golden.Ids(prompt + ".input_ids");
    worst = std::max(worst, Nmse(Logits(model, tokens, kPrefillTokensMax),
                                 Logits(exact, tokens, kPrefillTokensMax)));
  }
  return worst;
}

class PackedParity : public testing::TestWithParam<Limits> {
 protected:
  void ExpectWithin(double nmse, double limit, const std::string& name) {
    RecordProperty(name, base::StrCat(nmse));
    EXPECT_LE(nmse, limit) << name;
    EXPECT_GT(nmse, limit / 5) << name << ": the limit is too wide";
  }
  const std::string folder_ = GoldenDirectory(GetParam().family);
  const Golden golden_{GetParam().family};
};

TEST_P(PackedParity, LogitsMoveFromTheReferenceByNoMoreThanStated) {
  ExpectWithin(WorstNmse(golden_, *Load(folder_, Precision::kQ8)), GetParam().q8, "q8");
  ExpectWithin(WorstNmse(golden_, *Load(folder_, Precision::kQ4)), GetParam().q4, "q4");
}

TEST_P(PackedParity, WithEveryExpertChosenOnlyRoundingRemains) {
  const ModelFolder folder(GetParam().family);
  folder.EditConfig([](base::Json& config) {
    for (const char* key : {"num_experts", "n_routed_experts"})
      if (config.contains(key)) config["num_experts_per_tok"] = config[key];
    if (config.contains("topk_group")) config["topk_group"] = config["n_group"];
  });
  const auto exact = Load(folder.path(), Precision::kStored);
  ExpectWithin(WorstNmse(golden_, *exact, *Load(folder.path(), Precision::kQ8)), GetParam().q8_all,
               "q8_all");
  ExpectWithin(WorstNmse(golden_, *exact, *Load(folder.path(), Precision::kQ4)), GetParam().q4_all,
               "q4_all");
}

TEST_P(PackedParity, KernelVariantsAndChunksGiveTheSameBits) {
  const std::vector<int32_t> tokens = golden_.Ids("p1.input_ids");
  for (const Precision precision : {Precision::kQ8, Precision::kQ4}) {
    const std::vector<float> wanted = Logits(*Load(folder_, precision, "scalar"), tokens, 64);
    for (const std::string_view kernels : kKernelNames) {
      if (FindKernels(kernels) == nullptr) continue;  // this CPU lacks it
      const auto model = Load(folder_, precision, kernels);
      for (const size_t chunk : {1, 7, 64})
        EXPECT_EQ(Logits(*model, tokens, chunk), wanted) << kernels << " in chunks of " << chunk;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Families, PackedParity, testing::ValuesIn(kLimits),
                         [](const auto& info) { return std::string(info.param.family); });

}  // namespace
}  // namespace model_core
