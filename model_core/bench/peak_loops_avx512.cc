// AVX-512, with and without VNNI.
#include <immintrin.h>

#include "model_core/bench/peak_loops.h"

#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,fma")

namespace model_core {
namespace {

constexpr int kReads = 8;

uint64_t Fold(const __m512i& sum) {
  alignas(64) uint64_t words[8];
  _mm512_store_si512(words, sum);
  uint64_t all = 0;
  for (uint64_t word : words) all += word;
  return all;
}

uint64_t Read(const uint8_t* data, size_t bytes) {
  __m512i sums[kReads] = {};
  for (size_t at = 0; at < bytes; at += kReads * sizeof(__m512i)) {
#pragma GCC unroll 8
    for (int i = 0; i < kReads; ++i)
      sums[i] = _mm512_add_epi64(sums[i], _mm512_load_si512(data + at + i * sizeof(__m512i)));
  }
  uint64_t all = 0;
  for (const __m512i& sum : sums) all += Fold(sum);
  return all;
}

template <typename Step>
[[gnu::always_inline]] inline uint64_t Int8Loop(size_t rounds, const Step& step) {
  __m512i sums[kChains];
  for (int i = 0; i < kChains; ++i) sums[i] = _mm512_set1_epi32(i + 1);
  for (size_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (int i = 0; i < kChains; ++i) sums[i] = step(sums[i]);
  }
  uint64_t all = 0;
  for (const __m512i& sum : sums) all += Fold(sum);
  return all;
}

uint64_t Int8(size_t rounds) {
  const __m512i x = _mm512_set1_epi8(3), ones = _mm512_set1_epi16(1);
  return Int8Loop(
      rounds, [&](const __m512i& sum) __attribute__((always_inline)) {
        const __m512i pairs = _mm512_maddubs_epi16(sum, x);
        return _mm512_add_epi32(sum, _mm512_madd_epi16(pairs, ones));
      });
}

uint64_t Int8Vnni(size_t rounds) {
  const __m512i a = _mm512_set1_epi8(5), x = _mm512_set1_epi8(3);
  return Int8Loop(
      rounds, [&](const __m512i& sum)
                  __attribute__((always_inline)) { return _mm512_dpbusd_epi32(sum, a, x); });
}

// Chains that begin alike would be computed as one: the compiler is not to know that they do.
uint64_t F32(size_t rounds) {
  __m512 sums[kChains] = {};
  for (__m512& sum : sums) asm volatile("" : "+v"(sum));
  const __m512 x = _mm512_set1_ps(0.5F);
  for (size_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (int i = 0; i < kChains; ++i) sums[i] = _mm512_fmadd_ps(sums[i], x, x);
  }
  uint64_t all = 0;
  for (const __m512& sum : sums) all += Fold(_mm512_castps_si512(sum));
  return all;
}

constexpr double kInt8Ops = kChains * 64 * 2, kF32Ops = kChains * 16 * 2;
constexpr PeakLoops kLoops = {&Read, &Int8, &F32, kInt8Ops, kF32Ops};
constexpr PeakLoops kVnniLoops = {&Read, &Int8Vnni, &F32, kInt8Ops, kF32Ops};

}  // namespace

const PeakLoops& Avx512PeakLoops() { return kLoops; }
const PeakLoops& Avx512VnniPeakLoops() { return kVnniLoops; }

}  // namespace model_core

#pragma GCC pop_options
