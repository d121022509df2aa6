// Platform: everything marud consists of, made and joined in one place and in one order.
#pragma once

#include <memory>

#include "deploy/server/config.h"

namespace deploy {

class Platform {
 public:
  // Starts all of it; ready for calls when it returns. Errors name the part, and leave nothing
  // running.
  static absl::StatusOr<std::unique_ptr<Platform>> Start(const Config& config);

  // Takes no new calls, lets what is in flight end (or be journalled) within server.stop_timeout,
  // stops the rest.
  virtual ~Platform() = default;

  virtual int port() const = 0;
  // How far the machine's clock is behind the newest record of the audit log; zero: it is not.
  virtual absl::Duration clock_behind() const = 0;
};

}  // namespace deploy
