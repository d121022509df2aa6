#include "deploy/server/home_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace deploy {
namespace {

using base::StrCat;

std::string Holder(int fd) {
  char text[32] = {};
  const ssize_t size = pread(fd, text, sizeof(text) - 1, 0);
  return std::string(base::Trim({text, size > 0 ? static_cast<size_t>(size) : 0}));
}

}  // namespace

absl::StatusOr<std::unique_ptr<HomeLock>> HomeLock::Take(const std::string& home) {
  std::error_code error;
  // Passed through, not listed, by the database's own user; what is secret in it has modes of its
  // own.
  using std::filesystem::perms;
  if (std::filesystem::create_directories(home, error)) {
    std::filesystem::permissions(home, perms::owner_all | perms::group_exec | perms::others_exec,
                                 error);
  }
  const std::string path = StrCat(home, "/marud.pid");
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return base::Error(absl::StatusCode::kPermissionDenied,
                       StrCat("home '", home, "' cannot be written"),
                       StrCat("홈 디렉터리 '", home, "'에 쓸 수 없습니다"));
  }
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    const std::string pid = Holder(fd);
    close(fd);
    return base::Error(absl::StatusCode::kAlreadyExists,
                       StrCat("another marud (process ", pid, ") works on home '", home, "'"),
                       StrCat("다른 marud(프로세스 ", pid, ")가 홈 '", home, "'",
                              base::Particle(home, "을"), " 쓰고 있습니다"));
  }
  const std::string pid = StrCat(getpid(), "\n");
  if (ftruncate(fd, 0) != 0 ||
      pwrite(fd, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    close(fd);
    return base::Error(absl::StatusCode::kResourceExhausted,
                       StrCat("'", path, "' cannot be written: disk full?"),
                       StrCat("'", path, "'에 쓸 수 없습니다. 디스크가 가득 찼는지 확인하십시오"));
  }
  return std::unique_ptr<HomeLock>(new HomeLock(fd));
}

bool HomeLock::Taken(const std::string& home) {
  const int fd = open(StrCat(home, "/marud.pid").c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool taken = flock(fd, LOCK_SH | LOCK_NB) != 0;
  close(fd);
  return taken;
}

HomeLock::~HomeLock() { close(fd_); }

}  // namespace deploy
