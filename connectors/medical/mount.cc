#include "connectors/medical/mount.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <tuple>

namespace connectors::medical {
namespace {

bool Look(const std::string& path, struct statx& seen) {
  return statx(AT_FDCWD, path.c_str(), 0, STATX_TYPE | STATX_INO, &seen) == 0 &&
         S_ISDIR(seen.stx_mode);
}

}  // namespace

bool IsMountPoint(const std::string& path) {
  struct statx here {
  }, above{};
  if (!Look(path, here)) return false;
  if ((here.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) != 0)
    return (here.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
  // Linux before 5.8 does not say so; there a mount of a folder on its own disk is not known.
  if (!Look(path + "/..", above)) return false;
  const auto device = [](const struct statx& of) {
    return std::tuple(of.stx_dev_major, of.stx_dev_minor);
  };
  return device(here) != device(above) || here.stx_ino == above.stx_ino;
}

}  // namespace connectors::medical
