// The golden vision model, and an image for it.
#pragma once

#include <fstream>
#include <sstream>

#include "model_core/transformer/config_source.h"
#include "model_core/vision/vision_model.h"
#include "tests/unit/model_core/golden.h"

namespace model_core {

inline std::string ReadFile(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

inline std::string VisionFolder() { return GoldenDirectory("hyperclova_x_vision"); }

inline absl::StatusOr<std::unique_ptr<VisionModel>> LoadVision(
    const std::string& folder, std::string_view kernels = "",
    Precision precision = Precision::kStored) {
  const ConfigSource source = *ReadConfig(folder);
  const auto text = ParseModelConfig(source.json);
  if (!text.ok()) return text.status();
  return VisionModel::Load(folder, *text, *FindKernels(kernels), precision);
}

// The rows of the image.
inline std::vector<float> Finish(TowerRun& run, Team& team) {
  while (!run.done()) run.Step(team);
  return run.TakeRows();
}

// Noise: an image that fills neither windows nor steps.
inline PreparedImage Noise(size_t rows, size_t columns) {
  PreparedImage image{rows, columns, std::vector<uint8_t>(rows * columns * 14 * 14 * 3), {}};
  uint32_t state = 7;
  for (uint8_t& byte : image.rgb) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<uint8_t>(state >> 24);
  }
  return image;
}

}  // namespace model_core
