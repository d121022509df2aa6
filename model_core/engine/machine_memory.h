// MachineMemory: how much more memory this process can take, by what the kernel says: of the whole
// machine (proc(5): MemAvailable; where it never promises more than it has, also CommitLimit less
// Committed_AS), and of every control group around the process (cgroup v2: memory.max and
// memory.high; v1: memory.limit_in_bytes). File pages that a group could give back count as free
// there, as they do in MemAvailable.
#pragma once

#include <cstddef>
#include <string>

#include "model_core/base/status.h"

namespace model_core {

struct MachineMemory {
  size_t available = 0;  // bytes
  std::string where;     // what leaves least: "/proc/meminfo", or the folder of a control group
};

// `root` stands before every path that is read. Unavailable: the kernel does not say.
absl::StatusOr<MachineMemory> ReadMachineMemory(const std::string& root = "");

// Bytes of this process's mappings of files whose names end so.
size_t MappedBytes(std::string_view suffix);

}  // namespace model_core
