#include "model_core/weights/file_writer.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "model_core/base/errno_text.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace model_core {
namespace {

using base::StrCat;

absl::Status Failed(const std::string& path, absl::StatusCode code) {
  const int error = errno;
  return base::Error(
      code,
      StrCat("'", path, "' cannot be written: ", base::ErrnoText(error, base::Language::kEnglish)),
      StrCat("'", path, "'", base::Particle(path, "을"),
             " 쓸 수 없습니다: ", base::ErrnoText(error, base::Language::kKorean)));
}

// Whether `path` still names the open file: another process may have renamed it meanwhile.
bool Names(const std::string& path, int fd) {
  struct stat named {};
  struct stat open {};
  return stat(path.c_str(), &named) == 0 && fstat(fd, &open) == 0 && named.st_ino == open.st_ino &&
         named.st_dev == open.st_dev;
}

}  // namespace

absl::StatusOr<FileWriter> FileWriter::Open(const std::string& path) {
  const std::string part = StrCat(path, ".part");
  const int fd = open(part.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (fd < 0) return Failed(part, absl::StatusCode::kPermissionDenied);
  if (flock(fd, LOCK_EX | LOCK_NB) != 0 || !Names(part, fd)) {
    close(fd);
    return base::Error(
        absl::StatusCode::kUnavailable, StrCat("'", path, "' is being written by another process"),
        StrCat("다른 프로세스가 '", path, "'", base::Particle(path, "을"), " 쓰고 있습니다"));
  }
  FileWriter writer(path, fd);
  if (ftruncate(fd, 0) != 0) return Failed(part, absl::StatusCode::kInternal);
  return writer;
}

FileWriter::~FileWriter() {
  if (fd_ < 0) return;
  unlink(part().c_str());
  close(fd_);
}

absl::Status FileWriter::Write(std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Failed(part(), absl::StatusCode::kResourceExhausted);
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status FileWriter::Commit() {
  if (fsync(fd_) != 0 || std::rename(part().c_str(), path_.c_str()) != 0)
    return Failed(path_, absl::StatusCode::kInternal);
  close(std::exchange(fd_, -1));
  return absl::OkStatus();
}

}  // namespace model_core
