// What runs over vectors, and the tables.
#include <immintrin.h>

#include <algorithm>

#include "model_core/kernels/variants.h"
#include "tests/bench/free_kernels.h"

#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,fma")

namespace free_order {
namespace {

using model_core::Dtype;
using model_core::WeightMatrix;

constexpr size_t kRegisters = 8;

const model_core::Kernels& Exact() { return *model_core::FindKernels("avx512vnni"); }

__mmask16 Mask(size_t left) {
  return left >= 16 ? 0xFFFF : static_cast<__mmask16>((1U << left) - 1);
}

float Dot(const float* a, const float* b, size_t n) {
  constexpr size_t kStep = 16 * kRegisters;
  __m512 sums[kRegisters] = {};
  size_t i = 0;
  for (; i + kStep <= n; i += kStep) {
#pragma GCC unroll 8
    for (size_t r = 0; r < kRegisters; ++r)
      sums[r] = _mm512_fmadd_ps(_mm512_loadu_ps(a + i + 16 * r), _mm512_loadu_ps(b + i + 16 * r),
                                sums[r]);
  }
  for (; i < n; i += 16)
    sums[0] = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(Mask(n - i), a + i),
                              _mm512_maskz_loadu_ps(Mask(n - i), b + i), sums[0]);
#pragma GCC unroll 8
  for (size_t r = 1; r < kRegisters; ++r) sums[0] = _mm512_add_ps(sums[0], sums[r]);
  return _mm512_reduce_add_ps(sums[0]);
}

__m512 LoadRow(const float* row) { return _mm512_loadu_ps(row); }
__m512 LoadRow(const model_core::Half* row) {
  return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(row)));
}

// Adds a row's 64 columns to four sums.
template <typename Element>
[[gnu::always_inline]] inline void AddRow(__m512* sums, const Element* row, float weight,
                                          size_t ahead) {
  const __m512 factor = _mm512_set1_ps(weight);
#pragma GCC unroll 4
  for (size_t r = 0; r < 4; ++r) {
    __builtin_prefetch(reinterpret_cast<const uint8_t*>(row + 16 * r) + ahead);
    sums[r] = _mm512_fmadd_ps(factor, LoadRow(row + 16 * r), sums[r]);
  }
}

// 64 columns for one token: eight sums instead of four.
template <typename Element>
void MixStrip(float* out, const float* weights, const WeightMatrix& rows, size_t at) {
  __m512 even[4], odd[4] = {};
#pragma GCC unroll 4
  for (size_t r = 0; r < 4; ++r) even[r] = _mm512_loadu_ps(out + at + 16 * r);
  const auto* row = static_cast<const Element*>(rows.data) + at;
  size_t j = 0;
  for (; j + 2 <= rows.rows; j += 2) {
    AddRow(even, row + j * rows.stride, weights[j], rows.ahead);
    AddRow(odd, row + (j + 1) * rows.stride, weights[j + 1], rows.ahead);
  }
  if (j < rows.rows) AddRow(even, row + j * rows.stride, weights[j], rows.ahead);
#pragma GCC unroll 4
  for (size_t r = 0; r < 4; ++r)
    _mm512_storeu_ps(out + at + 16 * r, _mm512_add_ps(even[r], odd[r]));
}

void Accumulate(float* out, size_t out_stride, const float* weights, size_t weight_stride, size_t m,
                const WeightMatrix& rows) {
  const bool strips =
      rows.cols % 64 == 0 && (rows.dtype == Dtype::kF32 || rows.dtype == Dtype::kF16);
  const size_t together = strips ? m / 4 * 4 : m;
  Exact().accumulate(out, out_stride, weights, weight_stride, together, rows);
  for (size_t t = together; t < m; ++t) {
    const auto strip = rows.dtype == Dtype::kF32 ? &MixStrip<float> : &MixStrip<model_core::Half>;
    for (size_t at = 0; at < rows.cols; at += 64)
      strip(out + t * out_stride, weights + t * weight_stride, rows, at);
  }
}

// 2^(x · log2 e): the whole part by the CPU's own scaling, the rest by five terms. Relative error
// below 3e-7.
__m512 ExpLanes(__m512 x) {
  const __m512 scaled = _mm512_mul_ps(x, _mm512_set1_ps(1.44269504F));
  const __m512 whole = _mm512_roundscale_ps(scaled, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const __m512 r = _mm512_sub_ps(scaled, whole);
  __m512 p = _mm512_set1_ps(1.33335581e-3F);
  for (const float term : {9.61812911e-3F, 5.55041087e-2F, 2.40226507e-1F, 6.93147181e-1F, 1.0F})
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(term));
  return _mm512_scalef_ps(p, whole);
}

void ExpShifted(float* x, float shift, size_t n) {
  for (size_t i = 0; i < n; i += 16) {
    const __m512 value = _mm512_maskz_loadu_ps(Mask(n - i), x + i);
    _mm512_mask_storeu_ps(x + i, Mask(n - i),
                          ExpLanes(_mm512_sub_ps(value, _mm512_set1_ps(shift))));
  }
}

void SiluMul(float* gate, const float* up, size_t n) {
  const __m512 two = _mm512_set1_ps(2.0F), one = _mm512_set1_ps(1.0F);
  for (size_t i = 0; i < n; i += 16) {
    const __mmask16 mask = Mask(n - i);
    const __m512 x = _mm512_maskz_loadu_ps(mask, gate + i);
    const __m512 below = _mm512_add_ps(one, ExpLanes(_mm512_sub_ps(_mm512_setzero_ps(), x)));
    const __m512 guess = _mm512_rcp14_ps(below);  // one step of Newton's makes 23 bits of 14
    const __m512 sigmoid = _mm512_mul_ps(guess, _mm512_fnmadd_ps(below, guess, two));
    _mm512_mask_storeu_ps(
        gate + i, mask,
        _mm512_mul_ps(_mm512_mul_ps(x, sigmoid), _mm512_maskz_loadu_ps(mask, up + i)));
  }
}

template <auto kBf16>
void Matmul(float* out, size_t out_stride, const float* x, size_t m, const WeightMatrix& w) {
  const model_core::Projection one{out, out_stride, w};
  if (IsPacked(w.dtype)) return ProjectPackedFree({&one, 1}, x, m);
  if (w.dtype == Dtype::kBf16 && w.cols % 2 == 0) return kBf16(out, out_stride, x, m, w);
  Exact().matmul(out, out_stride, x, m, w);
}

template <auto kBf16>
const model_core::Kernels* Table() {
  constexpr auto kMatmul = &Matmul<kBf16>;
  static const model_core::Kernels table = {
      "free",      kMatmul,     &model_core::Project<kMatmul, &ProjectPackedFree>,
      &Dot,        &Accumulate, Exact().keep,
      &ExpShifted, &SiluMul};
  return &table;
}

}  // namespace

float SumInLanes(const float* x, size_t n) {
  __m512 sums[4] = {};
  for (size_t i = 0; i < n; i += 64) {
#pragma GCC unroll 4
    for (size_t r = 0; r < 4; ++r) {
      const size_t at = i + 16 * r;
      if (at < n) sums[r] = _mm512_add_ps(sums[r], _mm512_maskz_loadu_ps(Mask(n - at), x + at));
    }
  }
  return _mm512_reduce_add_ps(
      _mm512_add_ps(_mm512_add_ps(sums[0], sums[1]), _mm512_add_ps(sums[2], sums[3])));
}

const model_core::Kernels* FreeKernels() {
  return model_core::FindKernels("avx512vnni") == nullptr ? nullptr : Table<&MultiplyPanels>();
}

const model_core::Kernels* Bf16Kernels() {
  if (FreeKernels() == nullptr || !__builtin_cpu_supports("avx512bf16")) return nullptr;
  return Table<&MultiplyBf16Panels>();
}

}  // namespace free_order

#pragma GCC pop_options
