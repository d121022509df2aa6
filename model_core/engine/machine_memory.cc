#include "model_core/engine/machine_memory.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

#include "model_core/base/strings.h"
#include "model_core/transformer/config_source.h"

namespace model_core {
namespace {

using base::StrCat;

constexpr size_t kUnlimited = std::numeric_limits<size_t>::max();

// How a version of control groups names things.
struct GroupVersion {
  std::string_view mounted_as, controller;  // controller empty: not named where it is mounted
  std::vector<const char*> limits;
  const char *usage, *file_pages[2];  // the latter in memory.stat
};
const GroupVersion kVersions[] = {{"cgroup2",
                                   "",
                                   {"memory.max", "memory.high"},
                                   "memory.current",
                                   {"inactive_file", "active_file"}},
                                  {"cgroup",
                                   "memory",
                                   {"memory.limit_in_bytes"},
                                   "memory.usage_in_bytes",
                                   {"total_inactive_file", "total_active_file"}}};

std::vector<std::string_view> Words(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::string_view word : base::StrSplit(line, ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

bool Lists(std::string_view list, std::string_view word) {
  const auto words = base::StrSplit(list, ',');
  return word.empty() ? list.empty() : std::find(words.begin(), words.end(), word) != words.end();
}

// "max", which is no number, is no limit either.
std::optional<size_t> ReadNumber(const std::string& path) {
  const auto text = ReadText(path);
  int64_t value = 0;
  if (!text.ok() || !base::ParseInt(base::Trim(*text), value) || value < 0) return std::nullopt;
  return static_cast<size_t>(value);
}

// The number behind `name` in lines "name 12" or "name: 12 kB".
std::optional<size_t> ReadField(const std::string& path, std::string_view name) {
  const auto text = ReadText(path);
  if (!text.ok()) return std::nullopt;
  for (std::string_view line : base::StrSplit(*text, '\n')) {
    const auto words = Words(line);
    int64_t value = 0;
    if (words.size() < 2 || words[0] != name || !base::ParseInt(words[1], value)) continue;
    return static_cast<size_t>(value) << (words.size() > 2 && words[2] == "kB" ? 10 : 0);
  }
  return std::nullopt;
}

// What one group leaves.
size_t LeftBy(const GroupVersion& version, const std::string& group) {
  size_t limit = kUnlimited;
  for (const char* name : version.limits)
    limit = std::min(limit, ReadNumber(StrCat(group, "/", name)).value_or(kUnlimited));
  if (limit == kUnlimited) return kUnlimited;
  size_t used = ReadNumber(StrCat(group, "/", version.usage)).value_or(0);
  for (const char* name : version.file_pages)
    used -= std::min(used, ReadField(StrCat(group, "/memory.stat"), name).value_or(0));
  return limit - std::min(limit, used);
}

// The group that /proc/self/cgroup names: lines "number:controllers:group".
std::string OwnGroup(const GroupVersion& version, const std::string& root) {
  const auto text = ReadText(root + "/proc/self/cgroup");
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
  const auto text = ReadText(root + "/proc/self/mountinfo");
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
void ReadGroups(const GroupVersion& version, const std::string& root, MachineMemory& memory) {
  const std::string own = OwnGroup(version, root);
  for (const Mount& mount : Mounts(version, root)) {
    const std::string above = mount.group == "/" ? "" : mount.group;
    std::string below = own.starts_with(above) ? own.substr(above.size()) : "";
    while (true) {
      while (below.ends_with('/')) below.pop_back();
      const std::string group = mount.folder + below;
      if (const size_t left = LeftBy(version, root + group); left < memory.available)
        memory = {left, group};
      if (below.empty()) break;
      below.resize(below.find_last_of('/') + 1);
    }
  }
}

}  // namespace

absl::StatusOr<MachineMemory> ReadMachineMemory(const std::string& root) {
  const auto available = ReadField(root + "/proc/meminfo", "MemAvailable:");
  if (!available.has_value()) {
    return base::Error(absl::StatusCode::kUnavailable,
                       "/proc/meminfo does not say how much memory is available",
                       "/proc/meminfo에서 사용 가능한 메모리를 알 수 없습니다");
  }
  MachineMemory memory{*available, "/proc/meminfo"};
  for (const GroupVersion& version : kVersions) ReadGroups(version, root, memory);
  return memory;
}

// Lines "from-to rights offset device inode path", in hexadecimal.
size_t MappedBytes(std::string_view suffix) {
  const auto text = ReadText("/proc/self/maps");
  size_t bytes = 0;
  if (!text.ok()) return bytes;
  for (std::string_view line : base::StrSplit(*text, '\n')) {
    if (!line.ends_with(suffix)) continue;
    const size_t dash = line.find('-'), end = line.find(' ');
    size_t from = 0, to = 0;
    std::from_chars(line.data(), line.data() + dash, from, 16);
    std::from_chars(line.data() + dash + 1, line.data() + end, to, 16);
    bytes += to - from;
  }
  return bytes;
}

}  // namespace model_core
