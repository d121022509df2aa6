// Whether marud can start with a configuration whose keys are each right: asked by marud before it
// makes anything, and by `maru config check`.
#pragma once

#include "deploy/server/config.h"

namespace deploy {

// InvalidArgument names file, line and key: addresses (server.listen beyond loopback needs TLS;
// where it is every address, public_url), half of TLS, a PEM file, a secret or another file of the
// start that cannot be read, a model or policy folder that is not there, what the model's provider
// needs, a URL that is none. Reads files, as the user who asks; connects to nothing.
absl::Status CheckConfig(const Config& config);

}  // namespace deploy
