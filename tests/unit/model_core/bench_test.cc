// What a bench says: bytes and operations counted by hand, made-up weights that load as any model,
// the form of the report, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "model_core/bench/bench_plan.h"
#include "model_core/bench/bench_stream.h"
#include "model_core/bench/made_weights.h"
#include "model_core/bench/peak_loops.h"
#include "model_core/bench/roof.h"
#include "model_core/bench/shapes.h"
#include "model_core/cpu/cpu_device.h"
#include "model_core/engine/counter_random.h"
#include "model_core/model_bench.h"
#include "model_core/transformer/config_source.h"
#include "model_core/transformer/parameters.h"
#include "tests/unit/model_core/golden.h"

namespace model_core {
namespace {

using testing::HasSubstr;

constexpr const char* kFamilies[] = {"k_exaone", "ax_k1",      "hyperclova_x",
                                     "vaetki",   "solar_open", "exaone4"};

// 81,920 weights are multiplied by: 30,720 a layer, 24,576 of all in gate and up, and a head of
// 20,480. One layer sees all tokens, one eight.
ModelConfig Dense() {
  ModelConfig config;
  config.family = "exaone4";
  config.vocabulary = 320;
  config.hidden = 64;
  config.heads = 4;
  config.kv_heads = 2;
  config.head_dim = 16;
  config.ffn = 96;
  config.layers.resize(2);
  config.layers[1].window = 8;
  return config;
}

// A layer: attention 12,288 weights, router 512, each of 8 experts and the shared one 6,144.
ModelConfig Mixture() {
  ModelConfig config = Dense();
  config.router.experts = 8;
  config.router.per_token = 2;
  config.router.expert_ffn = config.router.shared_ffn = 32;
  for (LayerConfig& layer : config.layers) layer.moe = true;
  return config;
}

// One layer: 11,776 weights around the latent, 4,096 in kv_b, 18,432 in the feed-forward.
ModelConfig Latent() {
  ModelConfig config = Dense();
  config.latent = {32, 32, 16, 8, 16};
  config.layers.resize(1);
  return config;
}

TEST(WorkFormula, CountsTheBytesAndOperationsOfADenseModel) {
  const WorkFormula bf16(Dense(), Precision::kStored, Dtype::kBf16);
  EXPECT_EQ(bf16.kept_bytes(), 2U * (81'920 + 20'480));
  const Work first = bf16.Of(0, 1, 1);
  EXPECT_EQ(first.bytes, 2 * 81'920);
  EXPECT_EQ(first.weight_ops, 2 * 81'920);
  EXPECT_EQ(first.attention_ops, 2 * 256);  // 2 · 4 heads · (16 + 16) in each layer
  const Work later = bf16.Of(100, 1, 1);
  EXPECT_EQ(later.bytes, 2 * 81'920 + (100 + 7) * 256);  // 2 heads · 32 floats a token
  EXPECT_EQ(later.attention_ops, (101 + 8) * 256);
  const Work three = bf16.Of(0, 3, 1);
  EXPECT_EQ(three.bytes, 2 * 81'920);
  EXPECT_EQ(three.ops(), 2 * (3 * 61'440 + 20'480) + 2 * (1 + 2 + 3) * 256);
  EXPECT_EQ(bf16.Of(0, 3, 0).weight_ops, 2 * 3 * 61'440);
}

TEST(WorkFormula, CountsPackedWeightsAsTheyArePacked) {
  const WorkFormula q8(Dense(), Precision::kQ8, Dtype::kBf16);  // 8.5 bits a weight
  EXPECT_EQ(q8.Of(0, 1, 1).bytes, 81'920 * 1.0625);
  EXPECT_EQ(q8.anew_bytes(), 87'040U);
  EXPECT_EQ(q8.kept_bytes(), 87'040U + 2 * 20'480);
  const WorkFormula q4(Dense(), Precision::kQ4, Dtype::kBf16);  // gate and up in 5 bits
  EXPECT_EQ(q4.Of(0, 1, 1).bytes, 24'576 * 0.625 + 57'344 * 1.0625);
}

TEST(WorkFormula, CountsAsManyExpertsAsTheTokensMayChoose) {
  const WorkFormula bf16(Mixture(), Precision::kStored, Dtype::kBf16);
  const auto bytes = [](double experts) {  // the router is f32
    return 2 * (2 * (12'288 + 6'144) + 4 * 512 + 2 * experts * 6'144) + 2 * 20'480;
  };
  EXPECT_EQ(bf16.Of(0, 1, 1).bytes, bytes(2));
  EXPECT_EQ(bf16.Of(0, 3, 1).bytes, bytes(6));
  EXPECT_EQ(bf16.Of(0, 100, 1).bytes, bytes(8));
  EXPECT_EQ(bf16.Of(0, 100, 0).weight_ops, 100 * 2 * 2 * (12'288 + 512 + 3 * 6'144));
  const WorkFormula q4(Mixture(), Precision::kQ4, Dtype::kBf16);  // experts in 5 bits
  EXPECT_EQ(q4.Of(0, 1, 1).bytes,
            2 * (18'432 * 1.0625 + 4 * 512 + 2 * 6'144 * 0.625) + 20'480 * 1.0625);
}

TEST(WorkFormula, CountsLatentAttentionInItsAbsorbedForm) {
  const WorkFormula bf16(Latent(), Precision::kStored, Dtype::kBf16);
  const Work work = bf16.Of(10, 1, 1);  // kv_b is made anew as f32; a token keeps 40 floats
  EXPECT_EQ(work.bytes, 2 * (11'776 + 18'432 + 20'480) + 4 * 4'096 + 10 * 160);
  EXPECT_EQ(work.weight_ops, 2 * (11'776 + 4'096 + 18'432 + 20'480));
  EXPECT_EQ(work.attention_ops, 2 * 4 * (40 + 32) * 11);
  // By head [32, 16] and [16, 32]; the 40 rows of kv_a fill three bands of 16.
  const WorkFormula q8(Latent(), Precision::kQ8, Dtype::kBf16);
  EXPECT_EQ(q8.Of(0, 1, 1).bytes, (11'776 + 8 * 64 + 18'432 + 20'480) * 1.0625 + 4 * (1'088 + 544));
}

ModelConfig ConfigOf(const std::string& shape) { return *ParseModelConfig(*ShapeConfig(shape)); }

// 0.838 GOP a token of a prompt, routers aside, and 518.5 MB a decoded token in 8.5 bits: as
// counted elsewhere.
TEST(WorkFormula, AgreesWithWhatIsKnownOfTheMiniature) {
  const WorkFormula q8(ConfigOf("k-exaone-mini"), Precision::kQ8, Dtype::kBf16);
  const double routers = 7 * 2.0 * 64 * 2'048;
  EXPECT_NEAR(q8.Of(0, 1, 0).weight_ops - routers, 0.838e9, 0.001e9);
  EXPECT_NEAR(q8.Of(0, 1, 1).bytes, 518.5e6, 2.6e6);
}

TEST(Shapes, AreOneOfEachFamilyAndFitTheDefaultLimit) {
  std::vector<std::string> families;
  for (const std::string& shape : BenchShapes()) {
    BenchOptions options;
    options.shape = shape;
    options.memory_bytes_max = size_t{8} << 30;
    const auto plan = MakeBenchPlan(options);
    ASSERT_TRUE(plan.ok()) << shape << ": " << plan.status();
    families.push_back(plan->config.family);
    EXPECT_TRUE(plan->left_out.empty());
  }
  EXPECT_THAT(families, testing::UnorderedElementsAre("exaone_moe", "axk1", "hyperclovax", "vaetki",
                                                      "solar_open", "exaone4"));
}

TEST(Inventory, HoldsAsManyParametersAsTheConfigDescribes) {
  for (const std::string& shape : BenchShapes()) {
    const ModelConfig config = ConfigOf(shape);
    size_t parameters = 0;
    for (const ModelTensor& tensor : ListTensors(config))
      parameters += tensor.rows * std::max<size_t>(tensor.cols, 1);
    EXPECT_EQ(parameters, CountParameters(config).total) << shape;
  }
}

TEST(MadeWeights, AreTheSameForTheSameSeed) {
  const auto make = [](uint64_t seed) { return *MadeWeights::Make(Dense(), true, seed); };
  const MadeWeights one = make(1), same = make(1), other = make(2);
  const auto bytes = [](const MadeWeights& made) {
    const auto data = made.tensors().at("lm_head.weight").data;
    return std::vector<uint8_t>(data.begin(), data.end());
  };
  EXPECT_EQ(bytes(one), bytes(same));
  EXPECT_NE(bytes(one), bytes(other));
}

class MadeModels : public testing::TestWithParam<const char*> {};

TEST_P(MadeModels, LoadAtEveryTypeAndRunWithoutOverflow) {
  const ModelConfig config = *ParseModelConfig(ReadConfig(GoldenDirectory(GetParam()))->json);
  TeamOfOne team;
  for (const Precision precision : {Precision::kStored, Precision::kQ8, Precision::kQ4}) {
    const bool apart = precision == Precision::kStored;
    const auto weights = MadeWeights::Make(config, apart, 1);
    ASSERT_TRUE(weights.ok()) << weights.status();
    const auto model = Transformer::FromWeights(config, WeightFiles::Of(weights->tensors()),
                                                CpuDevice(*FindKernels("")), precision);
    ASSERT_TRUE(model.ok()) << model.status();
    Sequence sequence((*model)->device(), config, 1);
    EXPECT_TRUE(sequence.Reserve(64).ok());
    const std::vector<int32_t> tokens(40, 7);
    std::vector<float> logits(config.vocabulary);
    (*model)->Forward(tokens, sequence, team);
    (*model)->Logits(sequence, tokens.size() - 1, {}, team, logits);
    double square = 0;
    for (float logit : logits) square += static_cast<double>(logit) * logit;
    EXPECT_TRUE(std::isfinite(square));
    EXPECT_GT(square, 0);
  }
}

TEST_P(MadeModels, AreMeasuredAtADepthThatNobodyComputed) {
  const ModelConfig config = *ParseModelConfig(ReadConfig(GoldenDirectory(GetParam()))->json);
  const auto weights = MadeWeights::Make(config, true, 1);
  const auto model = Transformer::FromWeights(config, WeightFiles::Of(weights->tensors()),
                                              CpuDevice(*FindKernels("")), Precision::kStored);
  ASSERT_TRUE(model.ok()) << model.status();
  const WorkFormula formula(config, Precision::kStored, Dtype::kBf16);
  TeamOfOne team;
  BenchStream stream(**model, formula, team, 64, 300);
  ASSERT_TRUE(stream.Reserve().ok());
  stream.Begin(200);
  const Sample deep = stream.Decode(3, 60);
  EXPECT_EQ(deep.tokens, 3U);
  EXPECT_GT(deep.seconds, 0);
  double bytes = 0;
  for (size_t past : {200, 201, 202}) bytes += formula.Of(past, 1, 1).bytes;
  EXPECT_EQ(deep.work.bytes, bytes);
  stream.Begin(0);
  const Sample prompt = stream.Prefill(100, 60);
  EXPECT_EQ(prompt.tokens, 100U);
  EXPECT_EQ(prompt.work.ops(), formula.Of(0, 100, 1).ops());
  stream.Begin(0);
  EXPECT_EQ(stream.Prefill(100, 0).tokens, 64U);  // no second pass begins
}

INSTANTIATE_TEST_SUITE_P(Families, MadeModels, testing::ValuesIn(kFamilies),
                         [](const auto& info) { return std::string(info.param); });

TEST(Roof, IsTheLongerOfReadingAndComputing) {
  const Roof roof{10e9, 1000e9, 100e9};
  const Work decode{20e9, 100e9, 10e9};
  EXPECT_DOUBLE_EQ(roof.LeastSeconds(decode, /*packed=*/true), 2);
  EXPECT_EQ(roof.BoundOf(decode, true), Bound::kMemory);
  const Work prefill{1e9, 500e9, 20e9};
  EXPECT_DOUBLE_EQ(roof.LeastSeconds(prefill, true), 0.5 + 0.2);
  EXPECT_DOUBLE_EQ(roof.LeastSeconds(prefill, /*packed=*/false), 5 + 0.2);
  EXPECT_EQ(roof.BoundOf(prefill, true), Bound::kInt8);
  EXPECT_EQ(roof.BoundOf(prefill, false), Bound::kF32);
  EXPECT_EQ(roof.BoundOf({1e9, 1e9, 30e9}, true), Bound::kF32);  // attention, deep in a sequence
}

TEST(Roof, IsTheMiddleOfSeveralFigureByFigure) {
  const Roof middle = MedianRoof({{3, 10, 5}, {1, 30, 6}, {2, 20, 4}, {9, 40, 9}});
  EXPECT_EQ(middle.read_bytes_s, 2);
  EXPECT_EQ(middle.int8_ops_s, 20);
  EXPECT_EQ(middle.f32_ops_s, 5);
}

TEST(PeakLoops, ReadEveryByte) {
  std::vector<const PeakLoops*> variants = {&PlainPeakLoops()};
  if (FindKernels("avx2") != nullptr) variants.push_back(&Avx2PeakLoops());
  if (FindKernels("avx512") != nullptr) variants.push_back(&Avx512PeakLoops());
  if (FindKernels("avx512vnni") != nullptr) variants.push_back(&Avx512VnniPeakLoops());
  struct alignas(64) {
    uint64_t words[3 * kReadUnit / sizeof(uint64_t)];
  } data;
  uint64_t sum = 0;
  for (size_t i = 0; i < std::size(data.words); ++i) {
    data.words[i] = Philox({static_cast<uint32_t>(i), 0, 0, 0}, {1, 0})[0];
    sum += data.words[i];
  }
  for (const PeakLoops* loops : variants)
    EXPECT_EQ(loops->read(reinterpret_cast<const uint8_t*>(data.words), sizeof(data.words)), sum);
}

BenchOptions Golden(const char* family) {
  BenchOptions options;
  options.model = GoldenDirectory(family);
  options.prefill = {32};
  options.depths = {0, 100};
  options.decode_tokens = 4;
  options.threads = 1;
  options.roof_bytes = size_t{1} << 20;
  return options;
}

TEST(BenchModel, ReportsRatesThatAgreeWithEachOther) {
  BenchOptions options = Golden("k_exaone");
  options.depths.push_back(32'768);  // the context is 4,096
  std::vector<std::string> said;
  const auto report = BenchModel(options, [&](const std::string& what) { said.push_back(what); });
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ((*report)["family"], "exaone_moe");
  EXPECT_EQ((*report)["left_out"], base::Json::array({"depth 32768"}));
  EXPECT_EQ(said.size(), 1 + 3 * 4 + 1U);
  EXPECT_EQ(said.back(), "attention 100");
  ASSERT_EQ((*report)["lines"].size(), 3 * 3U);
  const auto number = [](const base::Json& json, const char* key) {
    return json.at(key).get<double>();
  };
  for (const base::Json& line : (*report)["lines"]) {
    const double tokens_s = number(line, "tokens_s");
    EXPECT_GT(tokens_s, 0) << line;
    EXPECT_LE(number(line, "tokens_s_least"), tokens_s);
    EXPECT_GE(number(line, "tokens_s_most"), tokens_s);
    EXPECT_NEAR(number(line, "gb_s"), number(line, "bytes_per_token") * tokens_s / 1e9,
                1e-6 * number(line, "gb_s"));
    EXPECT_NEAR(number(line, "gop_s"), number(line, "ops_per_token") * tokens_s / 1e9,
                1e-6 * number(line, "gop_s"));
    EXPECT_GT(number(line, "roofline"), 0) << line;
    EXPECT_GT(number(line["machine"], "int8_gop_s"), 0) << line;
  }
  EXPECT_GT(number((*report)["machine"], "read_gb_s"), 0);
  EXPECT_EQ((*report)["lines"][0]["tokens"], 32);
  EXPECT_EQ((*report)["lines"][2]["depth"], 100);
}

TEST(BenchModel, MeasuresADeviceWhoseMemoryIsNotTheHosts) {
  BenchOptions options = Golden("k_exaone");
  options.device = MARU_BINARY_DIR "/tests/device_apart.so";
  options.types = {"q8"};
  options.repeats = 1;
  const auto report = BenchModel(options);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT((*report)["device"].get<std::string>(), HasSubstr("apart"));
  ASSERT_EQ((*report)["lines"].size(), 3U);
  for (const base::Json& line : (*report)["lines"]) EXPECT_GT(line["tokens_s"].get<double>(), 0);
  options.device = "/nowhere/device.so";
  EXPECT_EQ(BenchModel(options).status().code(), absl::StatusCode::kNotFound);
}

TEST(BenchModel, HoldsAgainstTheHostsMemoryOnlyWhatLiesThere) {
  BenchOptions options = Golden("k_exaone");
  options.depths = {1'000};
  const auto needed = [&](const char* type, const std::string& device) {
    options.types = {type};
    options.device = device;
    const auto plan = MakeBenchPlan(options);
    EXPECT_TRUE(plan.ok()) << plan.status();
    return plan.ok() ? plan->memory_bytes : 0;
  };
  const std::string apart = MARU_BINARY_DIR "/tests/device_apart.so";
  EXPECT_LT(needed("bf16", apart), needed("q8", apart)) << "packed weights are made on the host";
  const size_t all = needed("q8", ""), least = needed("q8", apart);
  EXPECT_LT(least, all);
  options.memory_bytes_max = least;
  needed("q8", apart);
  options.device = "";
  EXPECT_EQ(MakeBenchPlan(options).status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(BenchModel, ComparesARepetitionWithTheMachineOfItsOwnMoment) {
  BenchOptions options = Golden("k_exaone");
  options.types = {"bf16"};
  options.prefill = {};
  options.depths = {0};
  options.repeats = 1;
  const auto report = BenchModel(options);
  ASSERT_TRUE(report.ok()) << report.status();
  const base::Json& line = (*report)["lines"][0];
  const double least =
      std::max(line["gb_s"].get<double>() / line["machine"]["read_gb_s"].get<double>(),
               line["gop_s"].get<double>() / line["machine"]["f32_gop_s"].get<double>());
  EXPECT_NEAR(line["roofline"].get<double>(), least, 1e-9 * least);
}

// Of the golden K-EXAONE four layers see 16 tokens and one sees all; 2 heads of 16, in halves. In
// the last of three repetitions of four tokens, after two to warm up, tokens 10 to 13 see 11.5
// before them on average where nothing lies deep, and 15 in the window where something does.
TEST(BenchModel, SaysWhatWindowsSaveBesideATwinThatSeesAll) {
  BenchOptions options = Golden("k_exaone");
  options.types = {"q8"};
  options.prefill = {};
  options.depths = {1'000};
  const auto report = BenchModel(options);
  ASSERT_TRUE(report.ok()) << report.status();
  ASSERT_EQ((*report)["attention"].size(), 1U);
  const base::Json& line = (*report)["attention"][0];
  EXPECT_EQ((*report)["kv"], "f16");
  EXPECT_EQ(line["depth"], 1'000);
  EXPECT_EQ(line.contains("roofline"), line["seconds"].get<double>() > 0);
  const base::Json& twin = line["full_twin"];
  const double token = 2 * 2 * 16 * 2;
  EXPECT_NEAR(line["kv_bytes"].get<double>(), (1'000 + 4 * 3.5) * token, 1e-6);
  EXPECT_NEAR(twin["kv_bytes"].get<double>(), 5 * 1'000 * token, 1e-6);
  EXPECT_NEAR(twin["saved_bytes"].get<double>(),
              1 - line["kv_bytes"].get<double>() / twin["kv_bytes"].get<double>(), 1e-9);
}

// 4 heads share a latent of 40 numbers in halves: 80 bytes, 2 · 4 · (40 + 32) operations or more.
TEST(BenchModel, HoldsAttentionAgainstTheRoofThatBinds) {
  BenchOptions options = Golden("ax_k1");
  options.types = {"q8"};
  options.prefill = {};
  options.depths = {3'000};
  options.repeats = 1;
  const auto report = BenchModel(options);
  ASSERT_TRUE(report.ok()) << report.status();
  const base::Json& line = (*report)["attention"][0];
  if (line["seconds"].get<double>() <= 0) GTEST_SKIP() << "lost in the machine's noise";
  const base::Json& machine = line["machine"];
  const auto of = [](const base::Json& rate, const base::Json& peak) {
    return rate.get<double>() / peak.get<double>();
  };
  const double memory = of(line["gb_s"], machine["read_gb_s"]);
  const double products = of(line["gop_s"], machine["f32_gop_s"]);
  EXPECT_NEAR(line["share"].get<double>(), memory, 1e-9 * memory);
  EXPECT_NEAR(line["roofline"].get<double>(), std::max(memory, products),
              1e-9 * std::max(memory, products));
  EXPECT_EQ(line["bound"], memory >= products ? "memory" : "f32");
  EXPECT_NEAR(of(line["gop_s"], line["gb_s"]), of(line["ops"], line["kv_bytes"]), 1e-6);
}

TEST(BenchModel, NamesTheTypeThatWeightsAreMultipliedAs) {
  const auto plan = MakeBenchPlan(Golden("k_exaone"));
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_EQ(plan->types.size(), 3U);
  EXPECT_EQ(plan->types[0].name, plan->stored == Dtype::kBf16 ? "bf16" : "f32");
  EXPECT_EQ(plan->types[2].precision, Precision::kQ4);
}

template <typename Change>
absl::Status Refusal(const Change& change) {
  BenchOptions options;
  options.shape = "k-exaone-mini";
  change(options);
  return BenchModel(options).status();
}

TEST(BenchModel, RefusesWhatItCannotMeasureByName) {
  const auto expect = [](const absl::Status& status, const char* what) {
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(what));
  };
  expect(Refusal([](BenchOptions& o) { o.shape = "no-such"; }), "shape 'no-such'");
  expect(Refusal([](BenchOptions& o) { o.shape = ""; }), "one of them");
  expect(Refusal([](BenchOptions& o) { o.model = "/tmp"; }), "one of them");
  expect(Refusal([](BenchOptions& o) { o.types = {"q3"}; }), "type 'q3'");
  expect(Refusal([](BenchOptions& o) { o.types = {""}; }), "type ''");
  expect(Refusal([](BenchOptions& o) { o.types = {}; }), "nothing");
  expect(Refusal([](BenchOptions& o) { o.prefill = {0}; }), "prefill is 0");
  expect(Refusal([](BenchOptions& o) { o.depths = {2'000'000}; }), "depth is 2000000");
  expect(Refusal([](BenchOptions& o) { o.repeats = 0; }), "repeat is 0");
  expect(Refusal([](BenchOptions& o) { o.kernels = "mmx"; }), "kernels 'mmx'");
  expect(Refusal([](BenchOptions& o) { o.kv = "f8"; }), "kv 'f8'");
  expect(Refusal([](BenchOptions& o) { o.seconds_max = 0; }), "seconds is 0");
  expect(Refusal([](BenchOptions& o) { o.threads = 5'000; }), "threads is 5000");
}

TEST(BenchModel, RefusesWhatNeedsMoreMemoryThanTheLimitWithBothFigures) {
  const absl::Status status = Refusal([](BenchOptions& o) { o.memory_bytes_max = 3'000'000'000; });
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(status.message()), HasSubstr("limit 3000000000"));
  BenchOptions q8;
  q8.shape = "k-exaone-mini";
  q8.types = {"q8"};
  q8.memory_bytes_max = 5'000'000'000;
  EXPECT_TRUE(MakeBenchPlan(q8).ok()) << MakeBenchPlan(q8).status();
}

}  // namespace
}  // namespace model_core
