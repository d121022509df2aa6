// Where the server is and who asks: from options, environment, configuration and $MARU_HOME, in
// this order.
#pragma once

#include <string>
#include <string_view>

#include "model_core/base/status.h"

namespace deploy::cli {

struct ConnectionOptions {
  std::string home;    // $MARU_HOME
  std::string server;  // host:port; empty: MARU_SERVER, else server.listen of the configuration
  bool tls = false;    // with the system's authorities; --ca and --cert imply it
  std::string ca;      // PEM files
  std::string certificate, key;
  std::string credential_file;
  std::string
      as;  // principal; empty: MARU_AS, else the only one whose credential is in HOME/credentials
};

// "127.0.0.1:7420". A server that listens on every address is reached on loopback.
absl::StatusOr<std::string> ResolveServer(const ConnectionOptions& options);

// The bearer credential; empty where a client certificate speaks for the caller. Unauthenticated:
// there is none, or several and none was named (both with the reason kNobodyNamed).
absl::StatusOr<std::string> ResolveCredential(const ConnectionOptions& options);
inline constexpr std::string_view kNobodyNamed = "NOBODY_NAMED";

// Whether options or environment say who asks; else the only credential here would.
bool NamesCaller(const ConnectionOptions& options);

// Who asks, as far as the options tell; empty if only the server can.
std::string ResolvePrincipal(const ConnectionOptions& options);

// Whether "host:port" stays on this machine.
bool IsLoopback(const std::string& server);

// HOME/maru.yaml where it exists, else empty: the defaults.
std::string ConfigPath(const std::string& home);

}  // namespace deploy::cli
