#include "model_core/engine/machine_memory.h"

#include <algorithm>

#include "model_core/base/files.h"
#include "model_core/base/strings.h"
#include "model_core/engine/control_groups.h"
#include "model_core/engine/kernel_files.h"

namespace model_core {
namespace {

// What may still be asked for, where the kernel refuses what it could not keep.
size_t Uncommitted(const std::string& root) {
  constexpr size_t kNeverOvercommit = 2;
  const std::string meminfo = root + "/proc/meminfo";
  const auto limit = ReadField(meminfo, "CommitLimit:");
  const auto promised = ReadField(meminfo, "Committed_AS:");
  const bool strict = ReadNumber(root + "/proc/sys/vm/overcommit_memory") == kNeverOvercommit;
  if (!strict || !limit.has_value() || !promised.has_value()) return kUnlimited;
  return *limit - std::min(*limit, *promised);
}

}  // namespace

absl::StatusOr<MachineMemory> ReadMachineMemory(const std::string& root) {
  const auto available = ReadField(root + "/proc/meminfo", "MemAvailable:");
  if (!available.has_value()) {
    return base::Error(absl::StatusCode::kUnavailable,
                       "/proc/meminfo does not say how much memory is available",
                       "/proc/meminfo에서 사용 가능한 메모리를 알 수 없습니다");
  }
  MachineMemory memory{std::min(*available, Uncommitted(root)), "/proc/meminfo"};
  if (const GroupLimit group = TightestGroup(root); group.left < memory.available)
    memory = {group.left, group.folder};
  return memory;
}

// Lines "from-to rights offset device inode path", in hexadecimal.
size_t MappedBytes(std::string_view suffix) {
  const auto text = base::ReadFile("/proc/self/maps");
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
