// Model folders that must be refused, with the tensor or key named.
#include <gmock/gmock.h>
#include <unistd.h>

#include <cmath>

#include "model_core/cpu/cpu_device.h"
#include "model_core/transformer/tensors.h"
#include "model_core/transformer/transformer.h"
#include "tests/fakes/whole_korean.h"
#include "tests/unit/model_core/model_folder.h"
#include "tests/unit/model_core/model_weights.h"

namespace model_core {
namespace {

using base::Json;
using testing::HasSubstr;

absl::Status Load(const ModelFolder& folder) {
  return Transformer::Load(folder.path(), CpuDevice(*FindKernels(""))).status();
}

void ExpectRefused(const ModelFolder& folder, absl::StatusCode code, std::string_view what) {
  const absl::Status status = Load(folder);
  EXPECT_EQ(status.code(), code) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(what));
  EXPECT_EQ(fakes::EnglishWordsIn(status), "");
}

TEST(Load, NamesAMissingTensor) {
  for (const char* name :
       {"model.embed_tokens.weight", "model.norm.weight", "lm_head.weight",
        "model.layers.0.self_attn.q_norm.weight", "model.layers.4.mlp.experts.7.down_proj.weight",
        "model.layers.1.mlp.gate.weight", "model.layers.2.mlp.shared_experts.up_proj.weight"}) {
    const ModelFolder folder("k_exaone");
    DropTensor(folder, name);
    ExpectRefused(folder, absl::StatusCode::kDataLoss, base::StrCat("'", name, "' is missing"));
  }
}

// Nothing would say that it was left out.
TEST(Load, NamesABiasThatNoFamilyKnows) {
  for (const char* name : {"model.layers.0.self_attn.q_proj.bias", "lm_head.bias"}) {
    const ModelFolder folder("k_exaone");
    ModelWeights weights(folder);
    weights.tensors[name] = weights.tensors["mtp.norm.weight"];
    weights.WriteTo(folder);
    ExpectRefused(folder, absl::StatusCode::kDataLoss,
                  base::StrCat("'", name, "' is not understood"));
  }
}

// A config of another graph than the stored one would compute another model.
TEST(Load, NamesWhatTheConfigLeavesUnused) {
  const std::tuple<const char*, const char*, Json, const char*> faults[] = {
      {"solar_open", "n_shared_experts", 0, "'model.layers.0.mlp.shared_experts."},
      {"ax_k1", "num_nextn_predict_layers", 0, nullptr},  // that layer is known to draft
      {"hyperclova_x", "use_post_norm", false, "'model.layers.0.post_norm1.weight' is not"},
      {"solar_open", "num_hidden_layers", 1, "'model.layers.1."},
      {"hyperclova_x", "tie_word_embeddings", true, "'lm_head.weight' is not the embedding"}};
  for (const auto& [model, key, value, what] : faults) {
    const ModelFolder folder(model);
    folder.EditConfig([&](Json& config) { config[key] = value; });
    if (what == nullptr)
      EXPECT_TRUE(Load(folder).ok()) << Load(folder);
    else
      ExpectRefused(folder, absl::StatusCode::kDataLoss, what);
  }
}

TEST(Load, TakesAnOutputMatrixThatRepeatsATiedEmbedding) {
  const ModelFolder folder("hyperclova_x");
  ModelWeights weights(folder);
  weights.tensors["lm_head.weight"] = weights.tensors["model.embed_tokens.weight"];
  weights.WriteTo(folder);
  folder.EditConfig([](Json& config) { config["tie_word_embeddings"] = true; });
  EXPECT_TRUE(Load(folder).ok()) << Load(folder);
}

TEST(Load, NamesWhatOneLayerLacksAndOthersHave) {
  const std::pair<const char*, const char*> faults[] = {
      {"hyperclova_x", "model.layers.1.post_norm1.weight"},
      {"k_exaone", "model.layers.2.mlp.e_score_correction_bias"},
      {"k_exaone", "mtp.fc.weight"}};
  for (const auto& [model, name] : faults) {
    const ModelFolder folder(model);
    ModelWeights weights(folder);
    ASSERT_EQ(weights.tensors.erase(name), 1U) << name;
    weights.WriteTo(folder);
    folder.EditConfig([](Json& config) { config.erase("use_post_norm"); });
    ExpectRefused(folder, absl::StatusCode::kDataLoss, base::StrCat("'", name, "' is missing"));
  }
}

TEST(Load, NamesASecondSpellingOfATensor) {
  const ModelFolder folder("k_exaone");
  ModelWeights weights(folder);
  const std::string other = "model.layers.1.mlp.gate.e_score_correction_bias";
  weights.tensors[other] = weights.tensors["model.layers.1.mlp.e_score_correction_bias"];
  weights.WriteTo(folder);
  ExpectRefused(folder, absl::StatusCode::kDataLoss, "e_score_correction_bias' is not understood");
}

TEST(Load, NamesATensorThatHoldsNoNumber) {
  for (const char* name : {"model.norm.weight", "model.layers.1.mlp.gate.weight"}) {
    const ModelFolder folder("k_exaone");
    ModelWeights weights(folder);
    auto& data = weights.tensors[name].data;
    std::fill_n(data.begin(), 4, '\xff');
    weights.WriteTo(folder);
    ExpectRefused(folder, absl::StatusCode::kDataLoss,
                  base::StrCat("'", name, "' holds no number"));
  }
}

TEST(Load, NamesATensorOfAnotherShape) {
  const ModelFolder folder("vaetki");
  folder.EditHeader([](Json& header) {
    std::swap(header["model.layers.0.self_attn.q_a_proj.weight"]["shape"][0],
              header["model.layers.0.self_attn.q_a_proj.weight"]["shape"][1]);
  });
  ExpectRefused(
      folder, absl::StatusCode::kDataLoss,
      "'model.layers.0.self_attn.q_a_proj.weight' has shape [64, 28], the config needs [28, 64]");
}

TEST(Load, NamesATensorOfATypeThatItDoesNotRead) {
  const ModelFolder folder("hyperclova_x");
  folder.EditHeader(
      [](Json& header) { header["model.layers.1.mlp.up_proj.weight"]["dtype"] = "I16"; });
  ExpectRefused(folder, absl::StatusCode::kDataLoss,
                "'model.layers.1.mlp.up_proj.weight' has dtype I16");
}

TEST(Load, NamesAnFp8TensorWithoutItsScales) {
  const ModelFolder folder("k_exaone_fp8");
  std::string scale;
  folder.EditHeader([&](Json& header) {
    for (const auto& [name, entry] : header.items()) {
      if (name.starts_with("model.") && name.ends_with("_scale_inv")) scale = name;
    }
    header.erase(scale);
  });
  ExpectRefused(folder, absl::StatusCode::kDataLoss, base::StrCat("'", scale, "' is missing"));
  const ModelFolder unsaid("k_exaone_fp8");
  unsaid.EditConfig([](Json& config) { config.erase("quantization_config"); });
  ExpectRefused(unsaid, absl::StatusCode::kDataLoss, "quantization_config");
}

// Blocks of 128 × 128; those at the lower and right edge are smaller.
TEST(Load, ReadsFp8WhoseEdgesFillNoBlock) {
  constexpr size_t kRows = 200, kCols = 300, kBlocksAcross = 3;
  std::vector<uint8_t> bytes(kRows * kCols);
  for (size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<uint8_t>(i % 127 | (i % 5 == 0 ? 0x80 : 0));  // but for NaN, all
  const float scales[] = {1, 0.5F, 3, -7, 0.25F, 11};
  const auto* scale_bytes = reinterpret_cast<const uint8_t*>(scales);
  const Tensors tensors(
      WeightFiles::Of(
          {{"w", {"F8_E4M3", {kRows, kCols}, bytes}},
           {"w_scale_inv", {"F32", {2, kBlocksAcross}, {scale_bytes, sizeof(scales)}}}}),
      "", Fp8Config{.scale_suffix = "_scale_inv"}, PackedStore());
  const auto stored = tensors.Stored("w", kRows, kCols);
  ASSERT_TRUE(stored.ok()) << stored.status();
  std::vector<float> row(kCols);
  for (size_t r = 0; r < kRows; ++r) {
    stored->Read(r, 100, 200, &row[100]);  // from the midst of a block
    stored->Read(r, 0, 100, row.data());
    for (size_t c = 0; c < kCols; ++c) {
      const int byte = bytes[r * kCols + c], exponent = byte >> 3 & 15, eighths = byte & 7;
      const double size = exponent == 0 ? std::ldexp(eighths / 8.0, -6)
                                        : std::ldexp(1 + eighths / 8.0, exponent - 7);
      const float scale = scales[r / 128 * kBlocksAcross + c / 128];
      ASSERT_EQ(row[c], static_cast<float>((byte & 0x80 ? -size : size) * scale)) << r << " " << c;
    }
  }
  const auto other = tensors.Stored("w", kCols, kRows);
  EXPECT_THAT(std::string(other.status().message()), HasSubstr("has shape [200, 300]"));
}

// One scale for all, a row, a group of columns, a block.
TEST(Load, ReadsFp8ByEveryExtentOfAScale) {
  constexpr size_t kRows = 6, kCols = 10;
  const std::vector<uint8_t> ones(kRows * kCols, 0x38);  // each is 1
  const std::tuple<Fp8Config, std::vector<size_t>> ways[] = {{{"_scale", 0, 0}, {1}},
                                                             {{"_scale", 1, 0}, {kRows, 1}},
                                                             {{"_scale", 1, 4}, {kRows, 3}},
                                                             {{"_scale", 4, 3}, {2, 4}}};
  for (const auto& [fp8, shape] : ways) {
    const size_t across = shape.size() == 1 ? 1 : shape[1];
    std::vector<float> scales(shape[0] * across);
    for (size_t i = 0; i < scales.size(); ++i) scales[i] = static_cast<float>(i + 2);
    const auto* bytes = reinterpret_cast<const uint8_t*>(scales.data());
    const Tensors tensors(
        WeightFiles::Of({{"w", {"F8_E4M3", {kRows, kCols}, ones}},
                         {"w_scale", {"F32", shape, {bytes, scales.size() * sizeof(float)}}}}),
        "", fp8, PackedStore());
    const auto stored = tensors.Stored("w", kRows, kCols);
    ASSERT_TRUE(stored.ok()) << stored.status();
    std::vector<float> row(kCols);
    for (size_t r = 0; r < kRows; ++r) {
      stored->Read(r, 0, kCols, row.data());
      for (size_t c = 0; c < kCols; ++c) {
        const size_t down = fp8.rows == 0 ? 0 : r / fp8.rows;
        EXPECT_EQ(row[c], scales[down * across + (fp8.cols == 0 ? 0 : c / fp8.cols)]) << r << c;
      }
    }
  }
}

TEST(Load, RefusesAFolderWithoutConfigOrWeights) {
  const ModelFolder folder("solar_open");
  std::filesystem::remove(folder.path() + "/model.safetensors");
  ExpectRefused(folder, absl::StatusCode::kNotFound, "model.safetensors");
  std::filesystem::remove(folder.path() + "/config.json");
  ExpectRefused(folder, absl::StatusCode::kNotFound, "config.json");
}

TEST(Load, NamesAConfigKeyThatItCannotHonour) {
  const ModelFolder folder("solar_open");
  folder.EditConfig([](Json& config) { config["attention_sinks"] = 4; });
  ExpectRefused(folder, absl::StatusCode::kInvalidArgument, "'attention_sinks'");
}

TEST(Load, NeitherKeysNorTensorsThatMeanNothingAreInTheWay) {
  const ModelFolder folder("k_exaone");
  folder.EditConfig([](Json& config) { config["transformers_version"] = "9.9"; });
  EXPECT_TRUE(Load(folder).ok());
}

// Any byte of the header or config turned over: refused or loaded, never a crash.
TEST(Load, SurvivesDamageAnywhereInTheHeader) {
  const ModelFolder folder("ax_k1_nobias");
  const std::string whole = folder.Read("model.safetensors"), config = folder.Read("config.json");
  for (size_t at = 0; at < 4000; at += 13) {
    std::string damaged = whole;
    damaged[at] ^= static_cast<char>(1 << at % 8);
    folder.Write("model.safetensors", damaged);
    (void)Load(folder);
  }
  folder.Write("model.safetensors", whole);
  for (size_t at = 0; at < config.size(); at += 3) {
    std::string damaged = config;
    damaged[at] ^= static_cast<char>(1 << at % 8);
    folder.Write("config.json", damaged);
    (void)Load(folder);
  }
  folder.Write("config.json", config);
  EXPECT_TRUE(Load(folder).ok());
}

}  // namespace
}  // namespace model_core
