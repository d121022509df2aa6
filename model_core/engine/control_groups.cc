#include "model_core/engine/control_groups.h"

#include <algorithm>
#include <vector>

#include "model_core/base/files.h"
#include "model_core/base/strings.h"
#include "model_core/engine/kernel_files.h"

namespace model_core {
namespace {

using base::StrCat;

// How a version of control groups names things.
struct GroupVersion {
  std::string_view mounted_as, controller;  // controller empty: not named where it is mounted
  const char* limits[2];                    // of which the second may be null
  const char *usage, *file_pages[2];        // the latter in memory.stat
};
constexpr GroupVersion kVersions[] = {{"cgroup2",
                                       "",
                                       {"memory.max", "memory.high"},
                                       "memory.current",
                                       {"inactive_file", "active_file"}},
                                      {"cgroup",
                                       "memory",
                                       {"memory.limit_in_bytes", nullptr},
                                       "memory.usage_in_bytes",
                                       {"total_inactive_file", "total_active_file"}}};

bool Lists(std::string_view list, std::string_view word) {
  const auto words = base::StrSplit(list, ',');
  return word.empty() ? list.empty() : std::find(words.begin(), words.end(), word) != words.end();
}

// What one group leaves.
size_t LeftBy(const GroupVersion& version, const std::string& group) {
  size_t limit = kUnlimited;
  for (const char* name : version.limits) {
    if (name == nullptr) continue;
    limit = std::min(limit, ReadNumber(StrCat(group, "/", name)).value_or(kUnlimited));
  }
  if (limit == kUnlimited) return kUnlimited;
  size_t used = ReadNumber(StrCat(group, "/", version.usage)).value_or(0);
  for (const char* name : version.file_pages)
    used -= std::min(used, ReadField(StrCat(group, "/memory.stat"), name).value_or(0));
  return limit - std::min(limit, used);
}

// The group that /proc/self/cgroup names: lines "number:controllers:group".
std::string OwnGroup(const GroupVersion& version, const std::string& root) {
  const auto text = base::ReadFile(root + "/proc/self/cgroup");
  if (!text.ok()) return "";
  for (std::string_view line : base::StrSplit(*text, '\n')) {
    const size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == line.npos || second == line.npos) continue;
    if (Lists(line.substr(first + 1, second - first - 1), version.controller))
      return std::string(line.substr(second + 1));
  }
  return "";
}

struct Mount {
  std::string folder, group;  // where it is mounted, and which group that is
};

// Lines "id parent device group folder options … - type source options" (proc(5), mountinfo).
std::vector<Mount> Mounts(const GroupVersion& version, const std::string& root) {
  std::vector<Mount> mounts;
  const auto text = base::ReadFile(root + "/proc/self/mountinfo");
  if (!text.ok()) return mounts;
  for (std::string_view line : base::StrSplit(*text, '\n')) {
    const auto words = Words(line);
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 6 || words.end() - dash < 4 || dash[1] != version.mounted_as) continue;
    if (version.controller.empty() || Lists(dash[3], version.controller))
      mounts.push_back({std::string(words[4]), std::string(words[3])});
  }
  return mounts;
}

// Below a mount: the process's own group first, then those around it. What a container's mount does
// not show is left out.
void ReadGroups(const GroupVersion& version, const std::string& root, GroupLimit& tightest) {
  const std::string own = OwnGroup(version, root);
  for (const Mount& mount : Mounts(version, root)) {
    const std::string above = mount.group == "/" ? "" : mount.group;
    std::string below = own.starts_with(above) ? own.substr(above.size()) : "";
    while (true) {
      while (below.ends_with('/')) below.pop_back();
      const std::string group = mount.folder + below;
      if (const size_t left = LeftBy(version, root + group); left < tightest.left)
        tightest = {left, group};
      if (below.empty()) break;
      below.resize(below.find_last_of('/') + 1);
    }
  }
}

}  // namespace

GroupLimit TightestGroup(const std::string& root) {
  GroupLimit tightest;
  for (const GroupVersion& version : kVersions) ReadGroups(version, root, tightest);
  return tightest;
}

}  // namespace model_core
