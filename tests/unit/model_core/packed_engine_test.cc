// Engines and reports of models with packed weights.
#include <gmock/gmock.h>
#include <unistd.h>

#include "model_core/engine.h"
#include "model_core/model_report.h"
#include "tests/unit/model_core/model_folder.h"

namespace model_core {
namespace {

using testing::HasSubstr;

std::vector<int32_t> Tokens(Engine& engine) {
  GenerateRequest request;
  request.prompt = {3, 14, 15, 92, 65};
  request.tokens_max = 12;
  const auto result = engine.Generate(request);
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? result->tokens : std::vector<int32_t>();
}

TEST(PackedEngine, GeneratesTheSameWithAnyKernelsThreadsAndStart) {
  const ModelFolder folder("solar_open");
  for (const char* weights : {"q8", "q4"}) {
    EngineOptions options;
    options.weights = weights;
    const auto first = MakeEngine(folder.path(), options);
    ASSERT_TRUE(first.ok()) << first.status();
    const std::vector<int32_t> wanted = Tokens(**first);
    EXPECT_EQ(wanted.size(), 12U);
    EXPECT_TRUE(std::filesystem::exists(folder.path() + "/packed-" + weights + ".maru"));
    for (const char* kernels : {"scalar", "", ""}) {
      options.kernels = kernels;
      options.threads += 1;
      options.team_work_min = 0;
      const auto other = MakeEngine(folder.path(), options);
      ASSERT_TRUE(other.ok()) << other.status();
      EXPECT_EQ(Tokens(**other), wanted);
      EXPECT_EQ((*other)->weights_sha256(), (*first)->weights_sha256());
    }
  }
}

TEST(PackedEngine, RefusesUnknownWeights) {
  EngineOptions options;
  options.weights = "q3";
  const auto engine = MakeEngine(GoldenDirectory("k_exaone"), options);
  EXPECT_EQ(engine.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(engine.status().message()), HasSubstr("'q3'"));
}

TEST(CheckModel, HoldsPackedWeightsToLimitsOfTheirOwn) {
  const std::string folder = GoldenDirectory("hyperclova_x");
  const std::string golden = folder + "/golden.json";
  const auto q8 = CheckModel(folder, golden, "q8"), q4 = CheckModel(folder, golden, "q4");
  ASSERT_TRUE(q8.ok() && q4.ok()) << q8.status() << q4.status();
  EXPECT_TRUE(q8->at("ok").get<bool>()) << q8->dump();
  EXPECT_EQ(q8->at("nmse_max").get<double>(), 1e-3);
  EXPECT_TRUE(q4->at("ok").get<bool>()) << q4->dump();
  EXPECT_EQ(q4->at("nmse_max").get<double>(), 2e-2);
  EXPECT_GT(q4->at("prompts")[0].at("nmse").get<double>(), 1e-3);
  EXPECT_FALSE(std::filesystem::exists(folder + "/packed-q8.maru"));
  EXPECT_FALSE(CheckModel(folder, golden, "q3").ok());
}

}  // namespace
}  // namespace model_core
