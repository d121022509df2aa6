// Resample: a picture in another size, bicubic (Keys, a = -1/2), wider by the factor of reduction
// where it shrinks.
//
// Bit for bit what torchvision's resize of bytes gives (BICUBIC, antialias; torchvision 0.29 and
// torch 2.15, on CPUs of every kind), which the reference's preprocessor calls: rows first, then
// columns, with weights in 16 bits, rounded to bytes after each. Pillow 13 differs from both by up
// to 4 of 255 (tests/golden/vision_images/expected.json says where).
#pragma once

#include "model_core/vision/picture.h"

namespace model_core {

// Neither size is 0. Thread-safe.
Picture Resample(const Picture& picture, size_t width, size_t height);

}  // namespace model_core
