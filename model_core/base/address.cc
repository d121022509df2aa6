#include "model_core/base/address.h"

#include <arpa/inet.h>

#include <algorithm>

#include "model_core/base/strings.h"

namespace base {
namespace {

// Both kinds of address as IPv6: 127.0.0.1 is ::ffff:127.0.0.1.
std::optional<in6_addr> Number(const std::string& host) {
  in_addr four{};
  const bool is_four = inet_pton(AF_INET, host.c_str(), &four) == 1;
  in6_addr six{};
  const std::string text = is_four ? StrCat("::ffff:", host) : host;
  return inet_pton(AF_INET6, text.c_str(), &six) == 1 ? std::optional(six) : std::nullopt;
}

}  // namespace

std::optional<Address> ParseAddress(std::string_view text) {
  const size_t colon = text.rfind(':');
  int64_t port = -1;
  if (colon == std::string_view::npos || !ParseInt(text.substr(colon + 1), port))
    return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;  // an IPv6 address without brackets: where it ends is a guess
  }
  if (host.empty() || port < 0 || port > kPortMax) return std::nullopt;
  return Address{std::string(host), static_cast<int>(port)};
}

bool IsLoopback(const std::string& host) {
  if (host == "localhost") return true;
  const auto address = Number(host);
  if (!address.has_value()) return false;
  return IN6_IS_ADDR_LOOPBACK(&*address) ||
         (IN6_IS_ADDR_V4MAPPED(&*address) && address->s6_addr[12] == 127);
}

bool IsEveryAddress(const std::string& host) {
  const auto address = Number(host);
  if (!address.has_value()) return false;
  const auto& bytes = address->s6_addr;
  const bool zero = std::all_of(bytes + 12, bytes + 16, [](uint8_t byte) { return byte == 0; });
  return zero && (IN6_IS_ADDR_UNSPECIFIED(&*address) || IN6_IS_ADDR_V4MAPPED(&*address));
}

}  // namespace base
