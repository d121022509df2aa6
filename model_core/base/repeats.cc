#include "model_core/base/repeats.h"

#include <algorithm>
#include <utility>

namespace base {
namespace {
constexpr std::chrono::seconds kFirst(10), kMost(600), kQuiet(5);
constexpr size_t kKindsMax = 100;  // of failures that are remembered
}  // namespace

std::optional<int> Repeats::Tell(const std::string& what, Time now) {
  const std::lock_guard lock(mutex_);
  const auto it = failures_.find(what);
  if (it == failures_.end()) {
    if (failures_.size() == kKindsMax) failures_.clear();
    failures_[what] = {now, now + kFirst, kFirst};
    return 1;
  }
  Failure& failure = it->second;
  failure.last = now;
  ++failure.count;
  if (now < failure.next) return std::nullopt;
  failure.interval = std::min(failure.interval * 2, kMost);
  failure.next = now + failure.interval;
  return std::exchange(failure.count, 0);
}

bool Repeats::Works(Time now) {
  const std::lock_guard lock(mutex_);
  return std::erase_if(failures_,
                       [now](const auto& entry) { return now - entry.second.last >= kQuiet; }) > 0;
}

}  // namespace base
