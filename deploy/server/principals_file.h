// The principals that a file names, brought into the store at start.
#pragma once

#include <string>
#include <vector>

#include "agents/run_store.h"
#include "model_core/base/random.h"
#include "tools/catalogue.h"

namespace deploy {

// The principals of the JSON file at `path` ({"principals":[…]}, each as in
// agents/principal_document.h). InvalidArgument names file and principal.
struct FiledPrincipal {
  agents::PrincipalRecord record;
  bool says_active = false;  // "active" stands in the file
};
absl::StatusOr<std::vector<FiledPrincipal>> ReadPrincipals(const std::string& path,
                                                           const tools::Catalogue& catalogue);

// Puts every principal of the file over the store's. Whoever the store holds as disabled stays so,
// unless the file says "active": true itself. Errors as ReadPrincipals.
absl::Status LoadPrincipals(const std::string& path, const tools::Catalogue& catalogue,
                            agents::RunStore& store);

// A credential for every active principal of whom the store holds none: that of
// `directory`/PRINCIPAL where such a file was kept, else a new one, written there (mode 0600).
// Files of others are not looked at: a credential that was replaced stays void.
absl::Status IssueCredentials(const std::string& directory, agents::RunStore& store,
                              base::Random& random);

}  // namespace deploy
