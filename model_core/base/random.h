// Random: the only source of randomness; ids, keys and jitter come from here. Thread-safe.
#pragma once

#include <cstdint>
#include <string>

namespace base {

class Random {
 public:
  virtual ~Random() = default;
  // `count` unpredictable bytes.
  virtual std::string Bytes(size_t count) = 0;
  uint64_t Next();
};

// OpenSSL's generator. Never destroyed.
Random& SystemRandom();

// A UUIDv7-like id, "018f…": sorts by time, 122 bits of time and randomness. Lower-case, dashes.
std::string NewId(int64_t unix_millis, Random& random);

}  // namespace base
