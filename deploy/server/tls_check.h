// Whether TLS files can be used together.
#pragma once

#include <string>

#include "deploy/server/config.h"

namespace deploy {

// InvalidArgument names file, line and key: a certificate or key that cannot be read (one with a
// passphrase cannot), a key of another certificate, an authority that is none. Keys that are not
// given are not looked at; nobody is asked for a passphrase.
absl::Status CheckTlsFiles(const Config& config, std::string_view certificate, std::string_view key,
                           std::string_view client_ca);

}  // namespace deploy
