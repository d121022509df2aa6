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

// Each row by its number.
void Divide(float* x, size_t rows, size_t width, const float* by) {
  for (size_t r = 0; r < rows; ++r) {
    for (size_t i = r * width; i < (r + 1) * width; ++i) x[i] /= by[r];
  }
}

}  // namespace

// Tasks are dealt out one by one, since later tokens see more. Where there are fewer of them than
// members, as when latents are decoded, the query heads that share a kept head are divided as well.
void Pass::Mix(size_t index, size_t member) {
  const size_t kept = config_.kept_heads(), group = config_.heads / kept;
  const size_t together = TokensTogether(index);
  const size_t tasks = (count() + together - 1) / together * kept;
  const size_t cuts = tasks < team_.size() ? std::min(group, team_.size()) : 1;
  for (size_t task = member; task < tasks * cuts; task += team_.size()) {
    const size_t block = task / cuts / kept, end = std::min((block + 1) * together, count());
    const Share heads(group, task % cuts, cuts);
    for (size_t token = block * together, next; token < end; token = next) {
      const size_t sequence = s_.tokens[token].first_row;
      for (next = token + 1; next < end && s_.tokens[next].first_row == sequence;) ++next;
      MixHeads({index, token, next, task / cuts % kept, heads, s_.scores[member].data()});
    }
  }
}

// Tokens of a sequence that see the same of earlier passes read it together, as long as there is
// enough for every member to do. In a window each sees something else.
size_t Pass::TokensTogether(size_t index) const {
  constexpr size_t kTasksEach = 4;
  if (config_.layers[index].window > 0) return 1;
  const size_t most = count() * config_.kept_heads() / (kTasksEach * team_.size());
  return std::clamp<size_t>(most, 1, s_.together);
}

size_t Pass::FirstSeen(size_t index, size_t token) const {
  const size_t window = config_.layers[index].window, position = s_.tokens[token].position;
  return window == 0 || position + 1 < window ? 0 : position + 1 - window;
}

// Calls see(rows) for the keys or values of earlier passes that the tokens see, in the order of
// their positions, as they lie in the cache.
template <typename See>
void Pass::VisitPast(const Look& look, KvPart part, const See& see) const {
  const PassToken& at = s_.tokens[look.token];
  const size_t first = FirstSeen(look.layer, look.token);
  const size_t past = s_.tokens[at.first_row].position;
  at.cache->Visit(look.layer, look.kept_head, part, first, std::max(first, past),
                  [&](WeightMatrix rows) {
                    // a latent's value is the first part of its key
                    if (part == KvPart::kValues) rows.cols = config_.value_width();
                    see(rows);
                  });
}

// Those of its own pass that a token sees.
WeightMatrix Pass::Fresh(const Look& look, size_t token, KvPart part) const {
  const PassToken& at = s_.tokens[token];
  const size_t past = s_.tokens[at.first_row].position;
  const size_t fresh = std::max(FirstSeen(look.layer, token), past);
  const size_t row = at.first_row + fresh - past;
  const bool keys = part == KvPart::kKeys || config_.is_latent();
  const size_t width = keys ? config_.key_width() : config_.value_width();
  const uint8_t* data =
      (keys ? s_.Keys(row) : s_.Values(row)) + look.kept_head * KeptBytes(s_.kept, width);
  return {data, s_.kept, at.position + 1 - fresh,
          part == KvPart::kKeys ? config_.key_width() : config_.value_width(),
          config_.kept_heads() * KeptStride(s_.kept, width)};
}

size_t Pass::Seen(const Look& look, size_t token) const {
  return s_.tokens[token].position + 1 - FirstSeen(look.layer, token);
}

// The first of a token's query heads that look.
size_t Pass::FirstHead(const Look& look, size_t token) const {
  const size_t group = config_.heads / config_.kept_heads();
  return token * config_.heads + look.kept_head * group + look.heads.begin;
}

// [heads, seen], then the sums of the heads.
float* Pass::Scores(const Look& look, size_t token) const {
  const size_t room = look.heads.size() * (Seen(look, look.end - 1) + 1);
  return look.scores + (token - look.token) * room;
}

void Pass::Compare(const Look& look, size_t token, size_t done, const WeightMatrix& keys) const {
  const float* queries = &s_.query[FirstHead(look, token) * config_.key_width()];
  kernels_.matmul(Scores(look, token) + done, Seen(look, token), queries, look.heads.size(), keys);
}

void Pass::MixValues(const Look& look, size_t token, size_t done,
                     const WeightMatrix& values) const {
  const size_t width = config_.value_width();
  kernels_.accumulate(&s_.mixed[FirstHead(look, token) * width], width, Scores(look, token) + done,
                      Seen(look, token), look.heads.size(), values);
}

// softmax(query · keys) · values. How rows are cut, and who sees them together, changes no bit.
void Pass::MixHeads(const Look& look) {
  const size_t heads = look.heads.size(), width = config_.value_width();
  size_t done = 0;
  VisitPast(look, KvPart::kKeys, [&](const WeightMatrix& keys) {
    for (size_t token = look.token; token < look.end; ++token) Compare(look, token, done, keys);
    done += keys.rows;
  });
  for (size_t token = look.token; token < look.end; ++token) {
    Compare(look, token, done, Fresh(look, token, KvPart::kKeys));
    Exponentials(Scores(look, token), heads, Seen(look, token));
    std::fill_n(&s_.mixed[FirstHead(look, token) * width], heads * width, 0.0F);
  }
  done = 0;
  VisitPast(look, KvPart::kValues, [&](const WeightMatrix& values) {
    for (size_t token = look.token; token < look.end; ++token) MixValues(look, token, done, values);
    done += values.rows;
  });
  for (size_t token = look.token; token < look.end; ++token) {
    MixValues(look, token, done, Fresh(look, token, KvPart::kValues));
    Divide(&s_.mixed[FirstHead(look, token) * width], heads, width,
           Scores(look, token) + heads * Seen(look, token));
  }
}

// score ← Exp(score - the largest of its row); behind the rows their sums.
void Pass::Exponentials(float* scores, size_t rows, size_t n) const {
  for (size_t row = 0; row < rows; ++row)
    kernels_.exp_shifted(scores + row * n, Largest(scores + row * n, n), n);
  SumRows(scores, rows, n, scores + rows * n);
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
