// Products with bf16 matrices laid out in panels: 32 rows side by side, columns one after another,
// so that a register holds the sums of 16 rows and nothing has to be folded.
#include <immintrin.h>

#include <unordered_map>
#include <vector>

#include "tests/bench/free_kernels.h"

#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,fma")

namespace free_order {
namespace {

using model_core::WeightMatrix;

constexpr size_t kPanelRows = 32;  // two registers

// Columns one by one, widened to floats.
struct Widened {
  static constexpr size_t kDepth = 1;  // columns of a step
  using X = float;
  [[gnu::always_inline]] static inline __m512 Add(__m512 sum, const uint16_t* weights,
                                                  const float* x) {
    const __m256i halves = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(weights));
    const __m512i bits = _mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16);
    return _mm512_fmadd_ps(_mm512_castsi512_ps(bits), _mm512_set1_ps(*x), sum);
  }
};

// Columns in pairs, by the CPU's own products of bf16.
struct Paired {
  static constexpr size_t kDepth = 2;
  using X = uint16_t;
  [[gnu::always_inline]] static inline __m512 Add(__m512 sum, const uint16_t* weights,
                                                  const uint16_t* x) {
    int32_t pair;
    std::memcpy(&pair, x, sizeof(pair));
    const auto both = reinterpret_cast<__m512bh>(_mm512_set1_epi32(pair));
    return _mm512_dpbf16_ps(sum, reinterpret_cast<__m512bh>(_mm512_loadu_si512(weights)), both);
  }
};

// [panels, cols / kDepth, 32 rows, kDepth]; rows that there are not are 0.
template <typename Form>
const uint16_t* Panels(const WeightMatrix& w) {
  thread_local std::unordered_map<const void*, std::vector<uint16_t>> made;
  std::vector<uint16_t>& panels = made[w.data];
  const size_t rows = (w.rows + kPanelRows - 1) / kPanelRows * kPanelRows;
  if (panels.size() == rows * w.cols) return panels.data();
  panels.assign(rows * w.cols, 0);
  constexpr size_t kDepth = Form::kDepth;
  for (size_t r = 0; r < w.rows; ++r) {
    const auto* row = static_cast<const uint16_t*>(w.data) + r * w.stride;
    uint16_t* to = &panels[r / kPanelRows * kPanelRows * w.cols + r % kPanelRows * kDepth];
    for (size_t c = 0; c < w.cols; ++c) to[c / kDepth * kDepth * kPanelRows + c % kDepth] = row[c];
  }
  return panels.data();
}

// 32 rows for kTokens; where these are few, the columns go to kChains sums in turn.
template <typename Form, size_t kTokens, size_t kChains>
void Tile(float* out, size_t out_stride, const typename Form::X* x, size_t cols,
          const uint16_t* panel, size_t rows) {
  constexpr size_t kStep = Form::kDepth;
  __m512 sums[kChains][kTokens][2] = {};
  for (size_t c = 0; c < cols; c += kStep * kChains) {
#pragma GCC unroll 8
    for (size_t chain = 0; chain < kChains; ++chain) {
      const size_t at = c + chain * kStep;
      if (at >= cols) break;
#pragma GCC unroll 12
      for (size_t t = 0; t < kTokens; ++t) {
#pragma GCC unroll 2
        for (size_t half = 0; half < 2; ++half)
          sums[chain][t][half] =
              Form::Add(sums[chain][t][half],
                        panel + at * kPanelRows + half * kStep * kPanelRows / 2, x + t * cols + at);
      }
    }
  }
#pragma GCC unroll 12
  for (size_t t = 0; t < kTokens; ++t) {
#pragma GCC unroll 2
    for (size_t half = 0; half < 2; ++half) {
      __m512 sum = sums[0][t][half];
#pragma GCC unroll 8
      for (size_t chain = 1; chain < kChains; ++chain)
        sum = _mm512_add_ps(sum, sums[chain][t][half]);
      const size_t there = rows > 16 * half ? std::min<size_t>(16, rows - 16 * half) : 0;
      _mm512_mask_storeu_ps(out + t * out_stride + 16 * half,
                            static_cast<__mmask16>((1U << there) - 1), sum);
    }
  }
}

template <typename Form>
void Multiply(float* out, size_t out_stride, const typename Form::X* x, size_t m,
              const WeightMatrix& w) {
  const uint16_t* panels = Panels<Form>(w);
  for (size_t row = 0; row < w.rows; row += kPanelRows) {
    const uint16_t* panel = panels + row * w.cols;
    const size_t rows = std::min(kPanelRows, w.rows - row);
    size_t t = 0;
    for (; t + 12 <= m; t += 12)
      Tile<Form, 12, 1>(out + t * out_stride + row, out_stride, x + t * w.cols, w.cols, panel,
                        rows);
    for (; t + 4 <= m; t += 4)
      Tile<Form, 4, 2>(out + t * out_stride + row, out_stride, x + t * w.cols, w.cols, panel, rows);
    for (; t < m; ++t)
      Tile<Form, 1, 8>(out + t * out_stride + row, out_stride, x + t * w.cols, w.cols, panel, rows);
  }
}

}  // namespace

void MultiplyPanels(float* out, size_t out_stride, const float* x, size_t m,
                    const WeightMatrix& w) {
  Multiply<Widened>(out, out_stride, x, m, w);
}

void MultiplyBf16Panels(float* out, size_t out_stride, const float* x, size_t m,
                        const WeightMatrix& w) {
  thread_local std::vector<uint16_t> rounded;
  rounded.resize(std::max(rounded.size(), m * w.cols + 16));
  for (size_t i = 0; i < m * w.cols; i += 16) {
    const auto mask = static_cast<__mmask16>((1U << std::min<size_t>(16, m * w.cols - i)) - 1);
    _mm256_storeu_si256(
        reinterpret_cast<__m256i*>(&rounded[i]),
        reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(mask, x + i))));
  }
  Multiply<Paired>(out, out_stride, rounded.data(), m, w);
}

}  // namespace free_order

#pragma GCC pop_options
