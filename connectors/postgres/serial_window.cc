#include "connectors/postgres/serial_window.h"

#include <algorithm>

namespace connectors {
namespace {
// Twice what the pool lets a transaction last.
constexpr auto kTransactionLastsMax = std::chrono::minutes(4);
}  // namespace

void SerialWindow::See(int64_t serial) {
  if (serial > greatest_) {
    if (serial > greatest_ + 1)
      gaps_.push_back({greatest_ + 1, serial - 1, std::chrono::steady_clock::now()});
    greatest_ = serial;
    return;
  }
  for (size_t i = 0; i < gaps_.size(); ++i) {
    Gap gap = gaps_[i];
    if (serial < gap.first || serial > gap.last) continue;
    gaps_.erase(gaps_.begin() + static_cast<std::ptrdiff_t>(i));
    if (gap.first < serial) gaps_.push_back({gap.first, serial - 1, gap.since});
    if (serial < gap.last) gaps_.push_back({serial + 1, gap.last, gap.since});
    return;
  }
}

void SerialWindow::Expire(std::chrono::steady_clock::time_point asked) {
  const auto oldest = asked - kTransactionLastsMax;
  std::erase_if(gaps_, [&](const Gap& gap) { return gap.since < oldest; });
}

void SerialWindow::Begin(int64_t serial, int64_t doubtful) {
  greatest_ = serial;
  gaps_.clear();
  if (serial > 0)
    gaps_.push_back(
        {std::max<int64_t>(1, serial - doubtful), serial, std::chrono::steady_clock::now()});
}

}  // namespace connectors
