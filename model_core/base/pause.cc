#include "model_core/base/pause.h"

#include <condition_variable>
#include <mutex>

namespace base {

bool Pause(const std::stop_token& stop, absl::Duration most) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, absl::ToChronoMilliseconds(most), [] { return false; });
  return !stop.stop_requested();
}

}  // namespace base
