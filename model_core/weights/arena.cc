#include "model_core/weights/arena.h"

#include <sys/mman.h>

#include <algorithm>

namespace model_core {
namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kPieceBytes = size_t{64} << 20;  // touched, and so paid for, as it is taken

}  // namespace

Arena::~Arena() {
  for (const auto& [piece, bytes] : pieces_) munmap(piece, bytes);
}

uint8_t* Arena::Take(size_t bytes) {
  bytes = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  if (bytes > left_) {
    const size_t size = std::max(bytes, kPieceBytes);
    void* piece = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (piece == MAP_FAILED) return nullptr;
    madvise(piece, size, MADV_HUGEPAGE);  // a wish
    pieces_.emplace_back(piece, size);
    next_ = static_cast<uint8_t*>(piece);
    left_ = size;
  }
  left_ -= bytes;
  return std::exchange(next_, next_ + bytes);
}

}  // namespace model_core
