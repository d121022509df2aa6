// PackedStore: the packed matrices of one model, by name, packed now or kept from an earlier start.
// One thread; what it returned lives as long as it does.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>

#include "model_core/base/status.h"
#include "model_core/device/arena.h"
#include "model_core/weights/pack.h"
#include "model_core/weights/repack_file.h"

namespace model_core {

class PackedStore {
 public:
  PackedStore() = default;
  // Takes from `kept` what it holds.
  explicit PackedStore(std::unique_ptr<RepackFile> kept) : kept_(std::move(kept)) {}

  // DataLoss names the matrix: a weight is not finite or too large to be packed.
  // ResourceExhausted: no memory.
  absl::StatusOr<WeightMatrix> Matrix(const std::string& name, Dtype packed, size_t rows,
                                      size_t cols, const ReadRows& read);

  bool packed_anew() const { return anew_; }  // something that was not kept
  const PackedTensors& tensors() const { return tensors_; }

 private:
  std::unique_ptr<RepackFile> kept_;
  Arena arena_;
  PackedTensors tensors_;
  bool anew_ = false;
};

}  // namespace model_core
