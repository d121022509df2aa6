// How a hash is spelled. There is one way, so that no file says the same in two.
#pragma once

#include <string_view>

#include "model_core/base/sha256.h"

namespace policies {

// 64 digits of small hex: a SHA-256, or 32 bytes of salt.
inline bool IsHash(std::string_view text) {
  return text.size() == 2 * sizeof(base::Digest) &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace policies
