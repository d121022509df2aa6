#include "model_core/device/arena.h"

#include <algorithm>

#include "model_core/base/strings.h"

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
    size_t size = std::max(bytes, kPieceBytes);
    uint8_t* piece = memory_->Take(size);
    if (piece == nullptr) piece = memory_->Take(size = bytes);  // the last of it
    if (piece == nullptr) return nullptr;
    pieces_.emplace_back(piece, size);
    next_ = piece;
    left_ = size;
  }
  left_ -= bytes;
  return std::exchange(next_, next_ + bytes);
}

absl::Status NoMemory(const Memory& memory, std::string_view english, std::string_view korean) {
  using base::StrCat;
  const size_t left = memory.available();
  const std::string told =
                        memory.is_host() ? "" : StrCat(" (", left, " bytes left by its account)"),
                    told_korean =
                        memory.is_host() ? "" : StrCat(" (장치가 밝힌 남은 양 ", left, "바이트)");
  return base::Error(absl::StatusCode::kResourceExhausted,
                     StrCat(english, ": the device has no memory for it", told),
                     StrCat(korean, ": 이를 담을 장치 메모리가 없습니다", told_korean));
}

}  // namespace model_core
