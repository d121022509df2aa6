// From an image file to a vision tower's patches, beside what the reference's preprocessor makes.
#include <gmock/gmock.h>

#include "model_core/vision.h"
#include "model_core/vision/orientation.h"
#include "model_core/vision/preprocessor.h"
#include "tests/fakes/whole_korean.h"
#include "tests/unit/model_core/cases.h"
#include "tests/unit/model_core/vision_data.h"

namespace model_core {
namespace {

using base::Json;
using base::StrCat;
using testing::HasSubstr;

std::string ImageFile(const std::string& name) {
  return ReadFile(GoldenDirectory("vision_images/" + name));
}

Json ReadJson(const std::string& path) { return *base::ParseJson(ReadFile(path), path); }

VisionConfig TowerConfig() {
  return *ParseVisionConfig(ReadJson(GoldenDirectory("hyperclova_x_vision/config.json")), 320);
}

Json PreprocessorJson() {
  return ReadJson(GoldenDirectory("vision_images/preprocessor_config.json"));
}

Preprocessor MakePreprocessor() { return *Preprocessor::Parse(PreprocessorJson(), TowerConfig()); }

std::string Fault(const std::string& file) {
  return std::string(ReadPicture(file, PictureParts::kPixels).status().message());
}

TEST(VisionImages, EveryByteIsAsTheReferenceResizesIt) {
  const auto expected =
      *SafetensorsFile::Open(GoldenDirectory("vision_images/expected.safetensors"));
  const Preprocessor preprocessor = MakePreprocessor();
  ASSERT_EQ(expected->tensors().size(), 18U);
  for (const auto& [name, tensor] : expected->tensors()) {
    const auto image = preprocessor.Prepare(ImageFile(name));
    ASSERT_TRUE(image.ok()) << name << image.status();
    const std::vector<size_t> shape{image->rows * 14, image->columns * 14, 3};
    ASSERT_EQ(tensor.shape, shape) << name;
    EXPECT_TRUE(std::equal(image->rgb.begin(), image->rgb.end(), tensor.data.begin())) << name;
  }
}

TEST(VisionImages, PatchesHaveTheReferencesBits) {
  const Json expected = ReadJson(GoldenDirectory("vision_images/expected.json"));
  const Preprocessor preprocessor = MakePreprocessor();
  const size_t floats = TowerConfig().patch_floats();
  for (const auto& [name, told] : expected.items()) {
    const auto image = *preprocessor.Prepare(ImageFile(name));
    std::vector<float> values(image.rows * image.columns * floats);
    for (size_t i = 0; i < values.size() / floats; ++i)
      preprocessor.ReadPatch(image, i, &values[i * floats]);
    const std::string_view bytes(reinterpret_cast<const char*>(values.data()),
                                 values.size() * sizeof(float));
    EXPECT_EQ(base::Sha256Hex(bytes), told.at("pixel_values_sha256").get<std::string>()) << name;
    EXPECT_EQ(*preprocessor.Tokens(ImageFile(name)), image.rows * image.columns / 4) << name;
  }
}

TEST(VisionImages, SizesAreThoseOfTheReference) {
  Json json = PreprocessorJson();
  json["max_pixels"] = 2073600;
  const auto preprocessor = *Preprocessor::Parse(json, TowerConfig());
  // Of smart_resize: width and height before and after.
  constexpr size_t kSizes[][4] = {
      {84, 56, 84, 56}, {1, 1, 56, 56},      {1920, 1080, 1904, 1064}, {4000, 3000, 1652, 1232},
      {42, 70, 56, 56}, {14, 2000, 28, 672}, {3000, 15, 2996, 28},     {8192, 8192, 1428, 1428}};
  for (const auto& [width, height, new_width, new_height] : kSizes) {
    const Preprocessor::Size size = preprocessor.TargetSize(width, height);
    EXPECT_EQ(size.width, new_width) << width << " × " << height;
    EXPECT_EQ(size.height, new_height) << width << " × " << height;
  }
}

TEST(VisionImages, AnotherSpellingOfTheAreaIsTheSame) {
  Json json = PreprocessorJson();
  json["size"] = {{"shortest_edge", json["min_pixels"]}, {"longest_edge", json["max_pixels"]}};
  json.erase("min_pixels");
  json.erase("max_pixels");
  const auto other = Preprocessor::Parse(json, TowerConfig());
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_EQ(other->Prepare(ImageFile("photo.jpg"))->digest,
            MakePreprocessor().Prepare(ImageFile("photo.jpg"))->digest);
}

TEST(VisionImages, APreprocessorThatDoesSomethingElseIsRefusedByItsKey) {
  const std::pair<const char*, Json> kEdits[] = {{"resample", 2},
                                                 {"patch_size", 16},
                                                 {"do_rescale", false},
                                                 {"image_mean", {0.5}},
                                                 {"image_std", {0.5, 0, 0.5}},
                                                 {"max_pixels", 100},
                                                 {"rescale_factor", -1},
                                                 {"min_pixels", 9000},
                                                 {"sharpen", true},
                                                 {"size", 5}};
  for (const auto& [key, value] : kEdits) {
    Json json = PreprocessorJson();
    json[key] = value;
    const auto made = Preprocessor::Parse(json, TowerConfig());
    EXPECT_EQ(made.status().code(), absl::StatusCode::kInvalidArgument) << key;
    EXPECT_THAT(std::string(made.status().message()), HasSubstr(key));
    EXPECT_EQ(fakes::EnglishWordsIn(made.status()), "") << key;
  }
}

TEST(VisionImages, AFileThatIsNoImageIsRefused) {
  EXPECT_THAT(Fault(""), HasSubstr("the file is empty"));
  EXPECT_THAT(Fault("GIF89a"), HasSubstr("neither PNG nor JPEG"));
  EXPECT_THAT(Fault(std::string(kImageBytesMax + 1, 'x')),
              HasSubstr(StrCat(kImageBytesMax + 1, " bytes, limit ", kImageBytesMax)));
}

TEST(VisionImages, AFileThatEndsEarlyIsRefusedWhereverItEnds) {
  for (const char* name : {"clear.png", "palette.png", "interlaced.png", "photo.jpg",
                           "progressive.jpg", "turned_6.jpg"}) {
    const std::string whole = ImageFile(name);
    for (size_t size = 0; size < whole.size() - 2; size += 1 + size / 20) {
      const auto picture = ReadPicture(whole.substr(0, size), PictureParts::kPixels);
      ASSERT_EQ(picture.status().code(), absl::StatusCode::kInvalidArgument) << name << size;
    }
    EXPECT_THAT(Fault(whole.substr(0, whole.size() / 2)), HasSubstr("damaged")) << name;
  }
}

// Every outcome is an image of a bounded size or a Status; a changed byte of a checksummed PNG is
// always seen.
TEST(VisionImages, DamagedBytesNeverCrash) {
  const Cases cases = CasesFrom(/*seed=*/1, 400);
  uint64_t state = 0;
  const auto random = [&state](size_t below) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<size_t>(state >> 33) % below;
  };
  for (const char* name : {"clear.png", "deep.png", "interlaced.png", "palette.png", "one_bit.png",
                           "photo.jpg", "progressive.jpg", "grey.jpg", "turned_5.jpg"}) {
    const std::string whole = ImageFile(name);
    state = cases.seed;
    for (uint64_t round = 0; round < cases.count; ++round) {
      SCOPED_TRACE(base::StrCat(Again(cases.seed, round), ", ", name));
      std::string damaged = whole;
      for (size_t i = 0; i <= round % 4; ++i)
        damaged[random(round % 2 == 0 ? whole.size() : 200)] = static_cast<char>(random(256));
      const auto picture = ReadPicture(damaged, PictureParts::kPixels);
      if (!picture.ok()) {
        EXPECT_EQ(picture.status().code(), absl::StatusCode::kInvalidArgument);
      } else {
        EXPECT_EQ(picture->rgb.size(), picture->width * picture->height * 3);
      }
    }
  }
}

std::string PngHead(uint32_t width, uint32_t height) {
  std::string file = ImageFile("tiny.png");
  for (size_t i = 0; i < 4; ++i) {
    file[16 + i] = static_cast<char>(width >> (24 - 8 * i));
    file[20 + i] = static_cast<char>(height >> (24 - 8 * i));
  }
  uint32_t crc = ~0U;  // of the chunk's name and data
  for (size_t at = 12; at < 29; ++at) {
    crc ^= static_cast<uint8_t>(file[at]);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320U : 0);
  }
  for (size_t i = 0; i < 4; ++i) file[29 + i] = static_cast<char>(~crc >> (24 - 8 * i));
  return file;
}

TEST(VisionImages, AHugeImageIsRefusedBeforeItTakesMemory) {
  EXPECT_THAT(Fault(PngHead(100'000, 90'000)),
              HasSubstr(StrCat("100000 × 90000 pixels, limit ", kImagePixelsMax)));
  EXPECT_THAT(Fault(PngHead(6000, 6000)),
              HasSubstr("6000 × 6000 pixels do not fit into 630 bytes"));
  EXPECT_THAT(Fault(PngHead(4020, 20)), HasSubstr("200 times"));
  EXPECT_THAT(Fault(PngHead(20, 11)), testing::IsEmpty());
}

TEST(VisionImages, AnOrientationIsReadInBothByteOrdersOrLeftAlone) {
  const std::string little("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0", 26);
  const std::string big("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0\0\0\0\0", 26);
  EXPECT_EQ(ExifOrientation(little), 6);
  EXPECT_EQ(ExifOrientation(big), 8);
  for (size_t size = 0; size < 19; ++size) EXPECT_EQ(ExifOrientation(little.substr(0, size)), 1);
  std::string far = little;
  far[7] = '\x7F';  // the directory lies outside
  EXPECT_EQ(ExifOrientation(far), 1);
}

}  // namespace
}  // namespace model_core
