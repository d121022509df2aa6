// LayerBinder: finds the tensors of one layer by their published names, and refuses what does not
// fit.
#pragma once

#include <string>

#include "model_core/transformer/transformer.h"

namespace model_core {

class LayerBinder {
 public:
  // `prefix`: what stands before the names of the layer's tensors.
  LayerBinder(const ModelConfig& config, Tensors& tensors, Precision precision, std::string prefix,
              bool moe)
      : config_(config),
        tensors_(tensors),
        precision_(precision),
        fine_(FinePrecision(precision)),
        moe_(moe),
        prefix_(std::move(prefix)) {}

  absl::StatusOr<Layer> Bind();

 private:
  absl::Status Matrix(const std::string& name, size_t rows, size_t cols, Precision precision,
                      WeightMatrix& out);
  absl::Status Norm(const std::string& name, size_t size, const float*& out);
  absl::Status AfterNorm(const std::string& name, const float*& out);
  absl::Status Norms();
  absl::Status GroupedAttention();
  absl::Status LatentAttention();
  absl::Status AbsorbAndExpand();
  absl::Status BindFeedForward(const std::string& name, size_t ffn, Precision gate_and_up,
                               Precision down, FeedForward& out);
  absl::Status Dense();
  absl::Status Mixture();

  const ModelConfig& config_;
  Tensors& tensors_;
  const Precision precision_;  // of what there is most of
  const Precision fine_;       // of the rest
  const bool moe_;
  const std::string prefix_;
  Layer layer_;
};

}  // namespace model_core
