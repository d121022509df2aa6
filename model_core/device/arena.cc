#include "model_core/device/arena.h"

#include <algorithm>

namespace model_core {
namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kPieceBytes = size_t{64} << 20;  // of the host: paid for as it is touched

}  // namespace

Arena::~Arena() {
  for (const auto& [piece, bytes] : pieces_) memory_->Give(piece, bytes);
}

uint8_t* Arena::Take(size_t bytes) {
  bytes = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  if (bytes > left_) {
    const size_t size = std::max(bytes, kPieceBytes);
    uint8_t* piece = memory_->Take(size);
    if (piece == nullptr) return nullptr;
    pieces_.emplace_back(piece, size);
    next_ = piece;
    left_ = size;
  }
  left_ -= bytes;
  return std::exchange(next_, next_ + bytes);
}

}  // namespace model_core
