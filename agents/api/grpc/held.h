// What a run says while something keeps it from going on.
#pragma once

#include "agents/run.h"

namespace agents {

// Puts what `run` waits for into its reason, unless it has ended or waits for a person. `held`: as
// RunLoop::Held says; OK: nothing keeps the run, and its reason stays.
void SayHeld(const absl::Status& held, Run& run);

}  // namespace agents
