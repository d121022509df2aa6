// AVX2: products of bytes by vpmaddubsw, as the kernels without VNNI make them.
#include <immintrin.h>

#include "model_core/bench/peak_loops.h"

#pragma GCC push_options
#pragma GCC target("avx2,fma")

namespace model_core {
namespace {

constexpr int kReads = 8;

uint64_t Fold(const __m256i& sum) {
  alignas(32) uint64_t words[4];
  _mm256_store_si256(reinterpret_cast<__m256i*>(words), sum);
  return words[0] + words[1] + words[2] + words[3];
}

uint64_t Read(const uint8_t* data, size_t bytes) {
  __m256i sums[kReads] = {};
  for (size_t at = 0; at < bytes; at += kReads * sizeof(__m256i)) {
    const auto* from = reinterpret_cast<const __m256i*>(data + at);
#pragma GCC unroll 8
    for (int i = 0; i < kReads; ++i)
      sums[i] = _mm256_add_epi64(sums[i], _mm256_load_si256(from + i));
  }
  uint64_t all = 0;
  for (const __m256i& sum : sums) all += Fold(sum);
  return all;
}

uint64_t Int8(size_t rounds) {
  __m256i sums[kChains];
  for (int i = 0; i < kChains; ++i) sums[i] = _mm256_set1_epi32(i + 1);
  const __m256i x = _mm256_set1_epi8(3), ones = _mm256_set1_epi16(1);
  for (size_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (int i = 0; i < kChains; ++i) {
      const __m256i pairs = _mm256_maddubs_epi16(sums[i], x);
      sums[i] = _mm256_add_epi32(sums[i], _mm256_madd_epi16(pairs, ones));
    }
  }
  uint64_t all = 0;
  for (const __m256i& sum : sums) all += Fold(sum);
  return all;
}

// Chains that begin alike would be computed as one: the compiler is not to know that they do.
uint64_t F32(size_t rounds) {
  __m256 sums[kChains] = {};
  for (__m256& sum : sums) asm volatile("" : "+x"(sum));
  const __m256 x = _mm256_set1_ps(0.5F);
  for (size_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (int i = 0; i < kChains; ++i) sums[i] = _mm256_fmadd_ps(sums[i], x, x);
  }
  uint64_t all = 0;
  for (const __m256& sum : sums) all += Fold(_mm256_castps_si256(sum));
  return all;
}

constexpr PeakLoops kLoops = {&Read, &Int8, &F32, kChains * 32 * 2, kChains * 8 * 2};

}  // namespace

const PeakLoops& Avx2PeakLoops() { return kLoops; }

}  // namespace model_core

#pragma GCC pop_options
