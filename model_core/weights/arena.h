// Arena: memory for weights, in large pieces on huge pages where the system has them. Freed as a
// whole. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace model_core {

class Arena {
 public:
  Arena() = default;
  Arena(Arena&& other) noexcept { *this = std::move(other); }
  Arena& operator=(Arena&& other) noexcept {
    std::swap(pieces_, other.pieces_);
    std::swap(next_, other.next_);
    std::swap(left_, other.left_);
    return *this;
  }
  ~Arena();

  // Zeros, aligned to 64 bytes. Null: the system has no more memory.
  uint8_t* Take(size_t bytes);

 private:
  std::vector<std::pair<void*, size_t>> pieces_;
  uint8_t* next_ = nullptr;
  size_t left_ = 0;
};

}  // namespace model_core
