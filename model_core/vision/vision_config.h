// VisionConfig: a vision tower as data, read from config.json. The tower is that of Qwen2.5-VL, as
// HyperCLOVA X SEED Think-32B has it (model_type qwen2_5_vl; transformers'
// modeling_qwen2_5_vl.py): patches of pixels, blocks of attention within windows or over the whole
// image, then groups of merge × merge patches become one row.
#pragma once

#include <vector>

#include "model_core/base/json.h"

namespace model_core {

struct VisionConfig {
  size_t hidden = 0;
  size_t heads = 0;
  size_t ffn = 0;
  size_t channels = 3;
  size_t frames = 2;  // of a patch: an image is a film that stands still
  size_t patch = 14;  // pixels, a side
  size_t merge = 2;   // patches of a row of the prompt, a side
  size_t window = 0;  // groups of merge × merge patches, a side
  size_t out = 0;     // width of the tower's rows, before they are projected
  double rope_theta = 1e4;
  std::vector<bool> full;  // by block: attention over the whole image
  int32_t image_token = -1;

  size_t head_dim() const { return hidden / heads; }
  size_t patch_floats() const { return channels * frames * patch * patch; }
  size_t group() const { return merge * merge; }
};

// Whether `config` (the whole config.json) has a vision tower.
bool HasVision(const base::Json& config);
// InvalidArgument: there is a vision_config that is no object.
absl::Status CheckVisionKey(const base::Json& config);

// InvalidArgument names the key, as ParseModelConfig does. `vocabulary`: the image token is one.
absl::StatusOr<VisionConfig> ParseVisionConfig(const base::Json& config, size_t vocabulary);

}  // namespace model_core
