// MappedFile: a file of weights, mapped read-only. Immutable; thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "model_core/base/status.h"

namespace model_core {

class MappedFile {
 public:
  // NotFound names a file that cannot be read. An empty file has no bytes and is no error.
  static absl::StatusOr<std::shared_ptr<const MappedFile>> Open(const std::string& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  const std::string& path() const { return path_; }
  std::span<const uint8_t> bytes() const { return bytes_; }
  // Inode, size and times of the last change, also that which nobody can set: another stamp,
  // perhaps another file.
  const std::string& stamp() const { return stamp_; }

  // DataLoss, naming the file and what is wrong with it.
  absl::Status Damaged(std::string_view english, std::string_view korean) const {
    return Damaged(path_, english, korean);
  }
  static absl::Status Damaged(const std::string& path, std::string_view english,
                              std::string_view korean);

 private:
  MappedFile(std::string path, std::span<const uint8_t> bytes, std::string stamp)
      : path_(std::move(path)), bytes_(bytes), stamp_(std::move(stamp)) {}

  const std::string path_;
  const std::span<const uint8_t> bytes_;
  const std::string stamp_;
};

}  // namespace model_core
