// ImageDesk: how much memory images may take between being read and being rows of a prompt, those
// of requests that still wait included. Whoever finds no room waits before it reads. No deadlock:
// who has a place waits for pages only, and those who have pages wait for nothing. Thread-safe.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>

#include "model_core/base/clock.h"
#include "model_core/language_model.h"

namespace model_core {

class ImageDesk {
 public:
  explicit ImageDesk(size_t bytes_max) : bytes_max_(bytes_max), left_(bytes_max) {}

  // Room on the desk, free again when it goes. Does not outlive the desk.
  class Place {
   public:
    Place(ImageDesk& desk, size_t bytes) : desk_(desk), bytes_(bytes) {}
    ~Place() { desk_.Give(bytes_); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    ImageDesk& desk_;
    const size_t bytes_;
  };
  // Waits; Cancelled and DeadlineExceeded as the request says. More than there is takes it all.
  absl::StatusOr<std::unique_ptr<Place>> Take(size_t bytes, const GenerateRequest& request,
                                              base::Clock& clock);

 private:
  void Give(size_t bytes);

  const size_t bytes_max_;
  std::mutex mutex_;
  std::condition_variable freed_;
  size_t left_;  // bytes
};

}  // namespace model_core
