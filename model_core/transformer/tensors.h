// Tensors: a model's weights by published name, checked for shape and type, in the form that
// operations read, in a device's memory. Keeps what had to be widened to f32, packed or copied
// there. One thread; what it returned lives as long as it does.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "model_core/device/arena.h"
#include "model_core/transformer/fp8_config.h"
#include "model_core/weights/elements.h"
#include "model_core/weights/packed_store.h"
#include "model_core/weights/weight_files.h"

namespace model_core {

// How large matrices are kept.
enum class Precision { kStored, kQ8, kQ4 };

// Of weights that stay where they are mapped: whether each is looked at, since what is no number
// would only show in answers; or not, since an earlier start did. kNothing: see
// LoadOptions::look_only.
enum class Reading { kChecking, kTrusting, kNothing };

// A matrix as it lies in the file, read as f32. Thread-safe.
struct StoredMatrix {
  const TensorView* view = nullptr;
  ReadElements read = nullptr;
  size_t rows = 0, cols = 0;
  std::vector<float> scales;              // of FP8, a row of blocks after the other; else empty
  size_t scale_rows = 0, scale_cols = 0;  // of a block

  // Columns first … first + count - 1 of one row.
  void Read(size_t row, size_t first, size_t count, float* out) const;
  void ReadRows(size_t first, size_t count, float* out) const;
};

// DataLoss: "tensor 'NAME' ENGLISH", "텐서 'NAME': KOREAN".
absl::Status BadTensor(const std::string& name, std::string_view english, std::string_view korean);

class Tensors {
 public:
  // Packed matrices are taken from `store` or put there. `memory` outlives this.
  Tensors(WeightFiles files, std::string prefix, Fp8Config fp8, PackedStore store,
          Memory& memory = HostMemory(), Reading reading = Reading::kChecking)
      : files_(std::move(files)),
        prefix_(std::move(prefix)),
        fp8_(std::move(fp8)),
        store_(std::move(store)),
        device_arena_(memory),
        reading_(reading) {}

  // DataLoss names the tensor: missing, of another shape, of a type that this engine does not read,
  // with a number that is none. As stored, BF16 and F32 stay where they are mapped; F16 and FP8
  // become f32.
  absl::StatusOr<WeightMatrix> Matrix(const std::string& name, size_t rows, size_t cols,
                                      Precision precision = Precision::kStored);
  // The same of filters of any shape, [shape[0], product of the rest]; FP8 ones are refused.
  absl::StatusOr<WeightMatrix> Filters(const std::string& name, const std::vector<size_t>& shape,
                                       Precision precision);
  absl::StatusOr<WeightMatrix> F32Matrix(const std::string& name, size_t rows, size_t cols);
  absl::StatusOr<StoredMatrix> Stored(const std::string& name, size_t rows, size_t cols) const;
  // A matrix that is made of stored ones, under a name of its own; kStored: as f32.
  absl::StatusOr<WeightMatrix> Made(const std::string& name, size_t rows, size_t cols,
                                    Precision precision, const ReadRows& read);
  // Every element plus `offset`, as f32.
  absl::StatusOr<const float*> Vector(const std::string& name, size_t size, float offset = 0);
  bool Has(const std::string& name) const { return files_.Find(prefix_ + name) != nullptr; }
  // A tensor of the model that nothing above asked for and `passed` does not know: a graph that the
  // config does not describe.
  absl::Status RefuseUnused(const std::function<bool(std::string_view name)>& passed) const;

  const WeightFiles& files() const { return files_; }
  const PackedStore& store() const { return store_; }
  // When all has been bound: what lies in a device's memory of its own is not needed here as well.
  void DropHostCopies();

 private:
  absl::StatusOr<const TensorView*> Find(const std::string& name,
                                         const std::vector<size_t>& shape) const;
  absl::Status CheckNumbers(const std::string& name, std::span<const float> values) const;
  absl::StatusOr<WeightMatrix> PlaceStored(const std::string& name, const StoredMatrix& stored,
                                           Dtype dtype);
  bool look_only() const { return reading_ == Reading::kNothing; }
  absl::Status ReadScales(const std::string& name, StoredMatrix& matrix) const;
  absl::StatusOr<WeightMatrix> Keep(const std::string& name, const StoredMatrix& stored,
                                    Precision precision);
  absl::StatusOr<WeightMatrix> Place(const std::string& name, WeightMatrix made);
  absl::StatusOr<const float*> Place(const std::string& name, const float* made, size_t count);
  absl::StatusOr<const void*> PlaceBytes(const std::string& name, const void* bytes, size_t count);
  float* Own(size_t count);

  WeightFiles files_;
  mutable std::set<std::string> used_;  // whole names
  std::string prefix_;
  Fp8Config fp8_;
  PackedStore store_;
  Arena device_arena_;
  const Reading reading_;
  std::vector<std::unique_ptr<float[]>> owned_;
};

}  // namespace model_core
