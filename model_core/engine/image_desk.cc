#include "model_core/engine/image_desk.h"

#include <algorithm>
#include <chrono>

#include "model_core/engine/generation.h"

namespace model_core {
namespace {

constexpr std::chrono::milliseconds kPoll{10};  // of the request's wish to go on

}  // namespace

ImageDesk::Queue::const_iterator ImageDesk::Next() const {
  return std::min_element(waiting_.begin(), waiting_.end(),
                          [](const Tenant* a, const Tenant* b) { return a->served < b->served; });
}

absl::StatusOr<std::unique_ptr<ImageDesk::Place>> ImageDesk::Take(size_t bytes,
                                                                  const GenerateRequest& request,
                                                                  base::Clock& clock) {
  bytes = std::min(bytes, bytes_max_);
  std::unique_lock lock(mutex_);
  Tenant& tenant = tenants_.Enter(request.tenant);
  const Queue::const_iterator own = waiting_.insert(waiting_.end(), &tenant);
  absl::Status status;
  const auto turn = [&] { return Next() == own && left_ >= bytes; };
  while (status.ok() && !turn()) {
    lock.unlock();
    status = Generation::Interrupted(request, clock, /*begun=*/false);
    lock.lock();
    if (status.ok()) freed_.wait_for(lock, kPoll, turn);
  }
  waiting_.erase(own);
  freed_.notify_all();  // there may be room for the next as well
  if (!status.ok()) {
    tenants_.Leave(request.tenant);
    return status;
  }
  tenant.served += bytes;
  left_ -= bytes;
  return std::make_unique<Place>(*this, request.tenant, bytes);
}

size_t ImageDesk::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

void ImageDesk::Give(const std::string& tenant, size_t bytes) {
  const std::lock_guard lock(mutex_);
  tenants_.Leave(tenant);
  left_ += bytes;
  freed_.notify_all();
}

}  // namespace model_core
