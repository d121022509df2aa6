// Where something listens or is reached: host:port, and whether a host is this machine. Names are
// not looked up. Functions without state; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace base {

inline constexpr int kPortMax = 65535;

struct Address {
  std::string host;  // an IPv6 address stands here without its brackets
  int port = 0;      // 0–kPortMax
};

// Of host:port or [address]:port; none if `text` is neither.
std::optional<Address> ParseAddress(std::string_view text);

// Whether `host` never leaves this machine: an address in 127.0.0.0/8, also as ::ffff:127.…, or
// ::1, or the name localhost. Any other name may be anywhere, whatever it begins with.
bool IsLoopback(const std::string& host);

// Whether `host` stands for every address of this machine: 0.0.0.0, ::. One can listen there, not
// connect to it.
bool IsEveryAddress(const std::string& host);

}  // namespace base
