// Whether the values of a configuration whose keys are each right go together: asked by marud
// before it makes anything (and what dsn_check.h asks), and by `maru config check`, which then asks
// marud for what stands in start_check.h.
#pragma once

#include "deploy/server/config.h"

namespace deploy {

// InvalidArgument names file, line and key: addresses (server.listen beyond loopback needs TLS;
// where it is every address, public_url), half of TLS or a key of another certificate, a PEM file,
// a secret or another file that cannot be read, a model or policy folder that is not there, what
// the model's provider needs, a URL that is none. Reads files, as the user who
// asks; connects to nothing.
absl::Status CheckConfig(const Config& config);

}  // namespace deploy
