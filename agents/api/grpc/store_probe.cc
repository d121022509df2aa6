#include "agents/api/grpc/store_probe.h"

namespace agents {
namespace {
constexpr std::chrono::milliseconds kFresh(500), kPatience(3000);
}  // namespace

bool StoreProbe::Answers() {
  {
    const std::lock_guard lock(mutex_);
    const Clock::time_point now = Clock::now();
    if (asking_) return answers_ && now < asked_ + kPatience;
    if (asked_ != Clock::time_point::min() && now < asked_ + kFresh) return answers_;
    asking_ = true;
    asked_ = now;
  }
  const bool answers = store_.HasCredential("").ok();  // of nobody: the cheapest question there is
  const std::lock_guard lock(mutex_);
  asking_ = false;
  return answers_ = answers;
}

}  // namespace agents
