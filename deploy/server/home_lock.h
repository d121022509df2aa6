// HomeLock: at most one marud works on one home. Held by an open file, so that it goes with the
// process, however that ends.
#pragma once

#include <memory>
#include <string>

#include "model_core/base/status.h"

namespace deploy {

class HomeLock {
 public:
  // Makes the home (mode 0711) where there is none. AlreadyExists names the process that holds it.
  static absl::StatusOr<std::unique_ptr<HomeLock>> Take(const std::string& home);
  // Whether a marud works on it. Makes nothing.
  static bool Taken(const std::string& home);
  ~HomeLock();
  HomeLock(const HomeLock&) = delete;
  HomeLock& operator=(const HomeLock&) = delete;

 private:
  explicit HomeLock(int fd) : fd_(fd) {}
  const int fd_;
};

}  // namespace deploy
