// ImageDesk: how much memory images may take between being read and being rows of a prompt, those
// of requests that still wait included. Whoever finds no room waits before it reads; the tenant who
// has had the least of the desk comes first, so that many images of one hold up nobody else's. No
// deadlock: who has a place waits for pages only, and those who have pages wait for nothing.
// Thread-safe.
#pragma once

#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "model_core/base/clock.h"
#include "model_core/engine/tenants.h"
#include "model_core/language_model.h"

namespace model_core {

class ImageDesk {
 public:
  explicit ImageDesk(size_t bytes_max) : bytes_max_(bytes_max), left_(bytes_max) {}

  // Room on the desk, free again when it goes. Does not outlive the desk.
  class Place {
   public:
    Place(ImageDesk& desk, std::string tenant, size_t bytes)
        : desk_(desk), tenant_(std::move(tenant)), bytes_(bytes) {}
    ~Place() { desk_.Give(tenant_, bytes_); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    ImageDesk& desk_;
    const std::string tenant_;
    const size_t bytes_;
  };
  // Waits; Cancelled and DeadlineExceeded as the request says. More than there is takes it all.
  absl::StatusOr<std::unique_ptr<Place>> Take(size_t bytes, const GenerateRequest& request,
                                              base::Clock& clock);
  size_t waiting() const;

 private:
  using Queue = std::list<Tenant*>;
  // Whose turn it is; of one tenant's the first that came.
  Queue::const_iterator Next() const;
  void Give(const std::string& tenant, size_t bytes);

  const size_t bytes_max_;
  mutable std::mutex mutex_;  // guards what follows
  Tenants tenants_;           // served: bytes
  Queue waiting_;
  std::condition_variable freed_;
  size_t left_;  // bytes
};

}  // namespace model_core
