// MadeWeights: weights of any config, made up in memory from a seed: evenly distributed, of the
// size at which activations neither fade nor grow; norms that change nothing. They make no sense,
// and cost what real ones cost.
#pragma once

#include <map>
#include <string>

#include "model_core/bench/inventory.h"
#include "model_core/device/arena.h"
#include "model_core/weights/tensor_view.h"

namespace model_core {

// Bytes that MadeWeights takes.
size_t MadeBytes(const ModelConfig& config, bool apart);

// Immutable; owns what the views point to.
class MadeWeights {
 public:
  // `apart`: every matrix has memory of its own, as where they are multiplied as stored. Otherwise
  // they overlap in one stretch as long as the longest, from which they are packed.
  // ResourceExhausted: there is no such memory.
  static absl::StatusOr<MadeWeights> Make(const ModelConfig& config, bool apart, uint64_t seed);

  const std::map<std::string, TensorView>& tensors() const {
    return tensors_;
  }  // BF16, F32 vectors

 private:
  Arena arena_;
  std::map<std::string, TensorView> tensors_;
};

}  // namespace model_core
