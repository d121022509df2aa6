// What every query head does: compare with the rows that its token sees, and mix their values.
#include <algorithm>
#include <limits>

#include "model_core/transformer/pass.h"

namespace model_core {
namespace {

// Of several lanes at a time; numbers that are none are passed over.
float Largest(const float* x, size_t n) {
  constexpr size_t kLanes = 16;
  float most[kLanes];
  std::fill_n(most, kLanes, -std::numeric_limits<float>::infinity());
  for (; n >= kLanes; n -= kLanes, x += kLanes) {
    for (size_t l = 0; l < kLanes; ++l) most[l] = x[l] > most[l] ? x[l] : most[l];
  }
  for (size_t l = 0; l < n; ++l) most[l] = x[l] > most[l] ? x[l] : most[l];
  return *std::max_element(most, most + kLanes);
}

// The sum of each of kRows rows, in order. They are summed side by side, since each addition waits
// for the one before it in its row.
template <size_t kRows>
void SumSideBySide(const float* x, size_t n, float* sums) {
  float sum[kRows] = {};
  for (size_t i = 0; i < n; ++i) {
    for (size_t r = 0; r < kRows; ++r) sum[r] += x[r * n + i];
  }
  std::copy_n(sum, kRows, sums);
}

void SumRows(const float* x, size_t rows, size_t n, float* sums) {
  size_t r = 0;
  for (; r + 4 <= rows; r += 4) SumSideBySide<4>(x + r * n, n, sums + r);
  for (; r < rows; ++r) SumSideBySide<1>(x + r * n, n, sums + r);
}

}  // namespace

// Tasks are dealt out one by one, since later tokens see more. Where there are fewer kept heads
// than members, as when latents are decoded, the query heads that share one are divided as well.
void Pass::Mix(size_t index, size_t member) {
  const size_t group = config_.heads / config_.kept_heads(), kept = count() * config_.kept_heads();
  const size_t cuts = kept < team_.size() ? std::min(group, team_.size()) : 1;
  for (size_t task = member; task < kept * cuts; task += team_.size()) {
    const size_t pair = task / cuts;
    MixHeads(index, pair / config_.kept_heads(), pair % config_.kept_heads(),
             Share(group, task % cuts, cuts), s_.scores[member].data());
  }
}

size_t Pass::FirstSeen(size_t index, size_t token) const {
  const size_t window = config_.layers[index].window, position = s_.tokens[token].position;
  return window == 0 || position + 1 < window ? 0 : position + 1 - window;
}

// Calls see(rows) for the keys or values that a token sees, in the order of their positions: those
// of earlier passes lie in the cache, those of this pass in its room. How they are cut changes no
// bit.
template <typename See>
void Pass::VisitSeen(size_t index, size_t token, size_t kept_head, KvPart part,
                     const See& see) const {
  const PassToken& at = s_.tokens[token];
  const size_t past = s_.tokens[at.first_row].position, first = FirstSeen(index, token);
  const size_t fresh = std::max(first, past), row = at.first_row + fresh - past;
  const size_t mixed = part == KvPart::kKeys ? config_.key_width() : config_.value_width();
  at.cache->Visit(index, kept_head, part, first, fresh, [&](WeightMatrix rows) {
    rows.cols = mixed;  // a latent's value is the first part of its key
    see(rows);
  });
  const bool keys = part == KvPart::kKeys || config_.is_latent();
  const size_t width = keys ? config_.key_width() : config_.value_width();
  const uint8_t* data =
      (keys ? s_.Keys(row) : s_.Values(row)) + kept_head * KeptBytes(s_.kept, width);
  see(WeightMatrix{data, s_.kept, at.position + 1 - fresh, mixed,
                   config_.kept_heads() * KeptStride(s_.kept, width)});
}

// Some of the query heads of one token that share a kept head: softmax(query · keys) · values.
void Pass::MixHeads(size_t index, size_t token, size_t kept_head, Share some, float* scores) {
  const size_t group = config_.heads / config_.kept_heads();
  const size_t seen = s_.tokens[token].position + 1 - FirstSeen(index, token);
  const size_t width = config_.value_width(), heads = some.size();
  const size_t first_head = token * config_.heads + kept_head * group + some.begin;
  const float* queries = &s_.query[first_head * config_.key_width()];
  size_t done = 0;
  VisitSeen(index, token, kept_head, KvPart::kKeys, [&](const WeightMatrix& keys) {
    kernels_.matmul(scores + done, seen, queries, heads, keys);
    done += keys.rows;
  });
  for (size_t head = 0; head < heads; ++head) {
    float* score = scores + head * seen;
    kernels_.exp_shifted(score, Largest(score, seen), seen);
  }
  float* sums = scores + heads * seen;
  SumRows(scores, heads, seen, sums);
  float* mixed = &s_.mixed[first_head * width];
  std::fill_n(mixed, heads * width, 0.0F);
  done = 0;
  VisitSeen(index, token, kept_head, KvPart::kValues, [&](const WeightMatrix& values) {
    kernels_.accumulate(mixed, width, scores + done, seen, heads, values);
    done += values.rows;
  });
  for (size_t head = 0; head < heads; ++head) {
    for (size_t i = head * width; i < (head + 1) * width; ++i) mixed[i] /= sums[head];
  }
}

// The pass's rows go to the cache when every token has been mixed: in a window layer they may lie
// where the pass's first tokens still looked.
void Pass::Store(size_t index, size_t member) {
  const Share share = TokenShare(member);
  for (size_t t = share.begin; t < share.end; ++t) {
    const PassToken& token = s_.tokens[t];
    if (token.draft == kCertain) {
      token.cache->Store(index, token.position, s_.Keys(t), s_.Values(t));
    } else {
      s_.Stage(index, t);
    }
  }
}

}  // namespace model_core
