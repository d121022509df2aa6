// Tokens sorted by expert, so that each expert's weights are read once a pass.
#pragma once

#include "model_core/cpu/cpu_scratch.h"

namespace model_core {

// Fills scratch.jobs: each expert's tokens, experts ascending, then the feed-forward of all tokens.
// One member does it.
void ListJobs(const Mixture& of, CpuScratch& scratch);

}  // namespace model_core
