#include "model_core/base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "model_core/base/errno_text.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace base {
namespace {

constexpr size_t kReadBytes = 64 << 10;

absl::Status CannotRead(const std::string& path, FileKind kind) {
  const int error = errno;
  const bool absent = error == ENOENT || error == ENOTDIR;
  return Error(
      absent ? absl::StatusCode::kNotFound : absl::StatusCode::kInvalidArgument,
      StrCat(kind.english, " '", path, "' cannot be read: ", ErrnoText(error, Language::kEnglish)),
      StrCat(kind.korean, " '", path, "'", Particle(path, "을"),
             " 읽을 수 없습니다: ", ErrnoText(error, Language::kKorean)));
}

absl::Status CannotWrite(const std::string& path) {
  const int error = errno;
  return Error(
      ErrnoCode(error),
      StrCat("file '", path, "' cannot be written: ", ErrnoText(error, Language::kEnglish)),
      StrCat("파일 '", path, "'", Particle(path, "을"),
             " 쓸 수 없습니다: ", ErrnoText(error, Language::kKorean)));
}

bool ReadAll(int fd, std::string& bytes) {
  std::array<char, kReadBytes> part;
  for (;;) {
    const ssize_t count = read(fd, part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return count == 0;
    bytes.append(part.data(), static_cast<size_t>(count));
  }
}

bool WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

// Closes, and keeps what errno said before.
bool Close(int fd, bool done) {
  const int why = errno;
  const bool closed = close(fd) == 0;
  if (!done) errno = why;
  return closed && done;
}

// Whether a device, a pipe or the like is there: what takes bytes, and must not give way to a file.
bool IsDevice(const std::string& path) {
  struct stat found {};
  return stat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode) && !S_ISDIR(found.st_mode);
}

struct Place {
  std::string folder, name;  // "." where the path names none
};

Place PlaceOf(const std::string& path) {
  const size_t name = path.rfind('/') + 1;  // 0 where there is no folder
  return {name == 0 ? "." : path.substr(0, name), path.substr(name)};
}

// Gives the file `from` the name `to`, unless something has it. A file system without hard links
// (FAT, some of networks) has a rename that replaces nothing; one with neither is refused.
bool GiveNewName(const std::string& from, const std::string& to) {
  if (link(from.c_str(), to.c_str()) == 0) {
    unlink(from.c_str());
    return true;
  }
  if (errno != EPERM && errno != ENOTSUP && errno != ENOSYS) return false;
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno == EINVAL || errno == ENOSYS) errno = ENOTSUP;
  return false;
}

absl::Status WriteInto(const std::string& path, std::string_view bytes) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0 || !Close(fd, WriteAll(fd, bytes))) return CannotWrite(path);
  return absl::OkStatus();
}

}  // namespace

absl::StatusCode ErrnoCode(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return absl::StatusCode::kNotFound;
    case EEXIST:
      return absl::StatusCode::kAlreadyExists;
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::StatusCode::kPermissionDenied;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return absl::StatusCode::kResourceExhausted;
    case EISDIR:
    case ELOOP:
    case EINVAL:
    case ENAMETOOLONG:
      return absl::StatusCode::kInvalidArgument;
    default:
      return absl::StatusCode::kUnknown;
  }
}

absl::StatusOr<std::string> ReadFile(const std::string& path, FileKind kind) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return CannotRead(path, kind);
  std::string bytes;
  if (!Close(fd, ReadAll(fd, bytes))) return CannotRead(path, kind);
  return bytes;
}

absl::StatusOr<Json> ReadJsonFile(const std::string& path, FileKind kind) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kind));
  return ParseJson(text, StrCat(kind.english, " '", path, "'"),
                   StrCat(kind.korean, " '", path, "'"));
}

absl::Status WriteFile(const std::string& path, std::string_view bytes, Readers readers) {
  if (IsDevice(path)) return WriteInto(path, bytes);
  const auto [folder, name] = PlaceOf(path);
  const std::string part = StrCat(folder, "/.", name, ".", getpid(), ".part");
  unlink(part.c_str());  // of a process that died and had our number
  const int fd = open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                      readers == Readers::kOwner ? 0600 : 0644);
  if (fd < 0) return CannotWrite(path);
  const bool written = Close(fd, WriteAll(fd, bytes) && fsync(fd) == 0);
  if (written && std::rename(part.c_str(), path.c_str()) == 0) return SyncFolder(folder);
  const absl::Status status = CannotWrite(path);
  unlink(part.c_str());
  return status;
}

// Whoever comes second waits for the folder as well: the file that they will read is not to be gone
// after a power failure.
absl::Status WriteNewFile(const std::string& path, std::string_view bytes) {
  const auto [folder, name] = PlaceOf(path);
  std::string part = StrCat(folder, "/.", name, ".XXXXXX");
  const int fd = mkostemp(part.data(), O_CLOEXEC);  // mode 0600
  if (fd < 0) return CannotWrite(path);
  const bool made = Close(fd, WriteAll(fd, bytes) && fsync(fd) == 0) && GiveNewName(part, path);
  const absl::Status status = made ? absl::OkStatus() : CannotWrite(path);
  if (!made) unlink(part.c_str());
  if (!status.ok() && !absl::IsAlreadyExists(status)) return status;
  RETURN_IF_ERROR(SyncFolder(folder));
  return status;
}

absl::Status SyncFolder(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && Close(fd, fsync(fd) == 0);
  if (synced || errno == EACCES || errno == EINVAL || errno == ENOTSUP) return absl::OkStatus();
  return CannotWrite(path);
}

}  // namespace base
