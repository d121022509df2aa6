// The exact arithmetic is pinned: logits of every family, as stored and packed, have the digests of
// tests/golden/exact_logits.json in every kernel variant of this CPU. What changes them changes
// plans that were sealed: then kArithmetic rises, and the file gets what this test prints.
#include <gtest/gtest.h>

#include <bit>

#include "model_core/arithmetic.h"
#include "model_core/base/files.h"
#include "model_core/base/json.h"
#include "model_core/base/sha256.h"
#include "model_core/cpu/cpu_device.h"
#include "model_core/transformer/transformer.h"
#include "tests/unit/model_core/golden.h"

namespace model_core {
namespace {

using base::Json;

constexpr const char* kFamilies[] = {"exaone4",      "k_exaone",     "k_exaone_fp8",
                                     "ax_k1",        "ax_k1_nobias", "k_exaone_fp8_channel",
                                     "hyperclova_x", "vaetki",       "hyperclova_x_vision",
                                     "solar_open"};
constexpr std::pair<const char*, Precision> kTypes[] = {
    {"stored", Precision::kStored}, {"q8", Precision::kQ8}, {"q4", Precision::kQ4}};

Json Pinned() {
  const auto text = base::ReadFile(GoldenDirectory("exact_logits.json"));
  if (!text.ok()) ADD_FAILURE() << text.status();
  return *base::ParseJson(*text, "exact_logits.json");
}

// Of floats as they lie in files, lowest byte first.
std::string Digest(const std::vector<float>& values) {
  std::string bytes;
  for (const float value : values) {
    const auto bits = std::bit_cast<uint32_t>(value);
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(bits >> shift);
  }
  return base::Sha256Hex(bytes);
}

// Logits of every position of the longest prompt without an image, in passes of some tokens.
std::vector<float> Logits(const Transformer& model, const Golden& golden) {
  constexpr size_t kPass = 33;
  const std::string prompt = golden.Has("p2.input_ids") ? "p2" : "p1";
  const std::vector<int32_t> tokens = golden.Ids(prompt + ".input_ids");
  TeamOfOne team;
  Sequence sequence(model.device(), model.config(), team.size());
  EXPECT_TRUE(sequence.Reserve(tokens.size()).ok());
  std::vector<float> all, logits(model.config().vocabulary);
  for (size_t at = 0; at < tokens.size(); at += kPass) {
    const size_t count = std::min(kPass, tokens.size() - at);
    model.Forward(std::span(tokens).subspan(at, count), sequence, team);
    for (size_t row = 0; row < count; ++row) {
      model.Logits(sequence, row, {}, team, logits);
      all.insert(all.end(), logits.begin(), logits.end());
    }
  }
  return all;
}

class ExactBits : public testing::TestWithParam<const char*> {};

TEST_P(ExactBits, AreThoseThatWerePinned) {
  const Json pinned = Pinned()["digests"].value(GetParam(), Json::object());
  const Golden golden(GetParam());
  for (const auto& [type, precision] : kTypes) {
    LoadOptions options;
    options.precision = precision;
    options.keep_packed = false;
    for (const std::string_view variant : kKernelNames) {
      const Kernels* kernels = FindKernels(variant);
      if (kernels == nullptr) continue;  // this CPU lacks it
      const auto model =
          Transformer::Load(GoldenDirectory(GetParam()), CpuDevice(*kernels), options);
      ASSERT_TRUE(model.ok()) << model.status();
      EXPECT_EQ(Digest(Logits(**model, golden)), pinned.value(type, "")) << type << " " << variant;
    }
  }
}

TEST(ExactBits, ArePinnedForTheArithmeticThatPlansAreSealedWith) {
  EXPECT_EQ(Pinned()["arithmetic"], kArithmetic);
  EXPECT_EQ(Pinned()["digests"].size(), std::size(kFamilies));
}

INSTANTIATE_TEST_SUITE_P(Families, ExactBits, testing::ValuesIn(kFamilies),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace model_core
