// What every query head does: compare with the rows that its token sees, and mix their values.
#include <algorithm>
#include <limits>

#include "model_core/cpu/cpu_operations.h"
#include "model_core/cpu/cpu_scratch.h"

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

// Tokens of one sequence that look at a kept head together, and which query heads of theirs do.
class Look {
 public:
  Look(const Kernels& kernels, const Attention& of, size_t token, size_t end, size_t kept_head,
       Share heads, float* scores)
      : kernels_(kernels),
        of_(of),
        shape_(*of.fresh.shape),
        token_(token),
        end_(end),
        kept_head_(kept_head),
        heads_(heads),
        scores_(scores) {}

  // softmax(query · keys) · values. How rows are cut, and who sees them together, changes no bit.
  void Mix() const;

 private:
  const PassToken& At(size_t token) const { return of_.table->tokens[token]; }
  size_t FirstSeen(size_t token) const {
    const size_t position = At(token).position;
    return of_.window == 0 || position + 1 < of_.window ? 0 : position + 1 - of_.window;
  }
  size_t Seen(size_t token) const { return At(token).position + 1 - FirstSeen(token); }
  // The first of a token's query heads that look.
  size_t FirstHead(size_t token) const {
    return token * of_.heads + kept_head_ * (of_.heads / shape_.heads) + heads_.begin;
  }
  float* Mixed(size_t token) const { return of_.mixed + FirstHead(token) * of_.value_width; }
  // [heads, seen], then the sums of the heads.
  float* Scores(size_t token) const {
    return scores_ + (token - token_) * heads_.size() * (Seen(end_ - 1) + 1);
  }

  template <typename See>
  void VisitPast(KvPart part, const See& see) const;
  WeightMatrix Fresh(size_t token, KvPart part) const;
  void Compare(size_t token, size_t done, const WeightMatrix& keys) const;
  void MixValues(size_t token, size_t done, const WeightMatrix& values) const;
  void Exponentials(size_t token) const;

  const Kernels& kernels_;
  const Attention& of_;
  const KvShape& shape_;
  const size_t token_, end_, kept_head_;
  const Share heads_;  // of those that share the kept one
  float* const scores_;  // room for [tokens, heads, seen + 1]
};

// Calls see(rows) for the keys or values of earlier passes that the tokens see.
template <typename See>
void Look::VisitPast(KvPart part, const See& see) const {
  const size_t first = FirstSeen(token_);
  const size_t past = At(At(token_).first_row).position;
  VisitRows(of_.table->PagesOf(of_.layer, At(token_)), shape_, kept_head_, part, first,
            std::max(first, past), [&](WeightMatrix rows) {
              // a latent's value is the first part of its key
              if (part == KvPart::kValues) rows.cols = of_.value_width;
              see(rows);
            });
}

// Those of its own pass that a token sees.
WeightMatrix Look::Fresh(size_t token, KvPart part) const {
  const PassToken& at = At(token);
  const size_t past = At(at.first_row).position;
  const size_t fresh = std::max(FirstSeen(token), past);
  const size_t row = at.first_row + fresh - past;
  const bool keys = part == KvPart::kKeys || shape_.value_width == 0;
  const uint8_t* data =
      keys ? of_.fresh.keys + row * shape_.keys_bytes() + kept_head_ * shape_.key_bytes
           : of_.fresh.values + row * shape_.values_bytes() + kept_head_ * shape_.value_bytes;
  const size_t width = keys ? shape_.key_width : shape_.value_width;
  return {data, shape_.kind, at.position + 1 - fresh,
          part == KvPart::kKeys ? shape_.key_width : of_.value_width,
          shape_.heads * KeptStride(shape_.kind, width)};
}

void Look::Compare(size_t token, size_t done, const WeightMatrix& keys) const {
  const float* queries = of_.query + FirstHead(token) * shape_.key_width;
  kernels_.matmul(Scores(token) + done, Seen(token), queries, heads_.size(), keys);
}

void Look::MixValues(size_t token, size_t done, const WeightMatrix& values) const {
  kernels_.accumulate(Mixed(token), of_.value_width, Scores(token) + done, Seen(token),
                      heads_.size(), values);
}

// score ← Exp(score - the largest of its row); behind the rows their sums.
void Look::Exponentials(size_t token) const {
  float* scores = Scores(token);
  const size_t rows = heads_.size(), n = Seen(token);
  for (size_t row = 0; row < rows; ++row)
    kernels_.exp_shifted(scores + row * n, Largest(scores + row * n, n), n);
  SumRows(scores, rows, n, scores + rows * n);
}

void Look::Mix() const {
  const size_t heads = heads_.size(), width = of_.value_width;
  size_t done = 0;
  VisitPast(KvPart::kKeys, [&](const WeightMatrix& keys) {
    for (size_t token = token_; token < end_; ++token) Compare(token, done, keys);
    done += keys.rows;
  });
  for (size_t token = token_; token < end_; ++token) {
    Compare(token, done, Fresh(token, KvPart::kKeys));
    Exponentials(token);
    std::fill_n(Mixed(token), heads * width, 0.0F);
  }
  done = 0;
  VisitPast(KvPart::kValues, [&](const WeightMatrix& values) {
    for (size_t token = token_; token < end_; ++token) MixValues(token, done, values);
    done += values.rows;
  });
  for (size_t token = token_; token < end_; ++token) {
    MixValues(token, done, Fresh(token, KvPart::kValues));
    Divide(Mixed(token), heads, width, Scores(token) + heads * Seen(token));
  }
}

// Tokens of a sequence that see the same of earlier passes read it together, as long as there is
// enough for every member to do. In a window each sees something else.
size_t TokensTogether(const Lane& lane, const Attention& of) {
  constexpr size_t kTasksEach = 4;
  if (of.window > 0) return 1;
  const size_t most =
      of.table->tokens.size() * of.fresh.shape->heads / (kTasksEach * lane.members());
  return std::clamp<size_t>(most, 1, of.together);
}

}  // namespace

// Tasks are dealt out one by one, since later tokens see more. Where there are fewer of them than
// members, as when latents are decoded, the query heads that share a kept head are divided as well.
void CpuOperations::Attend(const Lane& lane, const Attention& of) const {
  const std::span<const PassToken> tokens = of.table->tokens;
  const size_t kept = of.fresh.shape->heads, group = of.heads / kept;
  const size_t together = TokensTogether(lane, of);
  const size_t tasks = (tokens.size() + together - 1) / together * kept;
  const size_t cuts = tasks < lane.members() ? std::min(group, lane.members()) : 1;
  float* scores = ScratchOf(lane).scores[lane.member].data();
  for (size_t task = lane.member; task < tasks * cuts; task += lane.members()) {
    const size_t block = task / cuts / kept;
    const size_t end = std::min((block + 1) * together, tokens.size());
    const Share heads(group, task % cuts, cuts);
    for (size_t token = block * together, next; token < end; token = next) {
      const size_t sequence = tokens[token].first_row;
      for (next = token + 1; next < end && tokens[next].first_row == sequence;) ++next;
      Look(kernels_, of, token, next, task / cuts % kept, heads, scores).Mix();
    }
  }
}

}  // namespace model_core
