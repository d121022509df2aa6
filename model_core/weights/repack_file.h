// RepackFile: packed matrices kept from one start to the next, mapped read-only.
//
// A safetensors file of bytes, one tensor for each matrix, with metadata that say what it was made
// of: "version" of the packing, "source" (SHA-256 of the weight files), "stamp" (of the
// files that had this hash when last seen), "checksum" of the data.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>

#include "model_core/weights/safetensors.h"
#include "model_core/weights/weight_files.h"

namespace model_core {

using PackedTensors = std::map<std::string, std::span<const uint8_t>>;

class RepackFile {
 public:
  // Null: there is no such file, or it is damaged, of another version, or was not made of `source`.
  // Weight files with the stamps of then are taken to be the same; otherwise they are hashed. Reads
  // the whole file, by all cores.
  static std::unique_ptr<RepackFile> Open(const std::string& path, const WeightFiles& source);

  // Empty: it holds no such tensor.
  std::span<const uint8_t> Find(const std::string& name) const;
  const std::string& source_sha256() const { return file_->metadata().at("source"); }

 private:
  explicit RepackFile(std::unique_ptr<SafetensorsFile> file) : file_(std::move(file)) {}
  std::unique_ptr<SafetensorsFile> file_;
};

// Replaces `path` by a file of `tensors`: others see the whole new file or what was there before.
// Leaves it to another process that is writing the same file (Unavailable).
absl::Status WriteRepackFile(const std::string& path, const PackedTensors& tensors,
                             const std::string& stamp, const std::string& source_sha256);

}  // namespace model_core
