// FileWriter: replaces a file as a whole. What is written goes to "<path>.part", locked against
// other processes, and takes the place of `path` at Commit. Without Commit nothing remains. One
// thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "model_core/base/status.h"

namespace model_core {

class FileWriter {
 public:
  // Unavailable: another process is writing it. PermissionDenied: the folder does not take it.
  static absl::StatusOr<FileWriter> Open(const std::string& path);
  FileWriter(FileWriter&& other) noexcept
      : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}
  FileWriter& operator=(FileWriter&&) = delete;
  ~FileWriter();

  absl::Status Write(std::span<const uint8_t> bytes);
  absl::Status Commit();  // once; the data have reached the disk

 private:
  FileWriter(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  std::string part() const { return path_ + ".part"; }

  std::string path_;
  int fd_;
};

}  // namespace model_core
