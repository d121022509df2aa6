// Orientation: how a camera was held, and a picture turned upright.
#pragma once

#include <string_view>

#include "model_core/vision/picture.h"

namespace model_core {

// The orientation of an Exif block (JEITA CP-3451, tag 0x0112), 1 to 8; 1 (upright) where it is
// not given or not readable. `exif` begins with the TIFF header.
int ExifOrientation(std::string_view exif);

bool SwapsSides(int orientation);

// The picture as it is to be seen.
Picture Upright(Picture picture, int orientation);

}  // namespace model_core
