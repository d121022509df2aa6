#include "agents/running/loading.h"

namespace agents {

absl::StatusOr<LoadedRun> LoadRunIf(RunStore& store, const std::string& id,
                                    const std::function<absl::StatusOr<bool>(const Run&)>& sees) {
  LoadedRun loaded;
  loaded.run.id = id;
  absl::Status damage;
  auto journal = store.Journal(id, 0);
  if (journal.ok()) {
    loaded.journal = *std::move(journal);
  } else if (absl::IsNotFound(journal.status())) {
    return NoRun(id);
  } else if (absl::IsInvalidArgument(journal.status())) {
    damage = journal.status();  // an event that is no JSON
  } else {
    return journal.status();  // of the store, whichever run it is
  }
  for (const Event& event : loaded.journal) {
    damage = Apply(event, loaded.run);
    if (!damage.ok()) break;
  }
  ASSIGN_OR_RETURN(const bool seen, sees(loaded.run));
  if (!seen) return NoRun(id);
  RETURN_IF_ERROR(damage);
  return loaded;
}

}  // namespace agents
