#include "model_core/weights/gguf.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "model_core/weights/elements.h"
#include "tests/fakes/whole_korean.h"
#include "tests/unit/model_core/gguf_bytes.h"
#include "tests/unit/model_core/golden.h"

namespace model_core {
namespace {

using testing::HasSubstr;

absl::StatusOr<std::unique_ptr<GgufFile>> Open(const std::string& bytes) {
  const std::string path = base::StrCat(testing::TempDir(), "/", getpid(), "-model.gguf");
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  auto file = GgufFile::Open(path);
  std::filesystem::remove(path);  // what is mapped stays
  return file;
}

void ExpectDamaged(const std::string& bytes, std::string_view what) {
  const auto opened = Open(bytes);
  ASSERT_EQ(opened.status().code(), absl::StatusCode::kDataLoss) << opened.status() << what;
  EXPECT_THAT(std::string(opened.status().message()), HasSubstr("model.gguf"));
  EXPECT_THAT(std::string(opened.status().message()), HasSubstr(what));
  EXPECT_EQ(base::Reason(opened.status()), "WEIGHTS_DAMAGED");
  EXPECT_EQ(fakes::EnglishWordsIn(opened.status()), "") << opened.status();
}

TEST(Gguf, GivesMetadataOfEveryKind) {
  const auto file = Open(
      GgufBytes()
          .Key("u8", 0, Bytes<uint8_t>(200))
          .Key("i8", 1, Bytes<int8_t>(-3))
          .Key("u16", 2, Bytes<uint16_t>(60000))
          .Key("i16", 3, Bytes<int16_t>(-30000))
          .Key("u32", 4, Bytes<uint32_t>(4000000000))
          .Key("i32", 5, Bytes<int32_t>(-5))
          .Key("f32", 6, Bytes(1e-5F))
          .Key("bool", 7, Bytes<uint8_t>(1))
          .Text("text", "한글")
          .Key("u64", 10, Bytes<uint64_t>(1) + "")
          .Key("far", 10, Bytes(UINT64_MAX))
          .Key("i64", 11, Bytes<int64_t>(-6))
          .Key("f64", 12, Bytes(0.25))
          .Key("list", 9,
               Bytes<uint32_t>(4) + Bytes<uint64_t>(2) + Bytes<uint32_t>(7) + Bytes<uint32_t>(8))
          .Key("texts", 9, Bytes<uint32_t>(8) + Bytes<uint64_t>(2) + GgufText("a") + GgufText("bc"))
          .File());
  ASSERT_TRUE(file.ok()) << file.status();
  const GgufFile& gguf = **file;
  EXPECT_EQ(gguf.Whole("u8"), 200);
  EXPECT_EQ(gguf.Whole("i8"), -3);
  EXPECT_EQ(gguf.Whole("u16"), 60000);
  EXPECT_EQ(gguf.Whole("i16"), -30000);
  EXPECT_EQ(gguf.Whole("u32"), 4000000000);
  EXPECT_EQ(gguf.Whole("i32"), -5);
  EXPECT_EQ(gguf.Whole("u64"), 1);
  EXPECT_EQ(gguf.Whole("i64"), -6);
  EXPECT_EQ(gguf.Whole("far"), std::nullopt);
  EXPECT_EQ(gguf.Whole("text"), std::nullopt);
  EXPECT_EQ(gguf.Find("f32")->Number(), 1e-5);  // the number that was written, not its f32
  EXPECT_EQ(gguf.Find("f64")->Number(), 0.25);
  EXPECT_EQ(gguf.Find("bool")->Bool(), true);
  EXPECT_EQ(gguf.Text("text"), "한글");
  EXPECT_EQ(gguf.Text("u8"), "");
  EXPECT_EQ(gguf.Find("nothing"), nullptr);
  const GgufValue& list = *gguf.Find("list");
  EXPECT_TRUE(list.array);
  ASSERT_EQ(list.count, 2U);
  EXPECT_EQ(list.Element(1).Whole(), 8);
  EXPECT_EQ(gguf.Find("texts")->count, 2U);
}

TEST(Gguf, RefusesFilesThatAreNotItsOwn) {
  ExpectDamaged("", "not a GGUF file");
  ExpectDamaged("GGU", "not a GGUF file");
  ExpectDamaged("GGUF", "ends within its header");
  ExpectDamaged(GgufBytes().File(0, 2), "version 2");
  ExpectDamaged(GgufBytes().File(0, 0x03000000), "big-endian");
  ExpectDamaged("GGUF" + Bytes<uint32_t>(3) + Bytes(UINT64_MAX) + Bytes<uint64_t>(0), "at most");
  EXPECT_EQ(GgufFile::Open("/nonexistent/model.gguf").status().code(), absl::StatusCode::kNotFound);
}

TEST(Gguf, NamesTheKeyThatIsDamaged) {
  ExpectDamaged(GgufBytes().Key("", 0, "x").File(), "a name");
  ExpectDamaged(GgufBytes().Key("a b", 0, "x").File(), "a name");
  ExpectDamaged(GgufBytes().Key(std::string(257, 'k'), 0, "x").File(), "a name");
  ExpectDamaged(GgufBytes().Key("k", 13, "").File(), "key 'k' has unknown type 13");
  ExpectDamaged(GgufBytes().Whole("k", 1).Whole("k", 2).File(), "key 'k' is there twice");
  ExpectDamaged(GgufBytes().Key("k", 8, Bytes(UINT64_MAX)).File(), "key 'k' is cut short");
  ExpectDamaged(GgufBytes().Text("k", "\xff").File(), "key 'k' is not UTF-8");
  for (const uint32_t type : {0, 8}) {  // more elements than the file has bytes
    ExpectDamaged(GgufBytes().Key("k", 9, Bytes(type) + Bytes(UINT64_MAX)).File(),
                  "key 'k' is cut short");
  }
  ExpectDamaged(GgufBytes().Key("k", 9, Bytes<uint32_t>(9) + Bytes<uint64_t>(0)).File(),
                "key 'k' is a list of unknown type 9");
  ExpectDamaged(GgufBytes().Whole("general.alignment", 48).File(), "'general.alignment'");
  ExpectDamaged(GgufBytes().Text("general.alignment", "32").File(), "'general.alignment'");
  ExpectDamaged(GgufBytes().Whole("general.alignment", 0).File(), "'general.alignment'");
}

TEST(Gguf, NamesTheTensorThatIsDamaged) {
  const auto one = [](const std::vector<uint64_t>& dimensions, uint32_t type, uint64_t offset) {
    return GgufBytes().Tensor("t", dimensions, type, offset).File(128);
  };
  ExpectDamaged(one({}, 0, 0), "tensor 't': it has 0 dimensions");
  ExpectDamaged(one({1, 1, 1, 1, 1}, 0, 0), "tensor 't': it has 5 dimensions");
  ExpectDamaged(one({4, 0}, 0, 0), "tensor 't': a dimension is 0");
  ExpectDamaged(one({1ULL << 40, 1ULL << 40}, 0, 0), "tensor 't': a dimension is 0 or too large");
  ExpectDamaged(one({4}, 77, 0), "tensor 't': type 77 is unknown");
  ExpectDamaged(one({256}, 13, 0), "tensor 't': type Q5_K is not read");
  ExpectDamaged(one({16}, 8, 0), "tensor 't': its rows of 16 are no whole blocks of 32");
  ExpectDamaged(one({4}, 0, 8), "tensor 't': its offset 8");
  ExpectDamaged(one({4}, 0, 128), "tensor 't': it lies outside the file");
  ExpectDamaged(one({4}, 0, UINT64_MAX - 31), "tensor 't': it lies outside the file");
  ExpectDamaged(one({33}, 0, 0), "tensor 't': it lies outside the file");
  ExpectDamaged(GgufBytes().Tensor(std::string(65, 't'), {4}, 0, 0).File(128), "a name");
  ExpectDamaged(GgufBytes().Tensor("t", {4}, 0, 0).Tensor("t", {4}, 0, 32).File(128),
                "tensor 't': it is there twice");
  ExpectDamaged(GgufBytes().Tensor("a", {9}, 0, 0).Tensor("b", {4}, 0, 32).File(128),
                "tensor 'b': it overlaps 'a'");
}

TEST(Gguf, GivesShapesSlowestFirst) {
  const auto file = Open(GgufBytes().Tensor("t", {2, 3, 4}, 1, 64).File(128));
  ASSERT_TRUE(file.ok()) << file.status();
  const TensorView& view = (*file)->tensors().at("t");
  EXPECT_EQ(view.shape, (std::vector<size_t>{4, 3, 2}));
  EXPECT_EQ(view.dtype, "F16");
  EXPECT_EQ(view.data.size(), 48U);
}

TEST(Gguf, RefusesEveryTruncationOfARealFile) {
  std::stringstream text;
  text << std::ifstream(GoldenDirectory("gguf") + "/k_exaone-q8_0.gguf", std::ios::binary).rdbuf();
  const std::string whole = text.str();
  for (size_t keep = 0; keep < whole.size(); keep += keep < 9000 ? 97 : 30011) {
    EXPECT_EQ(Open(whole.substr(0, keep)).status().code(), absl::StatusCode::kDataLoss) << keep;
  }
}

// blocks.gguf holds random blocks of each type, and beside them what PyPI's gguf reads in them.
TEST(GgufBlocks, AreReadBitForBitAsTheReferenceReadsThem) {
  const auto file = GgufFile::Open(GoldenDirectory("gguf") + "/blocks.gguf");
  ASSERT_TRUE(file.ok()) << file.status();
  for (const char* dtype : {"F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_K", "Q6_K"}) {
    const TensorView& view = (*file)->tensors().at(dtype);
    const TensorView& wanted = (*file)->tensors().at(base::StrCat(dtype, ".f32"));
    ASSERT_EQ(view.dtype, dtype);
    const size_t count = view.shape[0] * view.shape[1];
    std::vector<float> values(count);
    ElementReader(view.dtype)(view, 0, count, values.data());
    EXPECT_EQ(std::memcmp(values.data(), wanted.data.data(), wanted.data.size()), 0) << dtype;
  }
}

TEST(GgufBlocks, AreReadFromAnyElementOn) {
  const auto file = GgufFile::Open(GoldenDirectory("gguf") + "/blocks.gguf");
  ASSERT_TRUE(file.ok()) << file.status();
  for (const char* dtype : {"F16", "Q8_0", "Q4_0", "Q4_K", "Q6_K"}) {
    const TensorView& view = (*file)->tensors().at(dtype);
    const size_t size = view.shape[0] * view.shape[1];
    std::vector<float> whole(size), part(size);
    ElementReader(dtype)(view, 0, size, whole.data());
    for (size_t begin = 0; begin < size; begin += 37) {
      const size_t count = std::min<size_t>(1 + begin * 7 % 600, size - begin);
      ElementReader(dtype)(view, begin, count, part.data());
      EXPECT_EQ(std::memcmp(part.data(), &whole[begin], count * sizeof(float)), 0)
          << dtype << begin;
    }
  }
}

}  // namespace
}  // namespace model_core
