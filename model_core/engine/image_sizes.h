// How much images are, in tokens and in bytes, before they are read. Thread-safe.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model_core/vision/vision_model.h"

namespace model_core {

// `status`, saying which image it is about, counted from 1.
absl::Status OfImage(const absl::Status& status, size_t index);

// What a request's images will take.
struct ImageSizes {
  size_t rows = 0;         // of the prompt
  size_t pixel_bytes = 0;  // from reading to rows
};
// Looks at the files' headers only. `vision`: null if the model has none. InvalidArgument: images
// without a vision tower, more than kImagesMax, a file as by ReadPicture; each named by its number.
absl::StatusOr<ImageSizes> MeasureImages(const VisionModel* vision,
                                         std::span<const std::string> images);

// Bytes for the pixels of any one request's images.
size_t DeskBytes(const VisionModel& vision);
// Bytes that are taken at most while an image is read, and while one goes through the tower, the
// largest of its kind; pixels and rows not included.
size_t ImageRoomBytes(const VisionModel& vision, size_t team_size);

// The prompt with each image token repeated as often as its image has rows. Errors as above.
absl::StatusOr<std::vector<int32_t>> PlaceImages(const VisionModel* vision,
                                                 std::span<const int32_t> prompt,
                                                 std::span<const std::string> images);

}  // namespace model_core
