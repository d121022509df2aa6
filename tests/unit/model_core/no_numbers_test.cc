// Weights that are no finite number are refused by the tensor's name, however they are stored and
// whatever becomes of them; and what was found once is noted for the next start.
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "model_core/cpu/cpu_device.h"
#include "model_core/transformer/transformer.h"
#include "model_core/weights/elements.h"
#include "tests/unit/model_core/model_weights.h"

namespace model_core {
namespace {

namespace fs = std::filesystem;
using base::Language;
using base::StrCat;
using testing::AllOf;
using testing::HasSubstr;

constexpr Precision kPrecisions[] = {Precision::kStored, Precision::kQ8, Precision::kQ4};

absl::Status LoadAs(const std::string& path, Precision precision) {
  return Transformer::Load(path, CpuDevice(*FindKernels("")), {precision, false, ""}).status();
}

void ExpectNamed(const std::string& path, const std::string& tensor, Precision precision) {
  const absl::Status status = LoadAs(path, precision);
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << tensor << ": " << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(StrCat("tensor '", tensor)));
  EXPECT_THAT(base::Message(status, Language::kKorean),
              AllOf(HasSubstr(tensor), HasSubstr("유한")));
}

TEST(NoNumber, IsFoundAtEveryPlaceOfABf16AndF32) {
  const std::vector<uint8_t> zeros(10'001 * 4);
  for (const auto& [dtype, width] : {std::pair<const char*, size_t>{"BF16", 2}, {"F32", 4}}) {
    std::vector<uint8_t> bytes = zeros;
    const size_t count = 10'001;
    TensorView view{dtype, {count}, {bytes.data(), count * width}};
    std::fill(bytes.begin(), bytes.end(), 0x7E);  // large, and a number
    EXPECT_EQ(FirstNoNumber(view), count);
    for (const size_t at : {size_t{0}, size_t{1}, size_t{4095}, size_t{4096}, count - 1}) {
      for (const auto& [high, low] : {std::pair{0x7F, 0x80}, {0xFF, 0x80}, {0x7F, 0xC1}}) {
        bytes[(at + 1) * width - 1] = static_cast<uint8_t>(high);
        bytes[(at + 1) * width - 2] = static_cast<uint8_t>(low);
        EXPECT_EQ(FirstNoNumber(view), at) << dtype << " " << high << " " << low;
      }
      std::fill(bytes.begin(), bytes.end(), 0x7E);
    }
  }
}

TEST(NoNumber, IsNamedInEveryKindOfMatrix) {
  for (const char* name :
       {"model.embed_tokens.weight", "lm_head.weight", "model.layers.0.self_attn.q_proj.weight",
        "model.layers.0.mlp.down_proj.weight", "model.layers.4.mlp.experts.7.up_proj.weight",
        "model.layers.2.mlp.shared_experts.gate_proj.weight", "mtp.fc.weight"}) {
    for (const bool f32 : {false, true}) {
      const ModelFolder folder("k_exaone");
      ModelWeights weights(folder);
      std::vector<float> values = weights.Values(name);
      values.back() = f32 ? NAN : -INFINITY;
      if (f32) {
        weights.SetF32(name, weights.tensors[name].shape, values);
      } else {
        auto& data = weights.tensors[name].data;
        ASSERT_EQ(weights.tensors[name].dtype, "BF16") << name;
        std::copy_n("\x80\xff", 2, data.end() - 2);
      }
      weights.WriteTo(folder);
      for (const Precision precision : kPrecisions) ExpectNamed(folder.path(), name, precision);
    }
  }
}

TEST(NoNumber, IsNamedInFp8WeightsAndInTheirScales) {
  const std::string name = "model.layers.1.self_attn.o_proj.weight";
  for (const bool scale : {false, true}) {
    const ModelFolder folder("k_exaone_fp8");
    ModelWeights weights(folder);
    const std::string bad = scale ? name + "_scale_inv" : name;
    auto& tensor = weights.tensors.at(bad);
    ASSERT_EQ(tensor.dtype, scale ? "F32" : "F8_E4M3");
    if (scale) std::copy_n("\0\0\x80\x7f", 4, tensor.data.begin());
    if (!scale) tensor.data.back() = '\x7f';
    weights.WriteTo(folder);
    for (const Precision precision : kPrecisions) ExpectNamed(folder.path(), bad, precision);
  }
}

// A block's scale is a half, at the beginning or the end of the block.
TEST(NoNumber, IsNamedInTheScalesOfEveryGgufType) {
  const std::string model = GoldenDirectory("gguf") + "/exaone4-mixed.gguf";
  const std::pair<const char*, size_t> scales[] = {
      {"Q8_0", 0}, {"Q4_0", 0}, {"Q4_K", 0}, {"Q4_K", 2}, {"Q6_K", 208}};
  const auto files = WeightFiles::Open(model);
  ASSERT_TRUE(files.ok()) << files.status();
  for (const auto& [dtype, at] : scales) {
    const auto found = std::find_if(files->all().begin(), files->all().end(),
                                    [&](const auto& each) { return each.second.dtype == dtype; });
    ASSERT_NE(found, files->all().end()) << dtype;
    std::string whole =
        (std::stringstream() << std::ifstream(model, std::ios::binary).rdbuf()).str();
    const auto& data = found->second.data;
    const size_t begin = whole.find({reinterpret_cast<const char*>(data.data()), data.size()});
    ASSERT_NE(begin, std::string::npos);
    std::copy_n("\x00\x7c", 2, whole.begin() + static_cast<ptrdiff_t>(begin + at));
    const std::string path = StrCat(testing::TempDir(), "/no_number_", getpid(), ".gguf");
    std::ofstream(path, std::ios::binary) << whole;
    for (const Precision precision : kPrecisions) ExpectNamed(path, found->first, precision);
    fs::remove(path);
  }
}

class CheckedWeights : public testing::Test {
 protected:
  LoadOptions options_{.cache_directory = "", .note_bytes_least = 0};
  const ModelFolder folder_{"k_exaone"};
  const std::string weights_ = folder_.path() + "/model.safetensors";
  static constexpr char kNote[] = "checked-weights.json";

  absl::StatusOr<std::string> Sha256() const {
    const auto model = Transformer::Load(folder_.path(), CpuDevice(*FindKernels("")), options_);
    if (!model.ok()) return model.status();
    return (*model)->WeightsSha256();
  }
  bool Noted() const { return fs::exists(folder_.path() + "/" + kNote); }
  // Says that the files have another SHA-256 than they have: whoever believes the note repeats it.
  void Misstate() const {
    auto note = *base::ParseJson(folder_.Read(kNote), kNote);
    note["sha256"] = std::string(64, 'a');
    folder_.Write(kNote, note.dump());
  }
  void BreakWeights(const std::string& name) const {
    ModelWeights weights(folder_);
    std::copy_n("\xff\xff", 2, weights.tensors[name].data.begin());
    weights.WriteTo(folder_);
  }
};

TEST_F(CheckedWeights, AreNotHashedAgainWhileTheirFilesAreTheSame) {
  const auto sha256 = Sha256();
  ASSERT_TRUE(sha256.ok() && Noted()) << sha256.status();
  EXPECT_EQ(*Sha256(), *sha256);
  Misstate();
  EXPECT_NE(*Sha256(), *sha256);
}

TEST_F(CheckedWeights, AreCheckedAgainWhenAFileChanged) {
  const auto time = fs::last_write_time(weights_);
  const auto sha256 = Sha256();
  Misstate();
  const std::string whole = folder_.Read("model.safetensors");
  fs::remove(weights_);
  folder_.Write("model.safetensors", whole);  // the same bytes, size and time in another file
  fs::last_write_time(weights_, time);
  EXPECT_EQ(*Sha256(), *sha256);
  BreakWeights("lm_head.weight");
  fs::last_write_time(weights_, time);
  EXPECT_THAT(std::string(Sha256().status().message()),
              HasSubstr("'lm_head.weight' holds no number"));
}

TEST_F(CheckedWeights, ADamagedNoteIsPassedOverAndReplaced) {
  const auto sha256 = Sha256();
  const std::string note = folder_.Read(kNote);
  std::string version = note, other = note;
  version[version.find(": 1") + 2] = '0';
  other[other.find("\"sha256\": \"") + 11] = 'x';
  for (const std::string& damaged :
       {std::string(), std::string("[]"), note.substr(0, 40), version, other}) {
    folder_.Write(kNote, damaged);
    EXPECT_EQ(*Sha256(), *sha256) << damaged;
    EXPECT_EQ(folder_.Read(kNote), note);
  }
}

TEST_F(CheckedWeights, LeaveNoNoteWhereNothingIsKeptOrTheyAreFewOrBad) {
  options_ = {};
  EXPECT_TRUE(Sha256().ok());
  options_ = {.keep_packed = false, .cache_directory = "", .note_bytes_least = 0};
  EXPECT_TRUE(Sha256().ok());
  EXPECT_FALSE(Noted());
  options_ = {.cache_directory = "", .note_bytes_least = 0};
  BreakWeights("lm_head.weight");
  EXPECT_FALSE(Sha256().ok());
  EXPECT_FALSE(Noted());
}

// Root may write anywhere: a folder in the file's place stands for one that cannot be written.
TEST_F(CheckedWeights, AreNotedInTheCacheDirectoryWhereTheFolderIsReadOnly) {
  fs::create_directory(folder_.path() + "/" + kNote);
  options_.cache_directory = folder_.path() + "/cache";
  const auto sha256 = Sha256();
  ASSERT_TRUE(sha256.ok()) << sha256.status();  // nor is there a cache directory
  fs::create_directory(options_.cache_directory);
  EXPECT_EQ(*Sha256(), *sha256);
  ASSERT_EQ(std::distance(fs::directory_iterator(options_.cache_directory), {}), 1);
  const std::string note = fs::directory_iterator(options_.cache_directory)->path();
  EXPECT_THAT(note, testing::EndsWith(std::string("-") + kNote));
  std::ofstream(note) << "{}";
  EXPECT_EQ(*Sha256(), *sha256);
  EXPECT_GT(fs::file_size(note), 64U);
}

TEST_F(CheckedWeights, OfPackedModelsAreNotedOnceForAllTypes) {
  options_.precision = Precision::kQ8;
  const auto q8 = Sha256();
  ASSERT_TRUE(q8.ok() && Noted()) << q8.status();
  const std::string note = folder_.Read(kNote);
  options_.precision = Precision::kQ4;
  EXPECT_NE(*Sha256(), *q8);
  EXPECT_EQ(folder_.Read(kNote), note);
  options_.precision = Precision::kQ8;
  EXPECT_EQ(*Sha256(), *q8);
}

}  // namespace
}  // namespace model_core
