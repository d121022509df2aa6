// Models from GGUF files: the same numbers as from the folders that they were made of.
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "model_core/cpu/cpu_device.h"
#include "model_core/engine.h"
#include "model_core/model_report.h"
#include "model_core/transformer/config_source.h"
#include "model_core/transformer/transformer.h"
#include "tests/fakes/whole_korean.h"
#include "tests/unit/model_core/gguf_bytes.h"
#include "tests/unit/model_core/model_folder.h"

namespace model_core {
namespace {

using base::Json;
using testing::HasSubstr;

std::string Gguf(std::string_view name) {
  return base::StrCat(GoldenDirectory("gguf"), "/", name, ".gguf");
}

struct Parity {
  double nmse = 0;  // of the worst prompt
  bool greedy = true;
};

Parity Compare(const std::string& model, const std::string& golden) {
  const auto report = CheckModel(model, golden);
  if (!report.ok()) ADD_FAILURE() << report.status();
  Parity parity;
  if (!report.ok()) return parity;
  for (const Json& prompt : report->at("prompts")) {
    parity.nmse = std::max(parity.nmse, prompt.at("nmse").get<double>());
    parity.greedy &= prompt.at("greedy_match").get<bool>();
  }
  std::cout << std::filesystem::path(model).filename().string() << ": NMSE " << parity.nmse << '\n';
  return parity;
}

TEST(GgufModel, ComputesWhatTheFolderDoesWhereNothingIsRounded) {
  const std::string golden = GoldenDirectory("k_exaone") + "/golden.json";
  const Parity f32 = Compare(Gguf("k_exaone-f32"), golden);
  EXPECT_LE(f32.nmse, kNmseMax);
  EXPECT_TRUE(f32.greedy);
  const Parity folder = Compare(GoldenDirectory("k_exaone"), golden);
  EXPECT_EQ(f32.nmse, folder.nmse);  // to the bit: epsilon and theta as they were written, too
}

TEST(GgufModel, OfF16MatchesTheReference) {
  const Parity exaone = Compare(Gguf("k_exaone-f16"), GoldenDirectory("k_exaone") + "/golden.json");
  EXPECT_LE(exaone.nmse, kNmseMax);
  EXPECT_TRUE(exaone.greedy);
  const Parity solar =
      Compare(Gguf("solar_open-f16"), GoldenDirectory("solar_open") + "/golden.json");
  EXPECT_LE(solar.nmse, kNmseMax);
  EXPECT_TRUE(solar.greedy);
}

TEST(GgufModel, OfQ8StaysWithinTheBoundOfInt8WhereItIsDense) {
  const Parity dense = Compare(Gguf("exaone4-q8_0"), GoldenDirectory("exaone4") + "/golden.json");
  EXPECT_LE(dense.nmse, 1e-3);
  EXPECT_GT(dense.nmse, kNmseMax);  // it is q8 indeed
}

// The router of the tiny random model chooses by margins down to 1e-4; where rounding turns a
// choice over, a token counts in full. So far any int8 of this model is from the reference.
TEST(GgufModel, OfQ8MovesAMixtureByNoMoreThanOtherInt8Does) {
  const double nmse =
      Compare(Gguf("k_exaone-q8_0"), GoldenDirectory("k_exaone") + "/golden.json").nmse;
  EXPECT_LE(nmse, 5e-2);
  EXPECT_GT(nmse, 1e-2);  // the limit is not too wide
}

// Logits of every position, with every expert chosen.
std::vector<float> WithAllExperts(std::string_view gguf, const std::vector<int32_t>& tokens) {
  std::stringstream text;
  text << std::ifstream(Gguf(gguf), std::ios::binary).rdbuf();
  std::string bytes = text.str();
  const std::string key = "exaone-moe.expert_used_count";
  bytes.replace(bytes.find(key) + key.size() + sizeof(uint32_t), sizeof(uint32_t),
                Bytes<uint32_t>(8));
  const std::string path = base::StrCat(testing::TempDir(), "/", getpid(), "-all.gguf");
  std::ofstream(path, std::ios::binary) << bytes;
  const auto model = Transformer::Load(path, CpuDevice(*FindKernels("")));
  std::filesystem::remove(path);
  if (!model.ok()) ADD_FAILURE() << model.status();
  TeamOfOne team;
  Sequence sequence((*model)->device(), (*model)->config(), team.size());
  EXPECT_TRUE(sequence.Reserve(tokens.size()).ok());
  std::vector<float> all, logits((*model)->config().vocabulary);
  for (const int32_t token : tokens) {
    (*model)->Forward({&token, 1}, sequence, team);
    (*model)->Logits(sequence, 0, {}, team, logits);
    all.insert(all.end(), logits.begin(), logits.end());
  }
  return all;
}

TEST(GgufModel, OfQ8MovesAMixtureLittleWhereNoChoiceCanTurnOver) {
  const Golden golden("k_exaone");
  double worst = 0;
  for (const char* prompt : {"p0", "p1", "p2"}) {
    const std::vector<int32_t> tokens = golden.Ids(base::StrCat(prompt, ".input_ids"));
    worst = std::max(worst, Nmse(WithAllExperts("k_exaone-q8_0", tokens),
                                 WithAllExperts("k_exaone-f32", tokens)));
  }
  std::cout << "k_exaone-q8_0.gguf, all experts: NMSE " << worst << '\n';
  EXPECT_LE(worst, 2e-3);
  EXPECT_GT(worst, kNmseMax);
}

// The reference ran on the numbers that another implementation reads in the same file, where Q4_K,
// Q6_K, Q8_0, Q4_0 and F32 lie side by side; the rope is stored as divisors.
TEST(GgufModel, OfMixedTypesMatchesTheReferenceOnTheSameWeights) {
  const Parity mixed =
      Compare(Gguf("exaone4-mixed"), GoldenDirectory("gguf") + "/exaone4-mixed.golden.safetensors");
  EXPECT_LE(mixed.nmse, kNmseMax);
  EXPECT_TRUE(mixed.greedy);
}

TEST(GgufModel, SaysTheSameConfigAsItsFolder) {
  const std::pair<const char*, const char*> pairs[] = {
      {"k_exaone-f32", "k_exaone"}, {"solar_open-f16", "solar_open"}, {"exaone4-mixed", "exaone4"}};
  for (const auto& [gguf, folder] : pairs) {
    const auto source = ReadConfig(Gguf(gguf));
    ASSERT_TRUE(source.ok()) << source.status();
    const auto a = ParseModelConfig(source->json);
    const auto b = ParseModelConfig(ReadConfig(GoldenDirectory(folder))->json);
    ASSERT_TRUE(a.ok() && b.ok()) << a.status() << b.status();
    EXPECT_EQ(a->family, b->family);
    EXPECT_EQ(a->layers, b->layers);
    EXPECT_EQ(a->tied_head, b->tied_head);
    EXPECT_EQ(a->norm_epsilon, b->norm_epsilon);
    EXPECT_EQ(a->context_tokens_max, b->context_tokens_max);
    EXPECT_EQ(a->router.scale, b->router.scale);
    EXPECT_EQ(a->eos.front(), b->eos.front());
    ASSERT_EQ(a->ropes.size(), b->ropes.size());
    EXPECT_EQ(a->ropes[0].theta, b->ropes[0].theta);
    EXPECT_EQ(a->ropes[0].amplitude, b->ropes[0].amplitude);
    ASSERT_EQ(a->ropes[0].divisors.size(), b->ropes[0].divisors.size());
    for (size_t i = 0; i < a->ropes[0].divisors.size(); ++i)
      EXPECT_FLOAT_EQ(static_cast<float>(a->ropes[0].divisors[i]),
                      static_cast<float>(b->ropes[0].divisors[i]));
  }
}

TEST(GgufModel, HoldsTheSameTensorsAsItsFolder) {
  const auto gguf = WeightFiles::Open(Gguf("k_exaone-f32"));
  const auto folder = WeightFiles::Open(GoldenDirectory("k_exaone"));
  ASSERT_TRUE(gguf.ok() && folder.ok()) << gguf.status() << folder.status();
  ASSERT_EQ(gguf->all().size(), folder->all().size());  // draft layers too
  for (const auto& [name, view] : folder->all()) {
    const TensorView* other = gguf->Find(name);
    ASSERT_NE(other, nullptr) << name;
    EXPECT_EQ(other->shape, view.shape) << name;
  }
}

// A folder that holds what a test puts there.
class GgufFolder {
 public:
  GgufFolder() : path_(base::StrCat(testing::TempDir(), "/gguf_", getpid(), "_", count_++)) {
    std::filesystem::create_directory(path_);
  }
  ~GgufFolder() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }
  std::string File(const std::string& name) const { return path_ + "/" + name; }
  void Copy(std::string_view golden, const std::string& name) const {
    std::filesystem::copy_file(Gguf(golden), File(name));
  }
  void Write(const std::string& name, const std::string& bytes) const {
    std::ofstream(File(name), std::ios::binary | std::ios::trunc) << bytes;
  }

 private:
  static inline int count_ = 0;
  const std::string path_;
};

TEST(GgufModel, IsFoundInItsFolder) {
  const GgufFolder folder;
  EXPECT_EQ(ReadConfig(folder.path()).status().code(), absl::StatusCode::kNotFound);
  folder.Copy("solar_open-f16", "model.gguf");
  const auto engine = MakeEngine(folder.path());
  ASSERT_TRUE(engine.ok()) << engine.status();
  const auto same = MakeEngine(folder.File("model.gguf"));
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_EQ((*engine)->weights_sha256(), (*same)->weights_sha256());
  const auto report = DescribeModel(folder.path());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(report->at("supported").get<bool>()) << report->dump();
  EXPECT_EQ(report->at("family"), "solar_open");
  EXPECT_EQ(report->at("memory").at("weights_bytes"),
            std::filesystem::file_size(folder.File("model.gguf")));
  folder.Copy("solar_open-f16", "other.gguf");
  const auto both = MakeEngine(folder.path()).status();
  EXPECT_EQ(both.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(both.message()), HasSubstr("other.gguf"));
}

// The least that a file of an architecture says, changed by `more`.
GgufBytes Small(std::string_view architecture, std::string_view left_out = "") {
  GgufBytes bytes;
  bytes.Text("general.architecture", architecture);
  const std::pair<const char*, uint32_t> keys[] = {
      {"block_count", 1},          {"context_length", 64},       {"embedding_length", 8},
      {"feed_forward_length", 8},  {"attention.head_count", 2},  {"attention.head_count_kv", 1},
      {"attention.key_length", 4}, {"attention.value_length", 4}};
  for (const auto& [key, value] : keys) {
    if (key != left_out) bytes.Whole(base::StrCat(architecture, ".", key), value);
  }
  constexpr std::string_view kEpsilon = "attention.layer_norm_rms_epsilon";
  if (kEpsilon != left_out) bytes.Key(base::StrCat(architecture, ".", kEpsilon), 6, Bytes(1e-5F));
  bytes.Tensor("token_embd.weight", {8, 16}, 0, 0);
  return bytes;
}

void ExpectRefused(const GgufBytes& bytes, absl::StatusCode code, std::string_view what) {
  const GgufFolder folder;
  folder.Write("model.gguf", bytes.File(8192));
  const absl::Status status =
      Transformer::Load(folder.path(), CpuDevice(*FindKernels(""))).status();
  EXPECT_EQ(status.code(), code) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(what));
  EXPECT_THAT(std::string(status.message()), HasSubstr("model.gguf"));
  EXPECT_EQ(fakes::EnglishWordsIn(status), "");
}

TEST(GgufModel, NamesTheKeyThatItCannotHonour) {
  constexpr auto kRefused = absl::StatusCode::kInvalidArgument;
  const auto small = [](std::string_view without = "") { return Small("exaone4", without); };
  ExpectRefused(Small("gpt9"), absl::StatusCode::kUnimplemented, "'gpt9'");
  ExpectRefused(GgufBytes(), absl::StatusCode::kDataLoss, "how many layers");
  ExpectRefused(small("embedding_length"), kRefused, "'embedding_length' is missing");
  ExpectRefused(small("context_length"), kRefused, "'context_length' is missing");
  ExpectRefused(small("attention.layer_norm_rms_epsilon"), kRefused, "rms_epsilon' is missing");
  ExpectRefused(small().Whole("exaone4.attention.sinks", 4), kRefused, "'attention.sinks'");
  ExpectRefused(small().Text("exaone4.rope.freq_base", "x"), kRefused, "'rope.freq_base'");
  ExpectRefused(small().Text("exaone4.rope.scaling.type", "longrope"), kRefused, "'longrope'");
  ExpectRefused(small().Whole("exaone4.rope.dimension_count", 2), kRefused,
                "'rope.dimension_count' is 2");
  ExpectRefused(small("attention.value_length").Whole("exaone4.attention.value_length", 8),
                kRefused, "'attention.value_length' is 8");
  ExpectRefused(small().Whole("exaone4.vocab_size", 17), kRefused, "'vocab_size' is 17");
  ExpectRefused(small()
                    .Whole("exaone4.attention.sliding_window", 4)
                    .Whole("exaone4.attention.sliding_window_pattern", 0),
                kRefused, "'attention.sliding_window_pattern'");
  ExpectRefused(Small("exaone-moe"), kRefused, "'expert_count' is missing");
  ExpectRefused(Small("exaone-moe")
                    .Whole("exaone-moe.expert_count", 4)
                    .Whole("exaone-moe.expert_used_count", 2)
                    .Whole("exaone-moe.expert_feed_forward_length", 8)
                    .Whole("exaone-moe.expert_gating_func", 1),
                kRefused, "'expert_gating_func' is 1");
}

TEST(GgufModel, NamesTheTensorThatItDoesNotKnow) {
  for (const char* name : {"blk.0.attn_q.bias", "blk.x.attn_q.weight", "blk.0", "ghost.weight",
                           "blk.0.nextn.eh_proj.weight", "blk.9.ghost.weight"}) {
    ExpectRefused(Small("exaone4").Tensor(name, {8}, 0, 4096), absl::StatusCode::kDataLoss,
                  base::StrCat("tensor '", name, "' is not understood"));
  }
  ExpectRefused(Small("exaone4").Tensor("blk.0.ffn_up_exps.weight", {8, 8}, 0, 4096),
                absl::StatusCode::kDataLoss, "'blk.0.ffn_up_exps.weight' is not a stack");
  ExpectRefused(Small("exaone4")
                    .Tensor("blk.0.ffn_norm.weight", {8}, 0, 4096)
                    .Tensor("blk.0.post_attention_norm.weight", {8}, 0, 4128),
                absl::StatusCode::kDataLoss, "is there twice");
}

// One file's tensors dealt out over two shards, the metadata in the first.
class Shards : public GgufFolder {
 public:
  Shards() {
    GgufBytes first = Small("exaone4");
    Write(Name(1), first.Key("split.no", 2, Bytes<uint16_t>(0))
                       .Key("split.count", 2, Bytes<uint16_t>(2))
                       .File(8192));
    WriteSecond(1);
  }
  void WriteSecond(uint16_t number) const {
    Write(Name(2), GgufBytes()
                       .Key("split.no", 2, Bytes<uint16_t>(number))
                       .Key("split.count", 2, Bytes<uint16_t>(2))
                       .Tensor("output_norm.weight", {8}, 0, 0)
                       .File(64));
  }
  static std::string Name(int number) {
    return base::StrCat("model-0000", number, "-of-00002.gguf");
  }
};

TEST(GgufModel, OfShardsIsOneModel) {
  const Shards folder;
  const auto weights = WeightFiles::Open(folder.path());
  ASSERT_TRUE(weights.ok()) << weights.status();
  EXPECT_NE(weights->Find("model.embed_tokens.weight"), nullptr);
  EXPECT_NE(weights->Find("model.norm.weight"), nullptr);
  folder.WriteSecond(5);
  EXPECT_THAT(std::string(WeightFiles::Open(folder.path()).status().message()),
              HasSubstr("not shard 2 of 2"));
  std::filesystem::remove(folder.File(Shards::Name(2)));
  const auto missing = WeightFiles::Open(folder.path()).status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.message()), HasSubstr(Shards::Name(2)));
  folder.WriteSecond(1);
  EXPECT_THAT(std::string(WeightFiles::Open(folder.File(Shards::Name(2))).status().message()),
              HasSubstr("how many layers"));
}

}  // namespace
}  // namespace model_core
