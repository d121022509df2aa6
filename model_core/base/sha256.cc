#include "model_core/base/sha256.h"

#include <openssl/sha.h>

#include "model_core/base/strings.h"

namespace base {

Digest Sha256(std::string_view data) {
  Digest digest;
  SHA256(reinterpret_cast<const unsigned char*>(data.data()), data.size(), digest.data());
  return digest;
}

Digest Sha256(std::string_view prefix, std::string_view data) {
  std::string joined;
  joined.reserve(prefix.size() + data.size());
  joined.append(prefix).append(data);
  return Sha256(joined);
}

std::string_view AsBytes(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string Hex(const Digest& digest) { return HexEncode(AsBytes(digest)); }

std::string Sha256Hex(std::string_view data) { return Hex(Sha256(data)); }

}  // namespace base
