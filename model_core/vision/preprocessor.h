// Preprocessor: from an image file to what the tower takes, as preprocessor_config.json says
// (Qwen2VLImageProcessor of transformers): resized to whole groups of patches and a bounded area,
// colours shifted and scaled. Immutable; thread-safe.
#pragma once

#include <array>
#include <string>

#include "model_core/base/json.h"
#include "model_core/base/sha256.h"
#include "model_core/vision/picture.h"
#include "model_core/vision/vision_config.h"

namespace model_core {

// An image as a grid of patches, and what tells it from others.
struct PreparedImage {
  size_t rows = 0, columns = 0;  // of patches; multiples of the tower's merge
  std::vector<uint8_t> rgb;      // [rows · patch, columns · patch, 3]
  base::Digest digest{};         // over all of the above
};

class Preprocessor {
 public:
  // InvalidArgument names a key that is not understood or does not fit the tower.
  static absl::StatusOr<Preprocessor> Parse(const base::Json& json, const VisionConfig& config);

  // As ReadPicture.
  absl::StatusOr<PreparedImage> Prepare(std::string_view file) const;
  // How many rows of a prompt the image takes. Looks at the file's header only.
  absl::StatusOr<size_t> Tokens(std::string_view file) const;
  size_t tokens_max() const { return pixels_max_ / (group_ * group_); }

  // Patch `patch` of the image, [channel, frame, y, x]; patches are numbered group by group, row by
  // row inside a group.
  void ReadPatch(const PreparedImage& image, size_t patch, float* out) const;

  struct Size {
    size_t width, height;
  };
  // Nearest size of whole groups, its area within the limits, sides in proportion.
  Size TargetSize(size_t width, size_t height) const;

 private:
  Preprocessor() = default;

  size_t patch_ = 0, merge_ = 0, frames_ = 0;
  size_t group_ = 0;  // pixels of a group of patches, a side
  size_t pixels_min_ = 0, pixels_max_ = 0;
  std::array<std::array<float, 256>, 3> colours_{};  // by channel and byte
};

}  // namespace model_core
