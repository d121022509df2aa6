// What keeps a run from going on, for whoever waits for it.
#pragma once

#include "agents/run_loop.h"
#include "agents/running/hindrance.h"
#include "tools/catalogue.h"

namespace agents {

// RunLoop::Held.
absl::Status WhatHolds(const Run& run, const Hindrance& hindrance, RunStore& store, absl::Time now,
                       const tools::Catalogue& catalogue, const RunLoopOptions& options);

}  // namespace agents
