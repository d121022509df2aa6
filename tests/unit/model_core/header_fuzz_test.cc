// Thousands of damaged headers: each is read or refused, never a crash, and neither a single
// allocation nor all that is alive at a time is larger than what the file itself can account for.
// The same ones each time, unless somebody asks for others, or for more for as long as they like
// (cases.h).
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <random>

#include "model_core/tokenizer.h"
#include "model_core/transformer/config.h"
#include "model_core/transformer/config_source.h"
#include "model_core/vision/preprocessor.h"
#include "model_core/weights/safetensors.h"
#include "model_core/weights/weight_files.h"
#include "tests/unit/model_core/cases.h"
#include "tests/unit/model_core/gguf_bytes.h"
#include "tests/unit/model_core/model_folder.h"
#include "tests/unit/model_core/seen_malloc.h"

namespace {
std::atomic<size_t> largest_allocation{0};
std::atomic<int64_t> alive{0}, most_alive{0};  // bytes of all threads

template <typename T>
void Raise(std::atomic<T>& most, T value) {
  T known = most;
  while (value > known && !most.compare_exchange_weak(known, value)) {
  }
}
}  // namespace

void SeenMalloc(size_t size) {
  Raise(largest_allocation, size);
  Raise(most_alive, alive += static_cast<int64_t>(size));
}
void SeenFree(size_t size) { alive -= static_cast<int64_t>(size); }

namespace model_core {
namespace {

constexpr size_t kAllowance = 64 << 10;  // paths, messages, streams, the first growth of containers
constexpr size_t kAllowanceOfAll = 256 << 10;

std::string ReadFile(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::string ReadGolden(std::string_view name) { return ReadFile(GoldenDirectory(name)); }

// Damages one to four places of the first `header` bytes: bits turned over, bytes replaced by
// telling values, eight bytes by a telling length, a stretch doubled, left out, or the rest cut
// off.
class Mutator {
 public:
  explicit Mutator(uint64_t seed) : random_(static_cast<uint32_t>(seed)) {}

  std::string Mutate(std::string bytes, size_t header) {
    const size_t places = 1 + random_() % 4;
    for (size_t i = 0; i < places && !bytes.empty(); ++i)
      Damage(bytes, random_() % std::min(header, bytes.size()));
    return bytes;
  }

 private:
  void Damage(std::string& bytes, size_t at) {
    static constexpr uint8_t kTelling[] = {0, 1, 0x22, 0x5B, 0x7B, 0x7D, 0x7F, 0x80, 0xFF};
    static constexpr uint64_t kLengths[] = {
        0, 1, 0x7FFFFFFF, 0xFFFFFFFF, uint64_t{1} << 32, uint64_t{1} << 40, INT64_MAX, UINT64_MAX};
    const size_t stretch = std::min<size_t>(1 + random_() % 40, bytes.size() - at);
    switch (random_() % 6) {
      case 0:
        bytes[at] ^= static_cast<char>(1 << random_() % 8);
        break;
      case 1:
        bytes[at] = static_cast<char>(kTelling[random_() % std::size(kTelling)]);
        break;
      case 2:
        bytes.replace(at, std::min<size_t>(8, bytes.size() - at),
                      Bytes(kLengths[random_() % std::size(kLengths)]));
        break;
      case 3:
        bytes.insert(at, bytes.substr(at, stretch));
        break;
      case 4:
        bytes.erase(at, stretch);
        break;
      default:
        if (random_() % 8 == 0) bytes.resize(at);
    }
  }

  std::minstd_rand random_;
};

// A file that a test damages again and again.
class Victim {
 public:
  explicit Victim(const std::string& name)
      : path_(base::StrCat(testing::TempDir(), "/fuzz_", getpid(), "/", name)) {
    std::filesystem::create_directories(folder());
  }
  ~Victim() { std::filesystem::remove_all(folder()); }
  const std::string& path() const { return path_.native(); }
  std::string folder() const { return path_.parent_path(); }
  void Write(const std::string& bytes) const {
    std::filesystem::remove(path_);  // file systems flush what is written over itself
    std::ofstream(path_, std::ios::binary) << bytes;
  }

 private:
  const std::filesystem::path path_;
};

// Bytes of memory for each byte of a file: of the largest allocation, and of all together.
struct PerByte {
  size_t each, all;
};

// `read` gives true for what it could read; at least a quarter must be refused, and not all.
void Fuzz(const Victim& victim, const std::string& whole, size_t header, size_t count,
          const PerByte& per_byte, const std::function<bool()>& read) {
  victim.Write(whole);
  ASSERT_TRUE(read());
  const Cases cases = CasesFrom(/*seed=*/2026, count);
  Mutator mutator(cases.seed);
  size_t refused = 0;
  for (size_t i = 0; i < cases.count; ++i) {
    SCOPED_TRACE(Again(cases.seed, i));
    const std::string damaged = mutator.Mutate(whole, header);
    victim.Write(damaged);
    largest_allocation = 0;
    const int64_t before = alive;
    most_alive = before;
    refused += read() ? 0 : 1;
    ASSERT_LE(largest_allocation, damaged.size() * per_byte.each + kAllowance);
    ASSERT_LE(most_alive - before,
              static_cast<int64_t>(damaged.size() * per_byte.all + kAllowanceOfAll));
  }
  if (!cases.all) return;
  EXPECT_GT(refused, cases.count / 4);
  EXPECT_LT(refused, cases.count);
}

// The file with the metadata and tensors of a layer, and zeros for the data.
std::string SmallGguf() {
  GgufBytes bytes;
  bytes.Text("general.architecture", "exaone-moe");
  const std::pair<const char*, uint32_t> keys[] = {{"block_count", 1},
                                                   {"context_length", 64},
                                                   {"embedding_length", 32},
                                                   {"feed_forward_length", 32},
                                                   {"attention.head_count", 2},
                                                   {"expert_count", 4},
                                                   {"expert_used_count", 2},
                                                   {"expert_feed_forward_length", 32},
                                                   {"attention.key_length", 16},
                                                   {"attention.value_length", 16},
                                                   {"attention.sliding_window", 8}};
  for (const auto& [key, value] : keys) bytes.Whole(base::StrCat("exaone-moe.", key), value);
  bytes.Key("exaone-moe.attention.layer_norm_rms_epsilon", 6, Bytes(1e-5F));
  bytes.Key("exaone-moe.attention.sliding_window_pattern", 9,
            Bytes<uint32_t>(7) + Bytes<uint64_t>(1) + Bytes<uint8_t>(1));
  std::string texts;
  for (int i = 0; i < 32; ++i) texts += GgufText(base::StrCat("token", i));
  bytes.Key("tokenizer.ggml.tokens", 9, Bytes<uint32_t>(8) + Bytes<uint64_t>(32) + texts);
  uint64_t offset = 0;
  const auto add = [&](std::string_view name, const std::vector<uint64_t>& shape, uint32_t type) {
    bytes.Tensor(name, shape, type, offset);
    offset += 8192;
  };
  add("token_embd.weight", {32, 32}, 8);
  add("output.weight", {32, 32}, 1);
  add("output_norm.weight", {32}, 0);
  add("blk.0.attn_norm.weight", {32}, 0);
  add("blk.0.attn_q.weight", {32, 32}, 8);
  add("blk.0.ffn_up_exps.weight", {32, 32, 4}, 2);
  return bytes.File(offset);
}

TEST(HeaderFuzz, OfGgufFiles) {
  const Victim victim("model.gguf");
  const std::string whole = SmallGguf();
  Fuzz(victim, whole, whole.find("blk.0.ffn_up_exps") + 80, 3000, {1, 4}, [&] {
    const auto source = ReadConfig(victim.path());
    return source.ok() && ParseModelConfig(source->json).ok();
  });
}

// A JSON value takes up to sixteen bytes for each byte of its text, and lists grow by doubling.
constexpr PerByte kJsonBytes = {64, 64};

TEST(HeaderFuzz, OfSafetensorsFiles) {
  const Victim victim("model.safetensors");
  const std::string whole = ReadGolden("ax_k1_nobias/model.safetensors");
  uint64_t header = 0;
  std::memcpy(&header, whole.data(), sizeof(header));
  Fuzz(victim, whole, 8 + header, 1500, {4, 8},
       [&] { return WeightFiles::Open(victim.folder()).ok(); });
}

TEST(HeaderFuzz, OfTheIndexOfShards) {
  const Victim victim("model.safetensors.index.json");
  std::filesystem::copy_file(GoldenDirectory("ax_k1_nobias") + "/model.safetensors",
                             victim.folder() + "/a.safetensors");
  const auto shard = *SafetensorsFile::Open(victim.folder() + "/a.safetensors");
  base::Json map;
  for (const auto& [name, view] : shard->tensors()) map[name] = "a.safetensors";
  const std::string whole = base::Json{{"weight_map", map}}.dump();
  Fuzz(victim, whole, whole.size(), 1500, kJsonBytes,
       [&] { return WeightFiles::Open(victim.folder()).ok(); });
}

TEST(HeaderFuzz, OfConfigJson) {
  for (const char* family : {"k_exaone", "ax_k1", "hyperclova_x_vision", "vaetki", "exaone4"}) {
    const Victim victim("config.json");
    const std::string whole = ReadGolden(base::StrCat(family, "/config.json"));
    Fuzz(victim, whole, whole.size(), 1000, kJsonBytes, [&] {
      const auto source = ReadConfig(victim.folder());
      if (!source.ok()) return false;
      if (HasVision(source->json)) (void)ParseVisionConfig(source->json, 320);
      return ParseModelConfig(source->json).ok();
    });
  }
}

TEST(HeaderFuzz, OfPreprocessorConfigJson) {
  const auto config = ReadConfig(GoldenDirectory("hyperclova_x_vision"));
  const VisionConfig tower = *ParseVisionConfig(config->json, 320);
  const Victim victim("preprocessor_config.json");
  const std::string whole = ReadGolden("hyperclova_x_vision/preprocessor_config.json");
  Fuzz(victim, whole, whole.size(), 1500, kJsonBytes, [&] {
    const auto json = base::ParseJson(ReadFile(victim.path()), "preprocessor_config.json");
    return json.ok() && Preprocessor::Parse(*json, tower).ok();
  });
}

// One byte of a PNG may be 1032 bytes of pixels in one bit each, which become four bytes.
TEST(HeaderFuzz, OfImages) {
  constexpr size_t kImageBytes = 1032 * 8 * 4;
  for (const char* name : {"palette.png", "deep.png", "interlaced.png", "one_bit.png", "photo.jpg",
                           "progressive.jpg", "turned_5.jpg"}) {
    const Victim victim(name);
    const std::string whole = ReadGolden(base::StrCat("vision_images/", name));
    Fuzz(victim, whole, std::min<size_t>(whole.size(), 700), 1000, {kImageBytes, 2 * kImageBytes},
         [&] { return ReadPicture(ReadFile(victim.path()), PictureParts::kPixels).ok(); });
  }
}

TEST(HeaderFuzz, OfTokenizerJson) {
  for (const char* family : {"k_exaone", "vaetki"}) {
    const Victim victim("tokenizer.json");
    const std::string whole = ReadGolden(base::StrCat(family, "/tokenizer.json"));
    Fuzz(victim, whole, whole.size(), 1000, {64, 128}, [&] {
      const auto tokenizer = Tokenizer::Load(victim.path());
      if (!tokenizer.ok()) return false;
      const auto ids = (*tokenizer)->Encode("한국의 수도는 <|endofturn|> 서울 abc 123");
      if (ids.ok()) (void)(*tokenizer)->Decode(*ids, true);
      return true;
    });
  }
}

}  // namespace
}  // namespace model_core
