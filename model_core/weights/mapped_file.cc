#include "model_core/weights/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace model_core {

using base::StrCat;

absl::Status MappedFile::Damaged(const std::string& path, std::string_view english,
                                 std::string_view korean) {
  return base::WithReason(
      base::Error(absl::StatusCode::kDataLoss, StrCat("weights '", path, "': ", english),
                  StrCat("가중치 파일 '", path, "'", base::Particle(path, "이"),
                         " 손상되었습니다: ", korean)),
      "WEIGHTS_DAMAGED");
}

absl::StatusOr<std::shared_ptr<const MappedFile>> MappedFile::Open(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat info {};
  const bool found = fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
  const auto size = static_cast<size_t>(info.st_size);
  void* data = !found || size == 0 ? nullptr : mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (fd >= 0) close(fd);
  if (!found || data == MAP_FAILED) {
    return base::Error(
        absl::StatusCode::kNotFound, StrCat("weights '", path, "' cannot be read"),
        StrCat("가중치 파일 '", path, "'", base::Particle(path, "을"), " 읽을 수 없습니다"));
  }
  return std::shared_ptr<const MappedFile>(new MappedFile(  // the constructor is private
      path, {static_cast<const uint8_t*>(data), size},
      StrCat(info.st_ino, ":", info.st_size, "@", info.st_mtim.tv_sec, ".", info.st_mtim.tv_nsec,
             "/", info.st_ctim.tv_sec, ".", info.st_ctim.tv_nsec)));
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) munmap(const_cast<uint8_t*>(bytes_.data()), bytes_.size());
}

}  // namespace model_core
