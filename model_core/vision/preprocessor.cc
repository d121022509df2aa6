#include "model_core/vision/preprocessor.h"

#include <algorithm>
#include <cmath>

#include "model_core/base/strings.h"
#include "model_core/transformer/config_reader.h"
#include "model_core/vision/resample.h"

namespace model_core {
namespace {

using base::Json;
using base::StrCat;

constexpr int kBicubic = 3;  // as Pillow numbers its filters
constexpr size_t kPixelsMost = size_t{1} << 24;

struct Area {
  size_t min, max;
};

// In the older spelling min_pixels and max_pixels, which win; in the newer `size`.
Area ReadArea(ConfigReader& reader) {
  Area area{56 * 56, 28 * 28 * 1280};
  if (const Json* size = reader.Get("size")) {
    ConfigReader inner(*size, "preprocessor_config.json, size");
    if (!size->is_object()) reader.Fail("size", kIsNoObject);
    area.min = inner.Size("shortest_edge", static_cast<int64_t>(area.min));
    area.max = inner.Size("longest_edge", static_cast<int64_t>(area.max));
    inner.Ignore({"min_pixels", "max_pixels"});  // the same again
    if (const absl::Status status = inner.Finish(); size->is_object() && !status.ok())
      reader.Fail("size", status);
  }
  area.min = reader.Size("min_pixels", static_cast<int64_t>(area.min));
  area.max = reader.Size("max_pixels", static_cast<int64_t>(area.max));
  return area;
}

void CheckArea(ConfigReader& reader, const Area& area, size_t group) {
  if (area.min == 0 || area.min > area.max)
    reader.Fail("min_pixels", {"must be 1 to max_pixels", "값은 1부터 max_pixels까지여야 합니다"});
  if (area.max < group || area.max > kPixelsMost)
    reader.Fail("max_pixels", {StrCat("must be ", group, " to ", kPixelsMost),
                               StrCat("값은 ", group, "부터 ", kPixelsMost, "까지여야 합니다")});
}

// Three numbers, one a channel.
std::array<double, 3> ReadColours(ConfigReader& reader, const char* key,
                                  std::array<double, 3> values) {
  const Json* list = reader.Get(key);
  if (list == nullptr) return values;
  const bool fits =
      list->is_array() && list->size() == values.size() &&
      std::all_of(list->begin(), list->end(), [](const Json& entry) { return entry.is_number(); });
  if (!fits) reader.Fail(key, {"does not list 3 numbers", "값은 수 3개의 목록이어야 합니다"});
  for (size_t i = 0; fits && i < values.size(); ++i) values[i] = (*list)[i].get<double>();
  return values;
}

// In the reference's order of roundings: mean and deviation, as f32, are brought to the scale of
// bytes.
std::array<std::array<float, 256>, 3> ReadTables(ConfigReader& reader) {
  const auto mean = ReadColours(reader, "image_mean", {0.48145466, 0.4578275, 0.40821073});
  const auto deviation = ReadColours(reader, "image_std", {0.26862954, 0.26130258, 0.27577711});
  const double factor = reader.Number("rescale_factor", 1.0 / 255);
  if (!(factor > 0)) reader.Fail("rescale_factor", {"must be over 0", "값은 0보다 커야 합니다"});
  const auto bytes = static_cast<float>(1 / factor);
  std::array<std::array<float, 256>, 3> tables{};
  for (size_t c = 0; c < tables.size(); ++c) {
    if (!(deviation[c] > 0)) reader.Fail("image_std", {"must be over 0", "값은 0보다 커야 합니다"});
    for (size_t value = 0; value < tables[c].size(); ++value) {
      tables[c][value] = (static_cast<float>(value) - static_cast<float>(mean[c]) * bytes) /
                         (static_cast<float>(deviation[c]) * bytes);
    }
  }
  return tables;
}

void ExpectTheReference(ConfigReader& reader, const VisionConfig& config) {
  for (const char* key : {"do_resize", "do_rescale", "do_normalize", "do_convert_rgb"})
    reader.Expect(key, true);
  reader.Expect("resample", kBicubic);
  reader.Expect("patch_size", config.patch);
  reader.Expect("merge_size", config.merge);
  reader.Expect("temporal_patch_size", config.frames);
  for (const char* key : {"do_center_crop", "do_pad"}) reader.Expect(key, false);
  const std::string type = reader.Text("image_processor_type", "Qwen2VLImageProcessor");
  if (!type.starts_with("Qwen2VLImageProcessor") && !type.starts_with("Qwen2_5_VLImageProcessor"))
    reader.Fail("image_processor_type",
                {StrCat("is '", type, "'; read is Qwen2VLImageProcessor"),
                 StrCat("값이 '", type, "'인데 Qwen2VLImageProcessor만 읽습니다")});
  reader.Ignore({"_processor_class", "auto_map", "data_format", "default_to_square", "device",
                 "disable_grouping", "input_data_format", "model_type", "processor_class",
                 "return_tensors"});
}

double RoundToEven(double value) { return std::nearbyint(value); }

}  // namespace

absl::StatusOr<Preprocessor> Preprocessor::Parse(const Json& json, const VisionConfig& config) {
  ConfigReader reader(json, "preprocessor_config.json");
  if (!json.is_object()) {
    reader.Fail("{}", kIsNoObject);
    return reader.Finish();
  }
  Preprocessor made;
  made.patch_ = config.patch;
  made.merge_ = config.merge;
  made.frames_ = config.frames;
  made.group_ = config.patch * config.merge;
  ExpectTheReference(reader, config);
  const Area area = ReadArea(reader);
  CheckArea(reader, area, made.group_ * made.group_);
  made.pixels_min_ = area.min;
  made.pixels_max_ = area.max;
  made.colours_ = ReadTables(reader);
  RETURN_IF_ERROR(reader.Finish());
  return made;
}

// The reference's smart_resize, in doubles as there.
Preprocessor::Size Preprocessor::TargetSize(size_t width, size_t height) const {
  const auto group = static_cast<double>(group_), w = static_cast<double>(width),
             h = static_cast<double>(height);
  const auto least = static_cast<double>(pixels_min_), most = static_cast<double>(pixels_max_);
  double new_h = RoundToEven(h / group) * group, new_w = RoundToEven(w / group) * group;
  if (new_h * new_w > most) {
    const double shrink = std::sqrt(h * w / most);
    new_h = std::max(group, std::floor(h / shrink / group) * group);
    new_w = std::max(group, std::floor(w / shrink / group) * group);
  } else if (new_h * new_w < least) {
    const double grow = std::sqrt(least / (h * w));
    new_h = std::ceil(h * grow / group) * group;
    new_w = std::ceil(w * grow / group) * group;
  }
  return {static_cast<size_t>(new_w), static_cast<size_t>(new_h)};
}

absl::StatusOr<PreparedImage> Preprocessor::Prepare(std::string_view file) const {
  ASSIGN_OR_RETURN(Picture picture, ReadPicture(file, PictureParts::kPixels));
  const Size size = TargetSize(picture.width, picture.height);
  PreparedImage image{size.height / patch_, size.width / patch_, {}, {}};
  image.rgb = Resample(picture, size.width, size.height).rgb;
  image.digest = base::Sha256(
      StrCat(image.rows, "x", image.columns, ":"),
      std::string_view(reinterpret_cast<const char*>(image.rgb.data()), image.rgb.size()));
  return image;
}

absl::StatusOr<size_t> Preprocessor::Tokens(std::string_view file) const {
  ASSIGN_OR_RETURN(const Picture picture, ReadPicture(file, PictureParts::kSize));
  const Size size = TargetSize(picture.width, picture.height);
  return size.width / group_ * (size.height / group_);
}

void Preprocessor::ReadPatch(const PreparedImage& image, size_t patch, float* out) const {
  const size_t in_group = patch % (merge_ * merge_), group = patch / (merge_ * merge_);
  const size_t groups = image.columns / merge_;
  const size_t top = (group / groups * merge_ + in_group / merge_) * patch_;
  const size_t left = (group % groups * merge_ + in_group % merge_) * patch_;
  const size_t row = image.columns * patch_ * 3;
  for (size_t c = 0; c < 3; ++c) {
    for (size_t frame = 0; frame < frames_; ++frame) {
      for (size_t y = 0; y < patch_; ++y) {
        const uint8_t* from = &image.rgb[(top + y) * row + left * 3 + c];
        for (size_t x = 0; x < patch_; ++x) *out++ = colours_[c][from[3 * x]];
      }
    }
  }
}

}  // namespace model_core
