// Loops that do nothing but what limits a machine: read memory, multiply bytes, multiply floats.
// One table for each instruction set; the one that is widest on this CPU gives its peaks.
#pragma once

#include <cstddef>
#include <cstdint>

namespace model_core {

struct PeakLoops {
  // Each returns a number made of all that it did, so that none of it can be left out.
  uint64_t (*read)(const uint8_t* data,
                   size_t bytes);  // data aligned to 64, bytes a multiple of 512
  uint64_t (*int8)(size_t rounds);
  uint64_t (*f32)(size_t rounds);
  double int8_ops, f32_ops;  // of a round; a multiply-add is two
};

const PeakLoops& PlainPeakLoops();  // what the compiler makes of plain vectors
const PeakLoops& Avx2PeakLoops();
const PeakLoops& Avx512PeakLoops();
const PeakLoops& Avx512VnniPeakLoops();

// Of this CPU.
const PeakLoops& FindPeakLoops();

inline constexpr size_t kReadUnit = 512;  // bytes
inline constexpr int kChains =
    12;  // independent sums: more than latency times instructions a cycle

}  // namespace model_core
