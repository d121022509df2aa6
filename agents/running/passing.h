// Failures of the world that pass by themselves.
#pragma once

#include "absl/status/status.h"

namespace agents {

// The store is away or full, or somebody else was first: what a tool has answered is too dear to
// forget for that.
inline bool Passing(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsResourceExhausted(status) ||
         absl::IsAborted(status);
}

}  // namespace agents
