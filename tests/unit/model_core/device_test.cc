// Forward passes on a device apart, loaded as a module: the bits of the CPU, though its memory
// cannot be touched and its operations run late.
#include "model_core/device/device.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model_core/cpu/cpu_device.h"
#include "model_core/engine.h"
#include "model_core/transformer/transformer.h"
#include "tests/fakes/device/apart_device.h"
#include "tests/unit/model_core/golden.h"

namespace model_core {
namespace {

using testing::HasSubstr;

std::string ModulePath(const std::string& name) {
  return base::StrCat(MARU_BINARY_DIR, "/tests/device_", name, ".so");
}

const Device& Apart() {
  static const std::unique_ptr<Device> device = *OpenDevice(ModulePath("apart"));
  return *device;
}

const Device& Cpu() { return CpuDevice(*FindKernels("")); }

std::unique_ptr<Transformer> Load(const std::string& family, const Device& device,
                                  const std::string& weights = "") {
  LoadOptions options;
  options.precision = *ParsePrecision(weights);
  options.keep_packed = false;
  auto model = Transformer::Load(GoldenDirectory(family), device, options);
  if (!model.ok()) ADD_FAILURE() << model.status();
  return *std::move(model);
}

struct Seen {
  std::vector<float> logits;
  Trace trace;
};

// Of a prompt in chunks: the logits of every position, and what the last pass looked like inside.
Seen RunPrompt(const Transformer& model, Dtype kept, std::span<const int32_t> tokens,
               size_t chunk) {
  TeamOfOne team;
  Sequence sequence(model.device(), model.config(), team.size(), kept);
  EXPECT_TRUE(sequence.Reserve(tokens.size()).ok());
  const size_t vocabulary = model.config().vocabulary;
  Seen seen;
  std::vector<float> logits(vocabulary);
  for (size_t at = 0; at < tokens.size(); at += chunk) {
    const size_t count = std::min(chunk, tokens.size() - at);
    model.Forward(tokens.subspan(at, count), sequence, team, &seen.trace);
    for (size_t row = 0; row < count; ++row) {
      model.Logits(sequence, row, {}, team, logits);
      seen.logits.insert(seen.logits.end(), logits.begin(), logits.end());
    }
  }
  return seen;
}

class OnADeviceApart : public testing::TestWithParam<const char*> {
 protected:
  void ExpectTheBitsOfTheCpu(const std::string& weights, Dtype kept) {
    const auto here = Load(GetParam(), Cpu(), weights), there = Load(GetParam(), Apart(), weights);
    const auto tokens = Golden(GetParam()).Ids("p1.input_ids");
    for (const size_t chunk : {size_t{1}, size_t{7}, kPrefillTokensMax}) {
      const Seen wanted = RunPrompt(*here, kept, tokens, chunk),
                 got = RunPrompt(*there, kept, tokens, chunk);
      EXPECT_EQ(got.logits, wanted.logits) << weights << " in chunks of " << chunk;
      EXPECT_EQ(got.trace.hidden, wanted.trace.hidden);
      EXPECT_EQ(got.trace.experts, wanted.trace.experts);
      EXPECT_EQ(got.trace.expert_weights, wanted.trace.expert_weights);
    }
  }
};

TEST_P(OnADeviceApart, AModelAsStoredGivesTheBitsOfTheCpu) {
  ExpectTheBitsOfTheCpu("", Dtype::kF32);
}

TEST_P(OnADeviceApart, PackedWeightsAndKeptRowsGiveTheBitsOfTheCpu) {
  ExpectTheBitsOfTheCpu("q8", Dtype::kF16);
  ExpectTheBitsOfTheCpu("q4", Dtype::kQ8Rows);
}

TEST_P(OnADeviceApart, AnEngineChoosesTheSameTokens) {
  const auto prompt = Golden(GetParam()).Ids("p0.input_ids");
  std::vector<std::vector<int32_t>> answers;
  for (const std::string& device : {std::string(), ModulePath("apart")}) {
    EngineOptions options;
    options.threads = 2;
    options.team_work_min = 0;
    options.device = device;
    options.memory_bytes_max = size_t{64} << 20;
    const auto engine = MakeEngine(GoldenDirectory(GetParam()), options);
    ASSERT_TRUE(engine.ok()) << engine.status();
    GenerateRequest request;
    request.prompt = prompt;
    request.tokens_max = 24;
    const auto answer = (*engine)->Generate(request);
    ASSERT_TRUE(answer.ok()) << answer.status();
    answers.push_back(answer->tokens);
  }
  EXPECT_EQ(answers[0], answers[1]);
}

INSTANTIATE_TEST_SUITE_P(Families, OnADeviceApart,
                         testing::Values("exaone4", "k_exaone", "ax_k1", "hyperclova_x", "vaetki",
                                         "solar_open"));

TEST(OnADeviceApartDeathTest, ItsMemoryCannotBeTouched) {
  Memory& memory = Apart().memory();
  uint8_t* taken = memory.Take(4096);
  const int32_t in = 7;
  int32_t out = 0;
  memory.Upload(taken, &in, sizeof(in));
  memory.Download(&out, taken, sizeof(out));
  EXPECT_EQ(out, in);
  EXPECT_DEATH(*static_cast<volatile uint8_t*>(taken) = 1, "");
  memory.Give(taken, 4096);
}

TEST(OpenDevice, SaysWhyAModuleCannotBeUsed) {
  const auto error = [](const std::string& path) {
    return std::string(OpenDevice(path).status().message());
  };
  EXPECT_EQ(OpenDevice("/no/such/module.so").status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(error("/no/such/module.so"), HasSubstr("no device module at '/no/such/module.so'"));
  EXPECT_THAT(error(GoldenDirectory("k_exaone") + "/config.json"), HasSubstr("cannot be used"));
  EXPECT_THAT(error(ModulePath("other_interface")),
              HasSubstr(base::StrCat("it speaks interface ", kDeviceInterface + 1)));
  EXPECT_THAT(error(ModulePath("absent")), HasSubstr("no such device in this machine"));
  EngineOptions options;
  options.device = "/no/such/module.so";
  EXPECT_EQ(MakeEngine(GoldenDirectory("k_exaone"), options).status().code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace model_core
