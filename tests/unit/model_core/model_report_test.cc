#include "model_core/model_report.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstring>

#include "model_core/arithmetic.h"
#include "tests/fakes/whole_korean.h"
#include "tests/unit/model_core/model_folder.h"
#include "tests/unit/model_core/model_weights.h"

namespace model_core {
namespace {

using base::Json;
using testing::HasSubstr;

TEST(CheckModel, AgreesWithTheReferenceForEveryFamily) {
  for (const char* family : {"exaone4", "k_exaone", "k_exaone_fp8", "k_exaone_fp8_channel", "ax_k1",
                             "ax_k1_nobias", "hyperclova_x", "vaetki", "solar_open"}) {
    const auto report =
        CheckModel(GoldenDirectory(family), GoldenDirectory(family) + "/golden.json");
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_TRUE(report->at("ok").get<bool>()) << report->dump();
    ASSERT_EQ(report->at("prompts").size(), 3U);
    for (const Json& prompt : report->at("prompts")) {
      EXPECT_LE(prompt.at("nmse").get<double>(), kNmseMax);
      EXPECT_EQ(prompt.at("greedy_matched"), 24);
      EXPECT_TRUE(prompt.at("greedy_match").get<bool>());
    }
    const bool told = Golden(family).Has("p0.router.2.experts");
    EXPECT_EQ(report->at("prompts")[0].contains("experts_match"), told) << family;
    EXPECT_TRUE(report->at("prompts")[0].value("experts_match", true)) << family;
    EXPECT_FALSE(report->at("prompts")[1].contains("experts_match"));  // no reference tells of them
  }
}

// The logits and tokens of such a model may still agree.
TEST(CheckModel, IsNotContentWhenARouterChoosesOtherExperts) {
  const ModelFolder folder("k_exaone");
  const std::string file = folder.Read("golden.safetensors");
  uint64_t size = 0;
  std::memcpy(&size, file.data(), sizeof(size));
  const Json header = *base::ParseJson(file.substr(8, size), "header");
  const size_t at = header.at("p0.router.2.experts").at("data_offsets")[0].get<size_t>();
  std::string data = file.substr(8 + size);
  data[at] = static_cast<char>(data[at] == 0 ? 1 : data[at] - 1);  // of the first token
  folder.Write("golden.safetensors", ModelFolder::Safetensors(header.dump(), data));
  const auto report = CheckModel(folder.path(), folder.path() + "/golden.json");
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_FALSE(report->at("prompts")[0].at("experts_match").get<bool>());
  EXPECT_TRUE(report->at("prompts")[0].at("greedy_match").get<bool>());
  EXPECT_FALSE(report->at("ok").get<bool>());
}

TEST(CheckModel, SaysSoWhenTheModelComputesSomethingElse) {
  const ModelFolder folder("k_exaone");
  folder.EditConfig([](Json& config) { config["rope_theta"] = 10000; });
  const auto report = CheckModel(folder.path(), folder.path() + "/golden.json");
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_FALSE(report->at("ok").get<bool>());
  EXPECT_GT(report->at("prompts")[1].at("nmse").get<double>(), 0.1);
}

TEST(CheckModel, RefusesAReferenceOfAnotherModel) {
  EXPECT_FALSE(
      CheckModel(GoldenDirectory("k_exaone"), GoldenDirectory("ax_k1") + "/golden.json").ok());
  EXPECT_EQ(CheckModel(GoldenDirectory("k_exaone"), "/nonexistent/golden.json").status().code(),
            absl::StatusCode::kNotFound);
}

TEST(DescribeModel, TellsLayersParametersAndMemory) {
  const auto report = DescribeModel(GoldenDirectory("k_exaone"));
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(report->at("supported").get<bool>());
  EXPECT_EQ(report->at("arithmetic"), kArithmetic);
  EXPECT_EQ(report->at("family"), "exaone_moe");
  const Json layers = {{"count", 5},
                       {"dense", 1},
                       {"moe", 4},
                       {"full", 1},
                       {"window", 4},
                       {"window_tokens", 16},
                       {"attention", "grouped"}};
  EXPECT_EQ(report->at("layers"), layers);
  // One full layer and four rings of 3 × 8 rows, 2 heads of 16 lanes, keys and values, 4 bytes
  // each.
  const Json& kv = report->at("memory").at("kv_bytes");
  EXPECT_EQ(kv.at("f32").at("4096"), (4096 + 4 * 24) * 2 * 16 * 2 * 4);
  EXPECT_EQ(kv.at("f16").at("4096"), (4096 + 4 * 24) * 2 * 16 * 2 * 2);
  EXPECT_EQ(kv.at("q8").at("4096"), (4096 + 4 * 24) * 2 * 2 * 34);  // a group a head
  EXPECT_EQ(report->at("memory").at("weights_bytes"),
            std::filesystem::file_size(GoldenDirectory("k_exaone") + "/model.safetensors"));
  const Json& machine = report->at("memory").at("machine");
  EXPECT_GT(machine.at("for_requests_bytes").get<size_t>(), 0U);
  EXPECT_LT(machine.at("for_requests_bytes"), machine.at("available_bytes"));
  EXPECT_GT(report->at("parameters").at("total").get<size_t>(),
            report->at("parameters").at("active").get<size_t>());
  // Attention, a dense feed-forward, the join, five norms and two of queries and keys; three pages.
  const Json drafts = {
      {"layers", 1},
      {"window_tokens", 16},
      {"parameters", 2 * 64 * (96 + 32) + 3 * 64 * 112 + 2 * 64 * 64 + 5 * 64 + 32},
      {"kv_bytes", 3 * 32 * 2 * 16 * 2 * 4}};
  EXPECT_EQ(report->at("drafts"), drafts);
  EXPECT_FALSE(DescribeModel(GoldenDirectory("solar_open"))->contains("drafts"));
}

TEST(DescribeModel, LatentsAreKeptOnceForAllHeads) {
  const auto report = DescribeModel(GoldenDirectory("ax_k1"));
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->at("layers").at("attention"), "latent");
  EXPECT_EQ(report->at("memory").at("kv_bytes").at("f32").at("32768"), 4 * 32768 * (32 + 8) * 4);
}

TEST(DescribeModel, SaysWhyAModelIsNotSupported) {
  const ModelFolder folder("vaetki");
  DropTensor(folder, "model.norm.weight");
  const auto damaged = DescribeModel(folder.path());
  ASSERT_TRUE(damaged.ok()) << damaged.status();
  EXPECT_FALSE(damaged->at("supported").get<bool>());
  EXPECT_THAT(damaged->at("reason").get<std::string>(), HasSubstr("model.norm.weight"));
  folder.EditConfig([](Json& config) { config["model_type"] = "gpt9"; });
  const auto unknown = DescribeModel(folder.path());
  ASSERT_TRUE(unknown.ok()) << unknown.status();
  EXPECT_THAT(unknown->at("reason").get<std::string>(), HasSubstr("gpt9"));
  EXPECT_EQ(fakes::EnglishWordsIn(unknown->at("reason_ko").get<std::string>()), "");
  EXPECT_EQ(DescribeModel("/nonexistent").status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace model_core
