// Tensors: a model's weights by published name, checked for shape and type, in the form that
// kernels read. Keeps what had to be widened to f32. One thread; what it returned lives as long as
// it does.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model_core/tensor/matrix.h"
#include "model_core/weights/safetensors.h"

namespace model_core {

class Tensors {
 public:
  // `fp8_blocks`: FP8 matrices have a partner "…_scale_inv" with one factor for a block of 128 ×
  // 128.
  Tensors(WeightFiles files, std::string prefix, bool fp8_blocks)
      : files_(std::move(files)), prefix_(std::move(prefix)), fp8_blocks_(fp8_blocks) {}

  // DataLoss names the tensor: missing, of another shape, of a type that this engine does not read.
  // BF16 and F32 stay where they are mapped; F16 and FP8 become f32.
  absl::StatusOr<WeightMatrix> Matrix(const std::string& name, size_t rows, size_t cols);
  absl::StatusOr<WeightMatrix> F32Matrix(const std::string& name, size_t rows, size_t cols);
  // Every element plus `offset`, as f32.
  absl::StatusOr<const float*> Vector(const std::string& name, size_t size, float offset = 0);
  bool Has(const std::string& name) const { return files_.Find(prefix_ + name) != nullptr; }

  // Room for `count` floats that lives as long as this.
  float* Own(size_t count);
  const WeightFiles& files() const { return files_; }

 private:
  absl::StatusOr<const TensorView*> Find(const std::string& name,
                                         const std::vector<size_t>& shape) const;
  absl::Status ScaleBlocks(const std::string& name, size_t rows, size_t cols, float* values) const;

  WeightFiles files_;
  std::string prefix_;
  bool fp8_blocks_;
  std::vector<std::unique_ptr<float[]>> owned_;
};

}  // namespace model_core
