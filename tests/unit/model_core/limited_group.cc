#include "tests/unit/model_core/limited_group.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "model_core/base/strings.h"
#include "model_core/engine/kernel_files.h"

namespace model_core {
namespace {

using base::StrCat;

absl::Status Write(const std::string& path, const std::string& text) {
  errno = 0;
  std::ofstream file(path);
  if (file << text << std::flush) return absl::OkStatus();
  return absl::UnavailableError(StrCat(path, ": '", text, "': ", std::strerror(errno)));
}

// Whether one of the words in a file is `word`.
bool Holds(const std::string& path, const std::string& word) {
  std::ifstream file(path);
  for (std::string each; file >> each;) {
    if (each == word) return true;
  }
  return false;
}

// Where the whole hierarchy is mounted (proc(5), mountinfo: the fifth word); a part of it is not
// enough to find the way by what /proc/self/cgroup says.
std::string Mount() {
  std::ifstream file("/proc/self/mountinfo");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string skipped, group, folder;
    words >> skipped >> skipped >> skipped >> group >> folder;
    if (group == "/" && line.find(" - cgroup2 ") != line.npos) return folder;
  }
  return "";
}

absl::StatusOr<std::string> OwnFolder() {
  const std::string mount = Mount();
  if (mount.empty()) return absl::UnavailableError("control groups of version 2 are not mounted");
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("0::/")) return mount + (line == "0::/" ? "" : line.substr(3));
  }
  return absl::UnavailableError("/proc/self/cgroup names no group of version 2");
}

}  // namespace

LimitedGroup::LimitedGroup(std::string around, bool opened)
    : around_(std::move(around)),
      opened_(opened),
      folder_(StrCat(around_, "/maru_test_", getpid())) {}

absl::StatusOr<std::unique_ptr<LimitedGroup>> LimitedGroup::Make(size_t bytes_max) {
  ASSIGN_OR_RETURN(const std::string around, OwnFolder());
  if (!Holds(around + "/cgroup.controllers", "memory"))
    return absl::UnavailableError(StrCat(around, ": version 2 does not have memory here"));
  const std::string children = around + "/cgroup.subtree_control";
  const bool opened = !Holds(children, "memory");
  if (opened) RETURN_IF_ERROR(Write(children, "+memory"));
  auto group = std::unique_ptr<LimitedGroup>(new LimitedGroup(around, opened));
  RETURN_IF_ERROR(group->Limit(bytes_max));
  return group;
}

absl::Status LimitedGroup::Limit(size_t bytes_max) const {
  std::error_code error;
  if (!std::filesystem::create_directory(folder_, error))
    return absl::UnavailableError(StrCat(folder_, ": cannot be made: ", error.message()));
  const std::string swap = folder_ + "/memory.swap.max";
  if (std::filesystem::exists(swap, error)) RETURN_IF_ERROR(Write(swap, "0"));
  return Write(folder_ + "/memory.max", StrCat(bytes_max));
}

LimitedGroup::~LimitedGroup() {
  std::error_code error;
  std::filesystem::remove(folder_, error);
  if (opened_) (void)Write(around_ + "/cgroup.subtree_control", "-memory");
}

absl::Status LimitedGroup::Take(pid_t process) const {
  return Write(folder_ + "/cgroup.procs", StrCat(process));
}

size_t LimitedGroup::killed() const {
  return ReadField(folder_ + "/memory.events", "oom_kill").value_or(0);
}

size_t LimitedGroup::bytes_most() const { return ReadNumber(folder_ + "/memory.peak").value_or(0); }

}  // namespace model_core
