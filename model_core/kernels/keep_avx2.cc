// Keeping rows with AVX2 and F16C: whole stretches here, what is left as the reference does.
#include <immintrin.h>

#include <algorithm>

#include "model_core/kernels/variants.h"

#pragma GCC push_options
#pragma GCC target("avx2,fma,f16c")

#include "model_core/kernels/group_avx2.h"

namespace model_core {
namespace {

void KeepHalves(const float* x, Half* out) {
  const __m256 most = _mm256_set1_ps(kHalfMost), least = _mm256_set1_ps(-kHalfMost);
  // With NaN the second operand is the result: NaN stays.
  const __m256 bound = _mm256_max_ps(least, _mm256_min_ps(most, _mm256_loadu_ps(x)));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out),
                   _mm256_cvtps_ph(bound, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
}

// False: left to the reference, a group that is not finite or whose scale is 0.
bool KeepGroup(const float* from, KeptGroup& group) {
  __m256 x[4];
  for (int i = 0; i < 4; ++i) x[i] = _mm256_loadu_ps(from + 8 * i);
  const float largest = Largest(x);
  if (!(largest <= 127 * kHalfMost)) return false;
  group.scale = ToF16AtLeast(largest / 127.0F);  // 0 also of the least denormals, by underflow
  if (group.scale == 0) return false;
  const __m256 inverse = _mm256_set1_ps(1.0F / FromF16(group.scale));
  const __m256 most = _mm256_set1_ps(127.0F), least = _mm256_set1_ps(-127.0F);
  __m256i ints[4];
  for (int i = 0; i < 4; ++i) {
    const __m256 scaled = _mm256_mul_ps(x[i], inverse);
    ints[i] = _mm256_cvtps_epi32(_mm256_max_ps(least, _mm256_min_ps(most, scaled)));
  }
  StoreBytes(ints, group.values);
  return true;
}

}  // namespace

void KeepAvx2(void* out, const float* row, size_t width, Dtype kind) {
  size_t at = 0;
  if (kind == Dtype::kF16) {
    auto* halves = static_cast<Half*>(out);
    for (; at + 8 <= width; at += 8) KeepHalves(row + at, halves + at);
    KeepScalar(halves + at, row + at, width - at, kind);
  } else if (kind == Dtype::kQ8Rows) {
    auto* group = static_cast<KeptGroup*>(out);
    for (; at < width; at += kGroup, ++group) {
      const size_t count = std::min(kGroup, width - at);
      if (count < kGroup || !KeepGroup(row + at, *group)) KeepScalar(group, row + at, count, kind);
    }
  } else {
    KeepScalar(out, row, width, kind);
  }
}

}  // namespace model_core

#pragma GCC pop_options
