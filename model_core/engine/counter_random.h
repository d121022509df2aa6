// CounterRandom: random numbers as a function of a seed and a counter. Philox4x32-10 (Salmon et
// al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): integers alone, so that a seeded
// generation repeats on every machine, and no state, so that it may resume at any token.
#pragma once

#include <array>
#include <cstdint>

namespace model_core {

using CounterBlock = std::array<uint32_t, 4>;

constexpr CounterBlock Philox(CounterBlock counter, std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t a = uint64_t{0xD2511F53} * counter[0], b = uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<uint32_t>(b),
               static_cast<uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<uint32_t>(a)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

// Evenly distributed in [0, 1), 53 bits.
constexpr double CounterUniform(uint64_t seed, uint64_t counter) {
  const CounterBlock block =
      Philox({static_cast<uint32_t>(counter), static_cast<uint32_t>(counter >> 32), 0, 0},
             {static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)});
  const uint64_t bits = (uint64_t{block[0]} << 32 | block[1]) >> 11;
  return static_cast<double>(bits) / 9007199254740992.0;  // 2^53
}

}  // namespace model_core
