#include <gmock/gmock.h>
#include <unistd.h>

#include "model_core/weights/weight_files.h"
#include "tests/fakes/whole_korean.h"
#include "tests/unit/model_core/model_folder.h"

namespace model_core {
namespace {

using testing::HasSubstr;

// Opening a folder whose only file holds `header` and `data` fails with a message that holds
// `what`.
void ExpectDamaged(const std::string& file, std::string_view what) {
  const ModelFolder folder("k_exaone");
  folder.Write("model.safetensors", file);
  const auto opened = WeightFiles::Open(folder.path());
  EXPECT_EQ(opened.status().code(), absl::StatusCode::kDataLoss) << opened.status() << what;
  EXPECT_THAT(std::string(opened.status().message()), HasSubstr("model.safetensors"));
  EXPECT_THAT(std::string(opened.status().message()), HasSubstr(what));
  EXPECT_EQ(base::Reason(opened.status()), "WEIGHTS_DAMAGED");
  EXPECT_EQ(fakes::EnglishWordsIn(opened.status()), "") << opened.status();
}

std::string One(std::string_view entry, size_t bytes = 16) {
  return ModelFolder::Safetensors(base::StrCat("{\"t\":", entry, "}"), std::string(bytes, 'x'));
}

TEST(Safetensors, RefusesDamagedFilesNamingTheTensor) {
  ExpectDamaged("", "too short");
  ExpectDamaged("1234567", "too short");
  ExpectDamaged(std::string(8, '\xff'), "header");
  ExpectDamaged(std::string(16, '\0'), "not JSON");
  ExpectDamaged(ModelFolder::Safetensors("[]", ""), "not JSON");
  ExpectDamaged(One("7"), "'t'");
  ExpectDamaged(One(R"({"dtype":"Q9","shape":[4],"data_offsets":[0,16]})"), "dtype 'Q9'");
  ExpectDamaged(One(R"({"dtype":"F32","shape":[4]})"), "'t'");
  ExpectDamaged(One(R"({"dtype":"F32","shape":[-4],"data_offsets":[0,16]})"), "'t'");
  ExpectDamaged(One(R"({"dtype":"F32","shape":[5],"data_offsets":[0,16]})"), "needs 20");
  ExpectDamaged(One(R"({"dtype":"F32","shape":[4],"data_offsets":[8,24]})"), "cut short");
  ExpectDamaged(One(R"({"dtype":"F32","shape":[4],"data_offsets":[16,0]})"), "'t'");
  ExpectDamaged(
      One(R"({"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,16]})"),
      "too large");
  ExpectDamaged(ModelFolder::Safetensors(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
                                         R"("b":{"dtype":"U8","shape":[4],"data_offsets":[3,7]}})",
                                         "12345678"),
                "overlap");
}

TEST(Safetensors, RefusesEveryTruncationOfARealFile) {
  const ModelFolder folder("ax_k1_nobias");
  const std::string whole = folder.Read("model.safetensors");
  for (size_t keep : {size_t{4}, size_t{100}, whole.size() / 2, whole.size() - 1}) {
    folder.Write("model.safetensors", whole.substr(0, keep));
    EXPECT_EQ(WeightFiles::Open(folder.path()).status().code(), absl::StatusCode::kDataLoss)
        << keep;
  }
}

// The tensors of a golden folder dealt out over two shards with an index.
void Shard(const ModelFolder& folder) {
  const std::string file = folder.Read("model.safetensors");
  uint64_t size = 0;
  std::memcpy(&size, file.data(), sizeof(size));
  const base::Json header = *base::ParseJson(file.substr(8, size), "header");
  base::Json parts[2], map;
  std::string data[2];
  size_t count = 0;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") continue;
    const size_t part = count++ % 2, begin = entry["data_offsets"][0],
                 end = entry["data_offsets"][1];
    parts[part][name] = entry;
    parts[part][name]["data_offsets"] = {data[part].size(), data[part].size() + end - begin};
    data[part] += file.substr(8 + size + begin, end - begin);
    map[name] = base::StrCat("model-0000", part + 1, "-of-00002.safetensors");
  }
  for (size_t part : {0, 1}) {
    folder.Write(base::StrCat("model-0000", part + 1, "-of-00002.safetensors"),
                 ModelFolder::Safetensors(parts[part].dump(), data[part]));
  }
  folder.Write("model.safetensors.index.json", base::Json{{"weight_map", map}}.dump());
  std::filesystem::remove(folder.path() + "/model.safetensors");
}

TEST(WeightFiles, ReadsShardsAsOneModel) {
  const ModelFolder whole("k_exaone"), shards("k_exaone");
  Shard(shards);
  const auto a = WeightFiles::Open(whole.path());
  const auto b = WeightFiles::Open(shards.path());
  ASSERT_TRUE(a.ok() && b.ok()) << a.status() << b.status();
  ASSERT_EQ(a->all().size(), b->all().size());
  for (const auto& [name, view] : a->all()) {
    ASSERT_NE(b->Find(name), nullptr) << name;
    EXPECT_TRUE(std::equal(view.data.begin(), view.data.end(), b->Find(name)->data.begin()))
        << name;
  }
  EXPECT_EQ(a->Find("nothing"), nullptr);
}

TEST(WeightFiles, NamesAMissingShard) {
  const ModelFolder folder("k_exaone");
  Shard(folder);
  std::filesystem::remove(folder.path() + "/model-00002-of-00002.safetensors");
  const auto opened = WeightFiles::Open(folder.path());
  EXPECT_EQ(opened.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(opened.status().message()),
              HasSubstr("model-00002-of-00002.safetensors"));
}

TEST(WeightFiles, RefusesAnIndexThatDoesNotFit) {
  const std::pair<const char*, const char*> indexes[] = {
      {R"({"weight_map":{"ghost":"model.safetensors"}})", "ghost"},
      {R"({"weight_map":{"a":"../model.safetensors"}})", "not a file name"},
      {R"({"weight_map":{"a":7}})", "'a'"},
      {R"({})", "weight_map"},
      {R"([)", "JSON"}};
  for (const auto& [index, what] : indexes) {
    const ModelFolder folder("k_exaone");
    folder.Write("model.safetensors.index.json", index);
    const auto opened = WeightFiles::Open(folder.path());
    EXPECT_FALSE(opened.ok());
    EXPECT_THAT(std::string(opened.status().message()), HasSubstr(what));
    if (absl::IsDataLoss(opened.status())) {
      EXPECT_EQ(fakes::EnglishWordsIn(opened.status()), "");
    }
  }
}

TEST(WeightFiles, TheHashChangesWithAnyBit) {
  const ModelFolder folder("solar_open");
  const std::string before = WeightFiles::Open(folder.path())->Sha256();
  std::string file = folder.Read("model.safetensors");
  file.back() ^= 1;
  folder.Write("model.safetensors", file);
  EXPECT_NE(WeightFiles::Open(folder.path())->Sha256(), before);
}

}  // namespace
}  // namespace model_core
