// Picture: the pixels of an image file.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model_core/base/status.h"

namespace model_core {

struct Picture {
  size_t width = 0, height = 0;
  std::vector<uint8_t> rgb;  // [height, width, 3]; empty where only the size was asked for
};

enum class PictureParts { kSize, kPixels };

// A PNG or JPEG file, upright. InvalidArgument: neither of them, empty, too large (vision.h), of
// a kind that is not read, or damaged: also where the file ends early, since what is missing would
// become grey. While it works it may take nine bytes for each stored pixel, but only if the file is
// large enough to hold so many. Thread-safe.
absl::StatusOr<Picture> ReadPicture(std::string_view file, PictureParts parts);

// Parts of ReadPicture, for files that begin as such.
absl::StatusOr<Picture> ReadPng(std::string_view file, PictureParts parts);
absl::StatusOr<Picture> ReadJpeg(std::string_view file, PictureParts parts);

// The fault of an image, in both languages, without saying of which.
absl::Status BadImage(std::string_view english, std::string_view korean);

// InvalidArgument: a size outside the limits of vision.h, or one that would take more than the
// file's bytes: `bytes_least`, however well it is packed.
absl::Status CheckPictureSize(size_t width, size_t height, size_t bytes_least, size_t file_bytes);

}  // namespace model_core
