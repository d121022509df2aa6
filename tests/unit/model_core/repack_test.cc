// Packed weights kept between two starts: used when they fit, replaced when they do not.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model_core/cpu/cpu_device.h"
#include "model_core/transformer/repack_cache.h"
#include "model_core/transformer/transformer.h"
#include "model_core/weights/file_writer.h"
#include "tests/unit/model_core/model_folder.h"

namespace model_core {
namespace {

namespace fs = std::filesystem;

constexpr char kFile[] = "packed-q8.maru";

class Repack : public testing::Test {
 protected:
  LoadOptions options_{.precision = Precision::kQ8, .keep_packed = true, .cache_directory = ""};
  const ModelFolder folder_{"k_exaone"};

  std::string path() const { return folder_.path() + "/" + kFile; }
  std::unique_ptr<Transformer> Load() const {
    auto model = Transformer::Load(folder_.path(), CpuDevice(*FindKernels("")), options_);
    if (!model.ok()) ADD_FAILURE() << model.status();
    return *std::move(model);
  }
  // Whether what is kept fits the weights that are there.
  bool Kept(const std::string& path) const {
    return RepackFile::Open(path, *WeightFiles::Open(folder_.path())) != nullptr;
  }
  std::vector<float> Logits() const {
    const auto model = Load();
    TeamOfOne team;
    Sequence sequence(model->device(), model->config(), 1);
    EXPECT_TRUE(sequence.Reserve(3).ok());
    const std::vector<int32_t> tokens = {5, 17, 200};
    std::vector<float> logits(model->config().vocabulary);
    model->Forward(tokens, sequence, team);
    model->Logits(sequence, 2, {}, team, logits);
    return logits;
  }
  // The file's identity: a second start that reads it leaves it alone.
  ino_t Inode(const std::string& path) const {
    struct stat info {};
    EXPECT_EQ(stat(path.c_str(), &info), 0) << path;
    return info.st_ino;
  }
  // Overwrites some weights of the model, keeping the file's size.
  void ChangeWeights() const {
    const std::string file = folder_.path() + "/model.safetensors";
    const auto time = fs::last_write_time(file);
    std::string bytes = folder_.Read("model.safetensors");
    for (size_t at = bytes.size() / 2; at < bytes.size(); at += 101) bytes[at] ^= 1;
    folder_.Write("model.safetensors", bytes);
    fs::last_write_time(file, time + std::chrono::seconds(9));
  }
};

TEST_F(Repack, ASecondStartReadsWhatTheFirstKeptAndGivesTheSameBits) {
  const std::vector<float> first = Logits();
  ASSERT_TRUE(Kept(path()));
  const ino_t kept = Inode(path());
  EXPECT_EQ(Logits(), first);
  EXPECT_EQ(Inode(path()), kept);
  EXPECT_FALSE(fs::exists(path() + ".part"));
}

TEST_F(Repack, ModelsAsStoredAndUnwantedFilesLeaveNothingBehind) {
  options_.keep_packed = false;
  Load();
  options_ = {};
  Load();
  EXPECT_FALSE(fs::exists(path()));
}

TEST_F(Repack, EachPrecisionKeepsItsOwnFile) {
  const std::string q8 = Load()->WeightsSha256();
  options_.precision = Precision::kQ4;
  const std::string q4 = Load()->WeightsSha256();
  EXPECT_TRUE(Kept(path()));
  EXPECT_TRUE(Kept(folder_.path() + "/packed-q4.maru"));
  options_ = {};
  EXPECT_NE(q8, q4);
  EXPECT_NE(Load()->WeightsSha256(), q8);
  options_.precision = Precision::kQ8;
  EXPECT_EQ(Load()->WeightsSha256(), q8);  // of the kept file too
}

TEST_F(Repack, DamageAnywhereIsFoundAndMended) {
  const std::vector<float> wanted = Logits();
  const std::string whole = folder_.Read(kFile);
  for (size_t at = 0; at < whole.size(); at += whole.size() / 97) {
    std::string damaged = whole;
    damaged[at] ^= 8;
    folder_.Write(kFile, damaged);
    EXPECT_FALSE(Kept(path())) << at;
  }
  for (const size_t size : {size_t{0}, size_t{7}, size_t{900}, whole.size() - 1}) {
    folder_.Write(kFile, whole.substr(0, size));
    EXPECT_FALSE(Kept(path())) << size;
  }
  EXPECT_EQ(Logits(), wanted);
  EXPECT_EQ(folder_.Read(kFile), whole);
}

TEST_F(Repack, ChangedWeightsReplaceTheFile) {
  const std::vector<float> before = Logits();
  ChangeWeights();
  EXPECT_FALSE(Kept(path()));
  const std::vector<float> after = Logits();
  EXPECT_NE(after, before);
  EXPECT_TRUE(Kept(path()));
  EXPECT_EQ(Logits(), after);
}

TEST_F(Repack, TheSameWeightsAtAnotherTimeStillFit) {
  Load();
  const ino_t kept = Inode(path());
  const std::string file = folder_.path() + "/model.safetensors";
  fs::last_write_time(file, fs::last_write_time(file) + std::chrono::hours(1));
  const auto weights = WeightFiles::Open(folder_.path());
  EXPECT_EQ(folder_.Read(kFile).find(weights->Stamp()), std::string::npos);
  EXPECT_TRUE(Kept(path()));
  Load();
  EXPECT_EQ(Inode(path()), kept);
  EXPECT_NE(folder_.Read(kFile).find(weights->Stamp()), std::string::npos);  // not hashed again
}

// As archives do that give every file the same time.
TEST_F(Repack, ChangedWeightsOfTheSameSizeAndTimeReplaceTheFile) {
  const std::vector<float> before = Logits();
  const std::string file = folder_.path() + "/model.safetensors";
  const auto time = fs::last_write_time(file);
  ChangeWeights();
  fs::last_write_time(file, time);
  EXPECT_NE(Logits(), before);
}

TEST_F(Repack, AnotherVersionOfThePackingIsReplaced) {
  Load();
  const std::string whole = folder_.Read(kFile);
  const std::string mark = "\"version\":\"" + std::to_string(kPackVersion) + "\"";
  const size_t at = whole.find(mark);
  ASSERT_NE(at, std::string::npos);
  std::string older = whole;
  older[at + mark.size() - 2] = '0';
  folder_.Write(kFile, older);
  EXPECT_FALSE(Kept(path()));
  Load();
  EXPECT_EQ(folder_.Read(kFile), whole);
}

TEST_F(Repack, AFileThatLacksAMatrixIsCompleted) {
  const std::vector<float> wanted = Logits();
  const auto weights = WeightFiles::Open(folder_.path());
  PackedTensors some;
  const auto file = SafetensorsFile::Open(path());
  for (const auto& [name, view] : (*file)->tensors())
    if (some.size() < 5) some[name] = view.data;
  ASSERT_TRUE(WriteRepackFile(path(), some, weights->Stamp(), weights->Sha256()).ok());
  EXPECT_TRUE(Kept(path()));
  const auto small = fs::file_size(path());
  EXPECT_EQ(Logits(), wanted);
  EXPECT_GT(fs::file_size(path()), small);
}

// Root may write anywhere: a folder in the file's place stands for one that cannot be written.
TEST_F(Repack, WhereTheFolderIsReadOnlyTheCacheDirectoryServes) {
  fs::create_directory(path() + ".part");
  const std::string cache = folder_.path() + "/cache";
  fs::create_directory(cache);
  options_.cache_directory = cache;
  const std::vector<float> first = Logits();
  EXPECT_FALSE(fs::exists(path()));
  ASSERT_EQ(std::distance(fs::directory_iterator(cache), {}), 1);
  const std::string kept = fs::directory_iterator(cache)->path();
  EXPECT_THAT(kept, testing::EndsWith(std::string("-") + kFile));
  EXPECT_TRUE(Kept(kept));
  const ino_t inode = Inode(kept);
  EXPECT_EQ(Logits(), first);
  EXPECT_EQ(Inode(kept), inode);
}

TEST_F(Repack, WhereNothingCanBeWrittenAModelLoadsAllTheSame) {
  fs::create_directory(path() + ".part");
  options_.cache_directory = folder_.path() + "/missing";
  EXPECT_FALSE(Logits().empty());
  EXPECT_FALSE(fs::exists(path()));
}

TEST_F(Repack, AWriterLeavesTheFileToAnotherThatIsWritingIt) {
  auto other = FileWriter::Open(path());
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_EQ(FileWriter::Open(path()).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(Logits().empty());
  EXPECT_FALSE(fs::exists(path()));
  const uint8_t byte = 7;
  ASSERT_TRUE(other->Write({&byte, 1}).ok());
  ASSERT_TRUE(other->Commit().ok());
  EXPECT_EQ(fs::file_size(path()), 1U);
}

TEST_F(Repack, AWriterThatDoesNotCommitChangesNothing) {
  folder_.Write(kFile, "as before");
  { ASSERT_TRUE(FileWriter::Open(path()).ok()); }
  EXPECT_EQ(folder_.Read(kFile), "as before");
  EXPECT_FALSE(fs::exists(path() + ".part"));
}

TEST(Precision, KnowsItsNames) {
  EXPECT_EQ(*ParsePrecision(""), Precision::kStored);
  EXPECT_EQ(*ParsePrecision("q8"), Precision::kQ8);
  EXPECT_EQ(*ParsePrecision("q4"), Precision::kQ4);
  EXPECT_EQ(ParsePrecision("q5").status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace model_core
