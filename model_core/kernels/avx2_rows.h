// Products of rows that are not packed, in tiles whose sums stay in registers and are folded
// together at the end. Included inside a target region.
#pragma once

#include "model_core/kernels/avx2_lanes.h"
#include "model_core/kernels/cache_use.h"

namespace model_core {
namespace {

// One half of the 16 lanes, 8 columns, of kRows rows and kTokens tokens. What is fewer waits in
// registers.
template <int kRows, int kTokens, typename LoadWeights, typename LoadToken>
[[gnu::always_inline]] inline void Step(__m256* sums, LoadWeights weights, LoadToken tokens) {
  constexpr bool kRowsWait = kRows < kTokens;
  constexpr int kWaiting = kRowsWait ? kRows : kTokens, kPassing = kRowsWait ? kTokens : kRows;
  __m256 waiting[kWaiting];
#pragma GCC unroll 8
  for (int i = 0; i < kWaiting; ++i) waiting[i] = kRowsWait ? weights(i) : tokens(i);
#pragma GCC unroll 8
  for (int j = 0; j < kPassing; ++j) {
    const __m256 passing = kRowsWait ? tokens(j) : weights(j);
#pragma GCC unroll 8
    for (int i = 0; i < kWaiting; ++i) {
      __m256& sum = sums[kRowsWait ? j * kRows + i : i * kRows + j];
      sum = _mm256_fmadd_ps(waiting[i], passing, sum);
    }
  }
}

// Halves first … first + kHalves - 1 of the lanes, over all columns.
template <int kRows, int kTokens, int kHalves, bool kFetch, typename Element>
[[gnu::always_inline]] inline void SumHalves(__m256* sums, const Element* const* rows,
                                             const float* x, size_t cols, int first, size_t ahead) {
  constexpr int kSums = kRows * kTokens;
  size_t at = 0;
  for (; at + 16 <= cols; at += 16) {
#pragma GCC unroll 2
    for (int h = 0; h < kHalves; ++h) {
      const int half = first + h;
      Step<kRows, kTokens>(
          sums + h * kSums,
          [&](int r) {
            if (kFetch && half == 0) FetchAhead(rows[r], at, ahead);
            return LoadEight(rows[r], at, half);
          },
          [&](int t) { return LoadEight(x + t * cols, at, half); });
    }
  }
  if (at == cols) return;
  for (int h = 0; h < kHalves; ++h) {
    Step<kRows, kTokens>(
        sums + h * kSums, [&](int r) { return LoadTail(rows[r], at, first + h, cols); },
        [&](int t) { return LoadTail(x + t * cols, at, first + h, cols); });
  }
}

// Sum t · kRows + r of both halves goes to row r of token t; the first `rows` of kRows.
template <int kRows, int kTokens>
[[gnu::always_inline]] inline void Store(float* out, size_t out_stride, const __m256* low,
                                         const __m256* high, size_t rows) {
  constexpr int kSums = kRows * kTokens;
  static_assert(kSums % 4 == 0);
  __m256 eights[kSums];
#pragma GCC unroll 16
  for (int p = 0; p < kSums; ++p) eights[p] = _mm256_add_ps(low[p], high[p]);
  float folded[kSums];
#pragma GCC unroll 4
  for (int p = 0; p < kSums; p += 4) {
    const __m128 four = FoldFour(eights + p);
    if (kRows == 4 && rows == 4)
      _mm_storeu_ps(out + p / kRows * out_stride, four);
    else
      _mm_storeu_ps(folded + p, four);
  }
  if (kRows == 4 && rows == 4) return;
#pragma GCC unroll 4
  for (int t = 0; t < kTokens; ++t) {
#pragma GCC unroll 4
    for (size_t r = 0; r < kRows; ++r) {
      if (r < rows) out[t * out_stride + r] = folded[t * kRows + r];
    }
  }
}

// Rows past the matrix repeat its last one, and are not stored. `kFetch`: what comes later is
// fetched meanwhile. A tile of four sums waits for memory and reads its rows once; of a larger one
// one half of the lanes is summed after the other, so that twelve sums stay in registers.
template <int kRows, int kTokens, typename Element, bool kFetch>
void Tile(float* out, size_t out_stride, const float* x, const WeightMatrix& w, size_t row) {
  constexpr int kSums = kRows * kTokens, kAtOnce = kSums <= 4 ? 2 : 1;
  const size_t ahead = kFetch ? FetchedAhead<Element>(w, row) : 0;
  const Element* rows[kRows];
#pragma GCC unroll 8
  for (size_t r = 0; r < kRows; ++r) {
    rows[r] = static_cast<const Element*>(w.data) + std::min(row + r, w.rows - 1) * w.stride;
  }
  __m256 sums[2 * kSums];
#pragma GCC unroll 32
  for (__m256& sum : sums) sum = _mm256_setzero_ps();
#pragma GCC unroll 2
  for (int half = 0; half < 2; half += kAtOnce) {
    SumHalves<kRows, kTokens, kAtOnce, kFetch>(sums + half * kSums, rows, x, w.cols, half, ahead);
  }
  Store<kRows, kTokens>(out + row, out_stride, sums, sums + kSums,
                        std::min<size_t>(kRows, w.rows - row));
}

// Tokens, a multiple of kTokens, pass by a few rows.
template <int kRows, int kTokens, typename Element>
void TokensPass(float* out, size_t out_stride, const float* x, size_t m, const WeightMatrix& w) {
  for (size_t row = 0; row < w.rows; row += kRows) {
    for (size_t t = 0; t < m; t += kTokens) {
      const auto of =
          t == 0 ? &Tile<kRows, kTokens, Element, true> : &Tile<kRows, kTokens, Element, false>;
      of(out + t * out_stride, out_stride, x + t * w.cols, w, row);
    }
  }
}

// Threes of tokens, as many at a time as stay in the second-level cache; then the last four, two or
// one.
template <typename Element>
void MatmulOf(float* out, size_t out_stride, const float* x, size_t m, const WeightMatrix& w) {
  const size_t threes = m % 3 == 1 && m > 1 ? m - 4 : m / 3 * 3;
  const size_t step = TokensAtOnce(w.cols * sizeof(float)) / 3 * 3;
  for (size_t t = 0; t < threes; t += step) {
    TokensPass<4, 3, Element>(out + t * out_stride, out_stride, x + t * w.cols,
                              std::min(step, threes - t), w);
  }
  out += threes * out_stride;
  x += threes * w.cols;
  if (m - threes == 4) TokensPass<3, 4, Element>(out, out_stride, x, 4, w);
  if (m - threes == 2) {
    constexpr size_t kShort = 512;  // two rows of more columns are read once, four twice
    const auto of = w.cols <= kShort ? &TokensPass<4, 2, Element> : &TokensPass<2, 2, Element>;
    of(out, out_stride, x, 2, w);
  }
  if (m - threes == 1) TokensPass<4, 1, Element>(out, out_stride, x, 1, w);
}

}  // namespace
}  // namespace model_core
