// The plain loops, and the choice among all. Vectors are GCC's, of 16 bytes, which every 64-bit CPU
// has.
#include "model_core/bench/peak_loops.h"

#include <array>
#include <bit>

#include "model_core/kernels/kernels.h"

namespace model_core {
namespace {

typedef uint64_t Words __attribute__((vector_size(16)));
typedef float Floats __attribute__((vector_size(16)));
typedef int16_t Shorts __attribute__((vector_size(16)));

uint64_t Read(const uint8_t* data, size_t bytes) {
  Words sums[4] = {};
  for (size_t at = 0; at < bytes; at += 4 * sizeof(Words)) {
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; ++i)
      sums[i] += *reinterpret_cast<const Words*>(data + at + i * sizeof(Words));
  }
  const Words sum = sums[0] + sums[1] + sums[2] + sums[3];
  return sum[0] + sum[1];
}

// A value that the compiler cannot know.
template <typename T>
T Opaque(T value) {
  asm volatile("" : "+x"(value));
  return value;
}

// Bytes have no multiply-add here: they are widened to 16 bits first, as a kernel would.
uint64_t Int8(size_t rounds) {
  Shorts sums[kChains] = {};
  const Shorts a = Opaque(Shorts{1, 2, 3, 4, 5, 6, 7, 8});
  for (size_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (Shorts& sum : sums) sum = Opaque(sum) * a + a;
  }
  Shorts all = {};
  for (const Shorts& sum : sums) all += sum;
  return static_cast<uint64_t>(all[0]);
}

uint64_t F32(size_t rounds) {
  Floats sums[kChains] = {};
  const Floats a = Opaque(Floats{0.1F, 0.2F, 0.3F, 0.4F});
  for (size_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (Floats& sum : sums) sum = Opaque(sum) * a + a;
  }
  Floats all = {};
  for (const Floats& sum : sums) all += sum;
  return std::bit_cast<std::array<uint64_t, 2>>(all)[0];
}

constexpr PeakLoops kLoops = {&Read, &Int8, &F32, kChains * 8 * 2, kChains * 4 * 2};

}  // namespace

const PeakLoops& PlainPeakLoops() { return kLoops; }

const PeakLoops& FindPeakLoops() {
  if (FindKernels("avx512vnni") != nullptr) return Avx512VnniPeakLoops();
  if (FindKernels("avx512") != nullptr) return Avx512PeakLoops();
  if (FindKernels("avx2") != nullptr) return Avx2PeakLoops();
  return PlainPeakLoops();
}

}  // namespace model_core
