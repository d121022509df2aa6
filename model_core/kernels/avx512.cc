// AVX-512: one register is the 16 lanes.
#include <immintrin.h>

#include <algorithm>

#include "model_core/kernels/exp_constants.h"
#include "model_core/kernels/variants.h"

#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,fma,f16c")

#include "model_core/kernels/avx512_rows.h"

namespace model_core {
namespace {

template <auto kProjectPacked>
void Matmul(float* out, size_t out_stride, const float* x, size_t m, const WeightMatrix& w) {
  switch (w.dtype) {
    case Dtype::kF32:
      return MatmulOf<float>(out, out_stride, x, m, w);
    case Dtype::kBf16:
      return MatmulOf<uint16_t>(out, out_stride, x, m, w);
    case Dtype::kF16:
      return MatmulOf<Half>(out, out_stride, x, m, w);
    case Dtype::kQ8Rows:
      return MatmulOf<KeptGroup>(out, out_stride, x, m, w);
    case Dtype::kQ8:
    case Dtype::kQ4: {
      const Projection one{out, out_stride, w};
      return kProjectPacked({&one, 1}, x, m);
    }
  }
}

float Dot(const float* a, const float* b, size_t n) {
  __m512 sum = _mm512_setzero_ps();
  size_t i = 0;
  for (; i + 16 <= n; i += 16)
    sum = _mm512_fmadd_ps(_mm512_loadu_ps(a + i), _mm512_loadu_ps(b + i), sum);
  if (i < n) {
    const __mmask16 mask = TailMask(n - i);
    sum = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(mask, a + i), _mm512_maskz_loadu_ps(mask, b + i),
                          sum);
  }
  return SumLanes(sum);
}

// Sums of 16 · kRegisters columns for kTokens stay in registers while the rows pass by.
template <size_t kTokens, size_t kRegisters, typename Element, typename Fetch>
[[gnu::always_inline]] inline void MixTile(float* out, size_t out_stride, const float* weights,
                                           size_t weight_stride, const WeightMatrix& rows,
                                           size_t at, __mmask16 mask, Fetch& fetch) {
  __m512 sums[kTokens][kRegisters];
#pragma GCC unroll 16
  for (size_t t = 0; t < kTokens; ++t) {
#pragma GCC unroll 16
    for (size_t r = 0; r < kRegisters; ++r)
      sums[t][r] = _mm512_maskz_loadu_ps(mask, out + t * out_stride + at + 16 * r);
  }
  const auto* row = static_cast<const Element*>(rows.data);
  for (size_t j = 0; j < rows.rows; ++j, row += rows.stride) {
    __m512 values[kRegisters];
#pragma GCC unroll 16
    for (size_t r = 0; r < kRegisters; ++r) values[r] = LoadRow(row, at + 16 * r, mask);
    fetch.template Next<ColumnBytes<Element>(16 * kRegisters)>();
#pragma GCC unroll 16
    for (size_t t = 0; t < kTokens; ++t) {
      const __m512 weight = _mm512_set1_ps(weights[t * weight_stride + j]);
#pragma GCC unroll 16
      for (size_t r = 0; r < kRegisters; ++r)
        sums[t][r] = _mm512_fmadd_ps(weight, values[r], sums[t][r]);
    }
  }
#pragma GCC unroll 16
  for (size_t t = 0; t < kTokens; ++t) {
#pragma GCC unroll 16
    for (size_t r = 0; r < kRegisters; ++r)
      _mm512_mask_storeu_ps(out + t * out_stride + at + 16 * r, mask, sums[t][r]);
  }
}

template <size_t kTokens, typename Element, typename Fetch>
void MixColumns(float* out, size_t out_stride, const float* weights, size_t weight_stride,
                const WeightMatrix& rows, Fetch fetch) {
  constexpr size_t kRegisters = kTokens == 8 ? 2 : 4;
  size_t at = 0;
  for (; at + 16 * kRegisters <= rows.cols; at += 16 * kRegisters) {
    MixTile<kTokens, kRegisters, Element>(out, out_stride, weights, weight_stride, rows, at, 0xFFFF,
                                          fetch);
  }
  for (; at < rows.cols; at += 16) {
    const __mmask16 mask = rows.cols - at >= 16 ? 0xFFFF : TailMask(rows.cols - at);
    MixTile<kTokens, 1, Element>(out, out_stride, weights, weight_stride, rows, at, mask, fetch);
  }
}

constexpr size_t kHeadsMost = 8;
constexpr bool kFetchesInParts = true;

}  // namespace
}  // namespace model_core

#include "model_core/kernels/mix_tiles.h"

namespace model_core {
namespace {

__m512 ExpLanes(__m512 x) {
  using exp_constants::kLeast, exp_constants::kMost, exp_constants::kLog2E;
  using exp_constants::kLn2High, exp_constants::kLn2Low, exp_constants::kTaylor;
  const __mmask16 kept = _mm512_cmp_ps_mask(x, _mm512_set1_ps(kLeast), _CMP_NLT_UQ);
  x = _mm512_min_ps(x, _mm512_set1_ps(kMost));
  const __m512 scaled =
      _mm512_add_ps(_mm512_mul_ps(x, _mm512_set1_ps(kLog2E)), _mm512_set1_ps(0.5F));
  const __m512 k =
      _mm512_maskz_roundscale_ps(kept, scaled, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
  const __m512 high = _mm512_sub_ps(x, _mm512_mul_ps(k, _mm512_set1_ps(kLn2High)));
  const __m512 r = _mm512_sub_ps(high, _mm512_mul_ps(k, _mm512_set1_ps(kLn2Low)));
  __m512 p = _mm512_set1_ps(kTaylor[0]);
  for (int i = 1; i < 8; ++i) p = _mm512_add_ps(_mm512_mul_ps(p, r), _mm512_set1_ps(kTaylor[i]));
  const __m512i exponent = _mm512_add_epi32(_mm512_cvttps_epi32(k), _mm512_set1_epi32(127));
  return _mm512_maskz_mul_ps(kept, p, _mm512_castsi512_ps(_mm512_slli_epi32(exponent, 23)));
}

void ExpShifted(float* x, float shift, size_t n) {
  for (size_t i = 0; i < n; i += 16) {
    const __mmask16 mask = n - i >= 16 ? 0xFFFF : TailMask(n - i);
    const __m512 value = _mm512_sub_ps(_mm512_maskz_loadu_ps(mask, x + i), _mm512_set1_ps(shift));
    _mm512_mask_storeu_ps(x + i, mask, ExpLanes(value));
  }
}

void SiluMul(float* gate, const float* up, size_t n) {
  const __m512 one = _mm512_set1_ps(1.0F), zero = _mm512_set1_ps(-0.0F);
  for (size_t i = 0; i < n; i += 16) {
    const __mmask16 mask = n - i >= 16 ? 0xFFFF : TailMask(n - i);
    const __m512 x = _mm512_maskz_loadu_ps(mask, gate + i);
    const __m512 sigmoid = _mm512_div_ps(one, _mm512_add_ps(one, ExpLanes(_mm512_xor_ps(x, zero))));
    _mm512_mask_storeu_ps(
        gate + i, mask,
        _mm512_mul_ps(_mm512_mul_ps(x, sigmoid), _mm512_maskz_loadu_ps(mask, up + i)));
  }
}

}  // namespace

const Kernels& Avx512Kernels() {
  constexpr auto kMatmul = &Matmul<&ProjectPackedAvx512>;
  static constexpr Kernels kTable = {
      "avx512",    kMatmul, &Project<kMatmul, &ProjectPackedAvx512>, &Dot, &Accumulate, &KeepAvx2,
      &ExpShifted, &SiluMul};
  return kTable;
}

const Kernels& Avx512VnniKernels() {
  constexpr auto kMatmul = &Matmul<&ProjectPackedAvx512Vnni>;
  static constexpr Kernels kTable = {
      "avx512vnni", kMatmul,     &Project<kMatmul, &ProjectPackedAvx512Vnni>,
      &Dot,         &Accumulate, &KeepAvx2,
      &ExpShifted,  &SiluMul};
  return kTable;
}

}  // namespace model_core

#pragma GCC pop_options
