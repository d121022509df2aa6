// The memory that a model's weights need.
#pragma once

#include <string>

#include "model_core/engine/machine_memory.h"
#include "model_core/transformer/transformer.h"

namespace model_core {

// Bytes that the text model's come to in memory at least, mapped or made: matrices that kernels
// read as they lie keep their size; others are widened to f32, or packed. Reads the headers of
// files, and no weights.
absl::StatusOr<size_t> WeightBytesAtLeast(const std::string& directory, Precision precision);
// Of these, bytes that are made when a model is loaded, and lie in the host's memory until all are,
// whatever the device: widened, or packed where none are `kept` from an earlier start.
absl::StatusOr<size_t> MadeWeightBytes(const std::string& directory, Precision precision,
                                       bool kept);
// Of the vision tower, if the model has one; it lies in the host's memory, whatever the device.
absl::StatusOr<size_t> TowerBytesAtLeast(const std::string& directory, Precision precision);

// How a sentence begins that goes on with a size.
struct WhatNeeds {
  std::string english, korean;
};
// ResourceExhausted, with the figures: `bytes` are more than the memory can give. One that does not
// say how much that is is taken at its word.
absl::Status CheckFits(const absl::StatusOr<MachineMemory>& memory, size_t bytes,
                       const WhatNeeds& what);
absl::Status CheckWeightsFit(const absl::StatusOr<MachineMemory>& memory, size_t bytes);

// Of a loaded model, bytes of weights that are used where they are mapped, and so have to stay in
// memory besides what was taken: those stored as kernels read them, or what was packed at an
// earlier start. `all`: tensors beside the text model's are used too.
absl::StatusOr<size_t> MappedWeightBytes(const std::string& directory, const ModelConfig& config,
                                         Precision precision, bool all);

}  // namespace model_core
