#include "model_core/engine/image_sizes.h"

#include "model_core/base/strings.h"
#include "model_core/vision.h"

namespace model_core {

using base::StrCat;

namespace {

constexpr size_t kReadingBytes = 9;  // by a stored pixel (picture.h)
constexpr size_t kStepPatches = 64, kStepQueries = 16;

absl::Status CheckImages(const VisionModel* vision, size_t count) {
  if (count > 0 && vision == nullptr) {
    return BadImage(StrCat("images: the request holds ", count, ", the model has no vision tower"),
                    StrCat("요청에 이미지가 ", count, "개 있으나, 모델에 비전 타워가 없습니다"));
  }
  if (count <= kImagesMax) return absl::OkStatus();
  return BadImage(StrCat("images: the request holds ", count, ", limit ", kImagesMax),
                  StrCat("요청에 이미지가 ", count, "개 있습니다 (한도 ", kImagesMax, "개)"));
}

// Of the pixels behind one row.
size_t PixelBytesPerRow(const VisionConfig& config) {
  return config.group() * config.patch * config.patch * 3;
}

}  // namespace

absl::Status OfImage(const absl::Status& status, size_t index) {
  const std::string english = base::Message(status, base::Language::kEnglish);
  const std::string korean = base::Message(status, base::Language::kKorean);
  return base::WithReason(base::Error(status.code(), StrCat("image ", index + 1, ": ", english),
                                      StrCat("이미지 ", index + 1, ": ", korean)),
                          base::Reason(status));
}

absl::StatusOr<ImageSizes> MeasureImages(const VisionModel* vision,
                                         std::span<const std::string> images) {
  RETURN_IF_ERROR(CheckImages(vision, images.size()));
  ImageSizes sizes;
  for (size_t i = 0; i < images.size(); ++i) {
    const absl::StatusOr<size_t> tokens = vision->preprocessor().Tokens(images[i]);
    if (!tokens.ok()) return OfImage(tokens.status(), i);
    sizes.rows += *tokens;
    sizes.pixel_bytes += *tokens * PixelBytesPerRow(vision->tower().config());
  }
  return sizes;
}

size_t DeskBytes(const VisionModel& vision) {
  return kImagesMax * vision.preprocessor().tokens_max() *
         PixelBytesPerRow(vision.tower().config());
}

// Of the tower: what TowerRun says of a patch, scores of a few queries over all patches, and some
// rows of each width for a step.
size_t ImageRoomBytes(const VisionModel& vision, size_t team_size) {
  const VisionConfig& config = vision.tower().config();
  const size_t rows = vision.preprocessor().tokens_max(), patches = rows * config.group();
  const size_t step = kStepPatches * (config.patch_floats() + 4 * config.hidden + 2 * config.ffn);
  const size_t floats = patches * (4 * config.hidden + kStepQueries * team_size) +
                        rows * vision.tower().width() + step;
  return kReadingBytes * kImagePixelsMax + floats * sizeof(float);
}

absl::StatusOr<std::vector<int32_t>> PlaceImages(const VisionModel* vision,
                                                 std::span<const int32_t> prompt,
                                                 std::span<const std::string> images) {
  RETURN_IF_ERROR(CheckImages(vision, images.size()));
  std::vector<int32_t> placed;
  size_t next = 0;
  for (const int32_t token : prompt) {
    const bool is_image = vision != nullptr && token == vision->image_token();
    size_t count = 1;
    if (is_image && next < images.size()) {
      const absl::StatusOr<size_t> tokens = vision->preprocessor().Tokens(images[next]);
      if (!tokens.ok()) return OfImage(tokens.status(), next);
      count = *tokens;
    }
    if (is_image) ++next;
    placed.insert(placed.end(), count, token);
  }
  if (next == images.size()) return placed;
  return BadImage(
      StrCat("images: the prompt has ", next, " places, for ", images.size()),
      StrCat("프롬프트에 ", next, "개의 자리가 있으나, 요청에는 ", images.size(), "개가 있습니다"));
}

}  // namespace model_core
