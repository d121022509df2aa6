// What others' code makes of bytes from outside, in a process of its own: it may crash, hang or
// want all memory, and only that process ends.
//
// Any thread; blocks. The process is a copy of this one with a single thread: `body` calls nothing
// that another thread may be in the middle of, so whatever is isolated is never called elsewhere.
#pragma once

#include <functional>
#include <string>

#include "absl/time/time.h"
#include "model_core/base/status.h"

namespace connectors::administration {

struct IsolationLimits {
  size_t output_max;  // bytes that `body` returns
  size_t memory_max;  // bytes that it may have beyond what there is when it begins
};

// What `body` returns. DeadlineExceeded: it was ended at `until`; DataLoss: it ended itself (a
// crash, an exception, no memory); ResourceExhausted: it returned too much; Unavailable: there is
// no process to be had.
absl::StatusOr<std::string> RunIsolated(const std::function<std::string()>& body, absl::Time until,
                                        const IsolationLimits& limits);

}  // namespace connectors::administration
