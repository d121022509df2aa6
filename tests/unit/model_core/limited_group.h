// LimitedGroup: a control group (v2) below that of this process, with a limit on memory: for child
// processes of a test. It is removed when it goes; its processes have to be gone by then.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include "model_core/base/status.h"

namespace model_core {

class LimitedGroup {
 public:
  // Unavailable, with the reason: this machine lets no group be made here.
  static absl::StatusOr<std::unique_ptr<LimitedGroup>> Make(size_t bytes_max);
  ~LimitedGroup();
  LimitedGroup(const LimitedGroup&) = delete;
  LimitedGroup& operator=(const LimitedGroup&) = delete;

  absl::Status Take(pid_t process) const;
  size_t killed() const;      // processes, by the kernel, for want of memory
  size_t bytes_most() const;  // that were taken; 0 where the kernel does not say
  const std::string& folder() const { return folder_; }

 private:
  LimitedGroup(std::string around, bool opened);
  absl::Status Limit(size_t bytes_max) const;

  const std::string around_;  // folder of the group that this one is in
  const bool opened_;         // whether its children are limited for our sake
  const std::string folder_;
};

}  // namespace model_core
