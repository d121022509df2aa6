// Whether connection strings are such.
#pragma once

#include "deploy/server/config.h"

namespace deploy {

// InvalidArgument names file, line and key: a malformed connection string, one of the store's two
// without the other, or a URI where only key=value is taken (the connectors add to it). Connects to
// nothing.
absl::Status CheckDsns(const Config& config);

}  // namespace deploy
