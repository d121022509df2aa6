// Safetensors: one file or shards with an index, mapped read-only. Format: 8 bytes little-endian
// header size, a JSON header {name: {dtype, shape, data_offsets}}, then the data.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model_core/base/status.h"

namespace model_core {

struct TensorView {
  std::string dtype;  // "BF16", "F32", "F16", "F8_E4M3", "I64", …
  std::vector<size_t> shape;
  std::span<const uint8_t> data;  // mapped; lives as long as its SafetensorsFile
};

// Immutable; thread-safe.
class SafetensorsFile {
 public:
  // Refused, naming file and tensor: a header beyond the file or over 100 MB, offsets that overlap,
  // leave the file or do not match shape and dtype.
  static absl::StatusOr<std::unique_ptr<SafetensorsFile>> Open(const std::string& path);
  ~SafetensorsFile();
  SafetensorsFile(const SafetensorsFile&) = delete;
  SafetensorsFile& operator=(const SafetensorsFile&) = delete;

  const std::map<std::string, TensorView>& tensors() const { return tensors_; }
  std::span<const uint8_t> bytes() const { return {data_, size_}; }

 private:
  SafetensorsFile(const uint8_t* data, size_t size) : data_(data), size_(size) {}
  absl::Status ParseHeader(const std::string& path);

  const uint8_t* data_;
  size_t size_;
  std::map<std::string, TensorView> tensors_;
};

// All tensors of a model directory: model.safetensors, or the shards of
// model.safetensors.index.json.
class WeightFiles {
 public:
  // NotFound names a missing shard; InvalidArgument a tensor that the index gives and its shard
  // lacks.
  static absl::StatusOr<WeightFiles> Open(const std::string& directory);

  // Null if there is none.
  const TensorView* Find(const std::string& name) const;
  const std::map<std::string, const TensorView*>& all() const { return tensors_; }
  std::string Sha256() const;  // over all files, in name order; hex

 private:
  std::vector<std::unique_ptr<SafetensorsFile>> files_;
  std::map<std::string, const TensorView*> tensors_;
};

}  // namespace model_core
