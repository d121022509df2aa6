#include "model_core/vision/patch_order.h"

#include <algorithm>

namespace model_core {

PatchOrder::PatchOrder(const VisionConfig& config, size_t rows, size_t columns) {
  const size_t merge = config.merge, down = rows / merge, across = columns / merge;
  const auto add_group = [&](size_t y, size_t x, size_t begin, size_t end) {
    const size_t group = y * across + x;
    groups.push_back(group);
    for (size_t i = 0; i < config.group(); ++i) {
      patches.push_back(
          {group * config.group() + i, y * merge + i / merge, x * merge + i % merge, begin, end});
    }
  };
  for (size_t top = 0; top < down; top += config.window) {
    for (size_t left = 0; left < across; left += config.window) {
      const size_t bottom = std::min(down, top + config.window);
      const size_t right = std::min(across, left + config.window);
      const size_t begin = patches.size();
      const size_t end = begin + (bottom - top) * (right - left) * config.group();
      for (size_t y = top; y < bottom; ++y) {
        for (size_t x = left; x < right; ++x) add_group(y, x, begin, end);
      }
    }
  }
}

}  // namespace model_core
