#include "model_core/engine/image_desk.h"

#include <algorithm>
#include <chrono>

#include "model_core/engine/generation.h"

namespace model_core {
namespace {

constexpr std::chrono::milliseconds kPoll{10};  // of the request's wish to go on

}  // namespace

absl::StatusOr<std::unique_ptr<ImageDesk::Place>> ImageDesk::Take(size_t bytes,
                                                                  const GenerateRequest& request,
                                                                  base::Clock& clock) {
  bytes = std::min(bytes, bytes_max_);
  std::unique_lock lock(mutex_);
  while (left_ < bytes) {
    lock.unlock();
    RETURN_IF_ERROR(Generation::Interrupted(request, clock, /*begun=*/false));
    lock.lock();
    freed_.wait_for(lock, kPoll, [&] { return left_ >= bytes; });
  }
  left_ -= bytes;
  return std::make_unique<Place>(*this, bytes);
}

void ImageDesk::Give(size_t bytes) {
  const std::lock_guard lock(mutex_);
  left_ += bytes;
  freed_.notify_all();
}

}  // namespace model_core
