#include "deploy/cli/output_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "model_core/base/files.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace deploy::cli {
namespace {

namespace fs = std::filesystem;
using base::StrCat;

constexpr int kLinksMax = 40;  // as the kernel has it

// In a folder that everybody may write, a link of another user's is a trap.
bool MayBeFollowed(const struct stat& link) { return link.st_uid == geteuid() || link.st_uid == 0; }

}  // namespace

absl::StatusOr<std::string> FollowLinks(const std::string& path) {
  fs::path at = path;
  for (int i = 0; i < kLinksMax; ++i) {
    struct stat found {};
    if (lstat(at.c_str(), &found) != 0 || !S_ISLNK(found.st_mode)) return at.string();
    if (!MayBeFollowed(found)) {
      return base::Error(absl::StatusCode::kPermissionDenied,
                         StrCat("'", at.string(), "' is a link of another user's"),
                         StrCat("'", at.string(), "'", base::Particle(at.string(), "은"),
                                " 다른 사용자가 만든 링크입니다"));
    }
    std::error_code error;
    const fs::path target = fs::read_symlink(at, error);
    if (error) return at.string();
    at = at.parent_path() / target;  // an absolute target stands alone
  }
  return base::Error(absl::StatusCode::kInvalidArgument,
                     StrCat("'", path, "': its links lead round and round"),
                     StrCat("'", path, "': 링크가 제자리로 돌아옵니다"));
}

absl::Status WriteOutputFile(const std::string& path, std::string_view text) {
  ASSIGN_OR_RETURN(const std::string file, FollowLinks(path));
  return base::WriteFile(file, text, base::Readers::kOwner);
}

}  // namespace deploy::cli
