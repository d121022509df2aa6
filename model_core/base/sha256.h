// SHA-256 (FIPS 180-4) through OpenSSL.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace base {

using Digest = std::array<uint8_t, 32>;

Digest Sha256(std::string_view data);
// Hash of the concatenation prefix || data, as RFC 6962 leaf and node hashes need it.
Digest Sha256(std::string_view prefix, std::string_view data);

std::string_view AsBytes(const Digest& digest);
std::string Hex(const Digest& digest);
std::string Sha256Hex(std::string_view data);

}  // namespace base
