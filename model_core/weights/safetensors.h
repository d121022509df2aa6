// Safetensors: one file, mapped read-only. Format: 8 bytes little-endian header size, a JSON header
// {name: {dtype, shape, data_offsets}}, then the data.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "model_core/weights/mapped_file.h"
#include "model_core/weights/tensor_view.h"

namespace model_core {

// Immutable; thread-safe.
class SafetensorsFile {
 public:
  // Refused, naming file and tensor: a header beyond the file or over 100 MB, offsets that overlap,
  // leave the file or do not match shape and dtype.
  static absl::StatusOr<std::unique_ptr<SafetensorsFile>> Open(const std::string& path);

  const std::shared_ptr<const MappedFile>& file() const { return file_; }
  const std::map<std::string, TensorView>& tensors() const { return tensors_; }
  const std::map<std::string, std::string>& metadata() const { return metadata_; }

 private:
  explicit SafetensorsFile(std::shared_ptr<const MappedFile> file) : file_(std::move(file)) {}
  absl::Status ParseHeader();

  const std::shared_ptr<const MappedFile> file_;
  std::map<std::string, TensorView> tensors_;
  std::map<std::string, std::string> metadata_;  // "__metadata__": strings by name
};

}  // namespace model_core
