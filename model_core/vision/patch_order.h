// PatchOrder: in which order a tower keeps an image's patches: window by window, so that what sees
// each other lies together. Windows of window × window groups of patches, cut off at the right and
// lower edge (transformers' get_vision_window_index).
#pragma once

#include <cstddef>
#include <vector>

#include "model_core/vision/vision_config.h"

namespace model_core {

struct PatchOrder {
  struct Patch {
    size_t index;               // as the preprocessor numbers it
    size_t row, column;         // in the image
    size_t window, window_end;  // the places of this order that its window fills
  };
  std::vector<Patch> patches;  // by place
  std::vector<size_t> groups;  // by place of a group: its number in the image, row by row

  // `rows`, `columns`: of patches, multiples of merge, not 0.
  PatchOrder(const VisionConfig& config, size_t rows, size_t columns);
};

}  // namespace model_core
