// VisionTower: the weights of a vision tower and of the projector behind it. Immutable once
// loaded; thread-safe. A TowerRun takes an image through it.
#pragma once

#include <memory>

#include "model_core/kernels/kernels.h"
#include "model_core/transformer/load_options.h"
#include "model_core/vision/vision_config.h"

namespace model_core {

struct Linear {
  WeightMatrix weight;
  const float* bias = nullptr;  // [weight.rows]; null: none
};

struct VisionBlock {
  bool full = false;                        // attention over the whole image
  const float* before_attention = nullptr;  // norms: [hidden]
  const float* before_ffn = nullptr;
  Linear qkv, proj;       // [3 · hidden, hidden], [hidden, hidden]
  Linear gate, up, down;  // [ffn, hidden] twice, [hidden, ffn]
};

class VisionTower {
 public:
  // Whether the files hold any part of a tower. A copy of the text model alone does not.
  static bool IsIn(const WeightFiles& files);
  // Whether a tensor of that name is a tower's, or of the projector behind it.
  static bool Reads(std::string_view name);

  // DataLoss names a tensor that is missing or of another shape or type. `width`: of the text
  // model's hidden state. `precision`: kStored keeps the tower exact, anything else packs it as q8,
  // at each start. `fp8`: as for Tensors.
  static absl::StatusOr<std::unique_ptr<VisionTower>> Load(WeightFiles files, VisionConfig config,
                                                           size_t width, const Kernels& kernels,
                                                           Precision precision, Fp8Config fp8);

  const VisionConfig& config() const { return config_; }
  const Kernels& kernels() const { return kernels_; }
  size_t width() const { return projector.weight.rows; }
  size_t parameters() const { return parameters_; }

  // patches: [hidden, patch_floats]; merge: [group · hidden, group · hidden], [out, group ·
  // hidden]; projector: [width, out].
  Linear patches;
  std::vector<VisionBlock> blocks;
  const float* merge_norm = nullptr;  // [hidden]
  Linear merge_in, merge_out;
  Linear projector;

 private:
  VisionTower(WeightFiles files, VisionConfig config, const Kernels& kernels, Precision precision,
              Fp8Config fp8);
  absl::Status Bind(size_t width);
  absl::Status BindBlock(const std::string& name, VisionBlock& block);
  absl::Status Bind(const std::string& name, size_t rows, size_t cols, Linear& out);
  absl::Status BindNorm(const std::string& name, const float*& out);

  const VisionConfig config_;
  const Kernels& kernels_;
  const Precision precision_;
  Tensors tensors_;
  size_t parameters_ = 0;
};

}  // namespace model_core
