// The control groups around this process, and how much memory they leave (the kernel's
// documentation, cgroup-v2.rst and cgroup-v1/memory.rst).
#pragma once

#include <limits>
#include <string>

namespace model_core {

inline constexpr size_t kUnlimited = std::numeric_limits<size_t>::max();

struct GroupLimit {
  size_t left = kUnlimited;  // bytes; file pages that could be given back are not used
  std::string folder;        // of the group; empty: none limits
};

// Of those that can be seen, the one that leaves least. `root` stands before every path.
GroupLimit TightestGroup(const std::string& root);

}  // namespace model_core
