// Products of rows that are not packed, in tiles whose sums stay in registers and are folded
// together at the end: 45 instructions for sixteen instead of 16 × 9. Included inside a target
// region.
#pragma once

#include <algorithm>

#include "model_core/kernels/avx512_lanes.h"
#include "model_core/kernels/cache_use.h"

namespace model_core {
namespace {

// Sums of kRows rows, of kApart that are folded together, and kTokens tokens.
template <int kRows, int kTokens, int kApart, Fetching kFetching, typename Element>
[[gnu::always_inline]] inline void Step(__m512* sums, const Element* const* rows, const float* x,
                                        size_t cols, size_t at, __mmask16 mask, size_t ahead,
                                        FetchedPart part) {
  __m512 tokens[kTokens];
#pragma GCC unroll 16
  for (int t = 0; t < kTokens; ++t) tokens[t] = _mm512_maskz_loadu_ps(mask, x + t * cols + at);
  if (kFetching == Fetching::kPart && part.Holds(at)) {
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) FetchAhead(rows[r], at, ahead);
  }
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
    const __m512 weights = LoadRow(rows[r], at, mask);
    if (kFetching == Fetching::kAll) FetchAhead(rows[r], at, ahead);
#pragma GCC unroll 16
    for (int t = 0; t < kTokens; ++t) {
      sums[t * kApart + r] = _mm512_fmadd_ps(weights, tokens[t], sums[t * kApart + r]);
    }
  }
}

// Sum t · kRows + r goes to row r of token t; the first `rows` of kRows.
template <int kRows, int kTokens>
[[gnu::always_inline]] inline void Store(float* out, size_t out_stride, const __m512* sums,
                                         size_t rows) {
  const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const __m512 first = FoldSixteen(sums);
  const __m512 second = kRows * kTokens > 16 ? FoldSixteen(sums + 16) : first;
#pragma GCC unroll 16
  for (int t = 0; t < kTokens; ++t) {
    const __m512i from = _mm512_add_epi32(lanes, _mm512_set1_epi32(t * kRows));
    _mm512_mask_storeu_ps(out + t * out_stride, TailMask(rows),
                          _mm512_permutex2var_ps(first, from, second));
  }
}

// Rows past the matrix repeat its last one, and are not stored. What comes later is fetched
// meanwhile. One token meets eight rows at a time: so many are read side by side.
template <int kRows, int kTokens, typename Element, Fetching kFetching = Fetching::kAll>
void Tile(float* out, size_t out_stride, const float* x, const WeightMatrix& w, size_t row,
          FetchedPart part = {}) {
  static_assert(kRows * kTokens <= 32 && kRows <= 16);
  constexpr int kAtOnce = kTokens == 1 ? 8 : kRows;
  const size_t ahead = kFetching == Fetching::kNone ? 0 : FetchedAhead<Element>(w, row);
  const Element* rows[kRows];
#pragma GCC unroll 16
  for (size_t r = 0; r < kRows; ++r) {
    rows[r] = static_cast<const Element*>(w.data) + std::min(row + r, w.rows - 1) * w.stride;
  }
  __m512 sums[32];
#pragma GCC unroll 32
  for (__m512& sum : sums) sum = _mm512_setzero_ps();
#pragma GCC unroll 2
  for (int r = 0; r < kRows; r += kAtOnce) {
    const auto of = &Step<kAtOnce, kTokens, kRows, kFetching, Element>;
    size_t at = 0;
    for (; at + 16 <= w.cols; at += 16) of(sums + r, rows + r, x, w.cols, at, 0xFFFF, ahead, part);
    if (at < w.cols) of(sums + r, rows + r, x, w.cols, at, TailMask(w.cols - at), ahead, part);
  }
  Store<kRows, kTokens>(out + row, out_stride, sums, std::min<size_t>(kRows, w.rows - row));
}

// Tokens pass by a few rows, four at a time. Of weights there are six rows, whose values are
// widened once for the four. What comes later is fetched by the first four or, where there are
// `parts`, some of it by each of the first fours; `before` fours have passed already.
template <typename Element>
void TokensPass(float* out, size_t out_stride, const float* x, size_t m, const WeightMatrix& w,
                bool fetch, uint32_t before, uint32_t parts) {
  constexpr size_t kTall = kKept<Element> ? 4 : 6;
  constexpr Fetching kSome = std::is_same_v<Element, Half> ? Fetching::kPart : Fetching::kAll;
  for (size_t row = 0, rows; row < w.rows; row += rows) {
    rows = w.rows - row > 4 ? kTall : 4;
    for (size_t t = 0; t < m; t += 4) {
      const auto four = before + static_cast<uint32_t>(t / 4);
      const bool fetches = parts > 1 ? four < parts : fetch && t == 0;
      const auto of = rows < kTall ? &Tile<4, 4, Element, Fetching::kNone>
                      : !fetches   ? &Tile<kTall, 4, Element, Fetching::kNone>
                      : parts > 1  ? &Tile<kTall, 4, Element, kSome>
                                   : &Tile<kTall, 4, Element, Fetching::kAll>;
      of(out + t * out_stride, out_stride, x + t * w.cols, w, row, FetchedPart{four, parts});
    }
  }
}

// Fours of tokens: as many at a time as stay in the second-level cache. Where all do not stay in
// the first, and all rows do in the second, as those of a page, four: so that rows pass by them.
template <typename Element>
void MatmulFours(float* out, size_t out_stride, const float* x, size_t m, const WeightMatrix& w) {
  constexpr size_t kFirstLevel = 24 << 10, kSecondLevel = 64 << 10;
  const size_t token_bytes = w.cols * sizeof(float);
  const bool rows_pass =
      m * token_bytes > kFirstLevel && w.rows * w.stride * sizeof(Element) <= kSecondLevel;
  const size_t step = rows_pass ? 4 : TokensAtOnce(token_bytes);
  const uint32_t parts = FetchedParts<Element>(w, m / 4);
  for (size_t t = 0; t < m; t += step) {
    TokensPass<Element>(out + t * out_stride, out_stride, x + t * w.cols, std::min(step, m - t), w,
                        t == 0 || !rows_pass, static_cast<uint32_t>(t / 4), parts);
  }
}

template <int kRows, int kTokens, typename Element>
void AllRows(float* out, size_t out_stride, const float* x, const WeightMatrix& w) {
  for (size_t row = 0; row < w.rows; row += kRows)
    Tile<kRows, kTokens, Element>(out, out_stride, x, w, row);
}

template <typename Element>
void MatmulOf(float* out, size_t out_stride, const float* x, size_t m, const WeightMatrix& w) {
  const size_t fours = m / 4 * 4;
  MatmulFours<Element>(out, out_stride, x, fours, w);
  out += fours * out_stride;
  x += fours * w.cols;
  if (m - fours == 3) AllRows<8, 3, Element>(out, out_stride, x, w);
  if (m - fours == 2) AllRows<8, 2, Element>(out, out_stride, x, w);
  if (m - fours == 1) AllRows<16, 1, Element>(out, out_stride, x, w);
}

}  // namespace
}  // namespace model_core
