#include "deploy/cli/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

bool WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(fd, text.data(), text.size());
    if (count < 0) return false;
    text.remove_prefix(static_cast<size_t>(count));
  }
  return fsync(fd) == 0;
}

}  // namespace

absl::Status WriteFile(const std::string& path, std::string_view text, bool secret) {
  const std::string temporary = base::StrCat(path, ".", getpid(), ".tmp");
  const int fd =
      open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, secret ? 0600 : 0644);
  const bool written = fd >= 0 && WriteAll(fd, text);
  if (fd >= 0) close(fd);
  if (written && std::rename(temporary.c_str(), path.c_str()) == 0) return absl::OkStatus();
  const std::string why = std::strerror(errno);
  if (fd >= 0) unlink(temporary.c_str());
  return base::Error(absl::StatusCode::kPermissionDenied,
                     base::StrCat("file '", path, "' cannot be written: ", why),
                     base::StrCat("파일 '", path, "'을(를) 쓸 수 없습니다: ", why));
}

}  // namespace deploy::cli
