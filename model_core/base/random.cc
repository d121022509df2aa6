#include "model_core/base/random.h"

#include <openssl/rand.h>

#include <cstring>

#include "model_core/base/check.h"
#include "model_core/base/strings.h"

namespace base {
namespace {
class OpenSslRandom : public Random {
 public:
  std::string Bytes(size_t count) override {
    std::string bytes(count, '\0');
    CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) == 1);
    return bytes;
  }
};
}  // namespace

uint64_t Random::Next() {
  uint64_t value = 0;
  std::memcpy(&value, Bytes(sizeof(value)).data(), sizeof(value));
  return value;
}

Random& SystemRandom() {
  static auto* const random = new OpenSslRandom;  // leaked on purpose: outlives every thread
  return *random;
}

std::string NewId(int64_t unix_millis, Random& random) {
  std::string id(16, '\0');
  for (int i = 0; i < 6; ++i) id[i] = static_cast<char>(unix_millis >> (8 * (5 - i)));
  const std::string tail = random.Bytes(10);
  std::copy(tail.begin(), tail.end(), id.begin() + 6);
  id[6] = static_cast<char>((id[6] & 0x0f) | 0x70);
  id[8] = static_cast<char>((id[8] & 0x3f) | 0x80);
  const std::string hex = HexEncode(id);
  return StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4), "-",
                hex.substr(16, 4), "-", hex.substr(20));
}

}  // namespace base
