// A stored run for one who asks for it: what its journal says is told to those alone whom the run
// concerns, and so is that it is damaged.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "agents/run_store.h"

namespace agents {

struct LoadedRun {
  Run run;
  std::vector<Event> journal;
};

// The run and its journal, if `sees` is true of the run. Errors: NoRun's unless it is, in which a
// missing, a hidden and a damaged run look the same; else Fold's, and the store's.
// `sees` gets a run whose journal is damaged as far as it can be read.
absl::StatusOr<LoadedRun> LoadRunIf(RunStore& store, const std::string& id,
                                    const std::function<absl::StatusOr<bool>(const Run&)>& sees);

}  // namespace agents
