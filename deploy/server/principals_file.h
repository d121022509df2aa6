// The principals that a file names, brought into the store at start.
#pragma once

#include <string>

#include "agents/run_store.h"
#include "model_core/base/random.h"
#include "tools/catalogue.h"

namespace deploy {

// Puts every principal of the JSON file at `path` ({"principals":[{"id","title","unit","roles","clearance",
// "purposes","patterns"}]}) into the store; patterns ("law.*") become the catalogue's tools they match.
// InvalidArgument names file and principal.
absl::Status LoadPrincipals(const std::string& path, const tools::Catalogue& catalogue, agents::RunStore& store);

// Writes a new credential to `directory`/PRINCIPAL (mode 0600) for every active principal that has no such file yet.
// The store gets the hash of each credential there that it does not know.
absl::Status IssueCredentials(const std::string& directory, agents::RunStore& store, base::Random& random);

}  // namespace deploy
