#include "model_core/vision/orientation.h"

namespace model_core {
namespace {

constexpr uint16_t kOrientationTag = 0x0112, kShortType = 3;
constexpr size_t kEntryBytes = 12;

// Numbers of a TIFF block, in its byte order; 0 outside of it.
class Tiff {
 public:
  explicit Tiff(std::string_view bytes) : bytes_(bytes), little_(bytes.starts_with("II")) {}

  uint32_t Number(size_t at, size_t size) const {
    if (at > bytes_.size() || size > bytes_.size() - at) return 0;
    uint32_t value = 0;
    for (size_t i = 0; i < size; ++i) {
      const size_t place = little_ ? at + size - 1 - i : at + i;
      value = value << 8 | static_cast<uint8_t>(bytes_[place]);
    }
    return value;
  }

 private:
  std::string_view bytes_;
  bool little_;
};

}  // namespace

int ExifOrientation(std::string_view exif) {
  if (!exif.starts_with("II") && !exif.starts_with("MM")) return 1;
  const Tiff tiff(exif);
  const size_t directory = tiff.Number(4, 4), count = tiff.Number(directory, 2);
  for (size_t i = 0; i < count; ++i) {
    const size_t entry = directory + 2 + i * kEntryBytes;
    if (tiff.Number(entry, 2) != kOrientationTag || tiff.Number(entry + 2, 2) != kShortType)
      continue;
    const uint32_t value = tiff.Number(entry + 8, 2);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

bool SwapsSides(int orientation) { return orientation >= 5; }

// 2, 4: mirrored left to right, top to bottom; 3: half a turn; 5 to 8: the same and 1, with rows
// and columns exchanged.
Picture Upright(Picture picture, int orientation) {
  if (orientation == 1) return picture;
  const bool swaps = SwapsSides(orientation);
  const bool right_first =
      orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool bottom_first =
      orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  Picture upright{swaps ? picture.height : picture.width, swaps ? picture.width : picture.height,
                  std::vector<uint8_t>(picture.rgb.size())};
  uint8_t* out = upright.rgb.data();
  for (size_t y = 0; y < upright.height; ++y) {
    for (size_t x = 0; x < upright.width; ++x, out += 3) {
      const size_t column = swaps ? y : x, row = swaps ? x : y;
      const size_t from_x = right_first ? picture.width - 1 - column : column;
      const size_t from_y = bottom_first ? picture.height - 1 - row : row;
      const uint8_t* from = &picture.rgb[(from_y * picture.width + from_x) * 3];
      out[0] = from[0], out[1] = from[1], out[2] = from[2];
    }
  }
  return upright;
}

}  // namespace model_core
