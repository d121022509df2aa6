// Arena: a device's memory, taken in large pieces and given back as a whole. One thread.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "model_core/base/status.h"
#include "model_core/device/memory.h"

namespace model_core {

class Arena {
 public:
  // `memory` outlives this.
  explicit Arena(Memory& memory = HostMemory()) : memory_(&memory) {}
  Arena(Arena&& other) noexcept { *this = std::move(other); }
  Arena& operator=(Arena&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(pieces_, other.pieces_);
    std::swap(next_, other.next_);
    std::swap(left_, other.left_);
    return *this;
  }
  ~Arena();

  Memory& memory() const { return *memory_; }

  // Zeros, aligned to 64 bytes. Null: the device has no more memory.
  uint8_t* Take(size_t bytes);

 private:
  Memory* memory_ = nullptr;
  std::vector<std::pair<uint8_t*, size_t>> pieces_;
  uint8_t* next_ = nullptr;
  size_t left_ = 0;
};

// ResourceExhausted: `memory` gave nothing for `thing`, which is named with its size.
absl::Status NoMemory(const Memory& memory, std::string_view english, std::string_view korean);

}  // namespace model_core
