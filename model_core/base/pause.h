// Sleeping on a thread that may be asked to stop.
#pragma once

#include <stop_token>

#include "absl/time/time.h"

namespace base {

// True after `most`; false at once when a stop is asked for, before or meanwhile.
bool Pause(const std::stop_token& stop, absl::Duration most);

}  // namespace base
