// Real memory of this process, and whether it says anything.
#pragma once

#include <cstddef>
#include <fstream>
#include <string>

namespace model_core {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;  // whose own memory is many times ours
#else
inline constexpr bool kSanitized = false;
#endif

// Bytes of this process that no file is behind.
inline size_t Resident() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    size_t kilobytes = 0;
    if (word == "RssAnon:" && status >> kilobytes) return kilobytes << 10;
  }
  return 0;
}

}  // namespace model_core
