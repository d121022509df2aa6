// What every query head does: compare with the rows that its token sees, and mix their values.
#include <algorithm>
#include <limits>

#include "model_core/cpu/cpu_operations.h"
#include "model_core/cpu/cpu_scratch.h"

namespace model_core {
namespace {

constexpr size_t kRowsTogether = 32;  // past rows that a member takes at least

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

void Divide(float* x, size_t n, float by) {
  for (size_t i = 0; i < n; ++i) x[i] /= by;
}

// Tokens of one sequence that look at a kept head together: all its query heads. Three steps, which
// members may share: scores of past rows, weights of heads, sums of columns. How steps are cut, and
// who sees a row together, changes no bit.
class Look {
 public:
  Look(const Kernels& kernels, const Attention& of, size_t token, size_t end, size_t kept_head,
       float* scores)
      : kernels_(kernels),
        of_(of),
        shape_(*of.fresh.shape),
        heads_(of.heads / shape_.heads),
        token_(token),
        end_(end),
        kept_head_(kept_head),
        scores_(scores) {}

  // Of earlier passes; all tokens see the same.
  size_t past() const {
    const size_t first = FirstSeen(token_);
    return std::max(first, At(At(token_).first_row).position) - first;
  }
  size_t heads() const { return heads_; }

  // query · key of some of the past rows, or of the pass's own.
  void ComparePast(Share rows) const;
  void CompareFresh() const;
  // score ← Exp(score - the largest of its row); behind the rows their sums.
  void Weigh(Share heads) const;
  // Some columns of the values, mixed.
  void Mix(Share columns) const;

 private:
  const PassToken& At(size_t token) const { return of_.table->tokens[token]; }
  size_t FirstSeen(size_t token) const {
    const size_t position = At(token).position;
    return of_.window == 0 || position + 1 < of_.window ? 0 : position + 1 - of_.window;
  }
  size_t Seen(size_t token) const { return At(token).position + 1 - FirstSeen(token); }
  size_t FirstHead(size_t token) const { return token * of_.heads + kept_head_ * heads_; }
  float* Mixed(size_t token) const { return of_.mixed + FirstHead(token) * of_.value_width; }
  // [heads, seen], then the sums of the heads.
  float* Scores(size_t token) const {
    return scores_ + (token - token_) * heads_ * (Seen(end_ - 1) + 1);
  }

  template <typename See>
  void VisitPast(KvPart part, Share rows, const See& see) const;
  WeightMatrix Fresh(size_t token, KvPart part) const;
  void Compare(size_t token, size_t done, const WeightMatrix& keys) const;

  const Kernels& kernels_;
  const Attention& of_;
  const KvShape& shape_;
  const size_t heads_;  // that share the kept one
  const size_t token_, end_, kept_head_;
  float* const scores_;  // room for [tokens, heads, seen + 1]
};

// Calls see(rows) for the keys or values of past rows.
template <typename See>
void Look::VisitPast(KvPart part, Share rows, const See& see) const {
  const size_t first = FirstSeen(token_);
  VisitRows(of_.table->PagesOf(of_.layer, At(token_)), shape_, kept_head_, part,
            first + rows.begin, first + rows.end, see);
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
  return {data, shape_.kind, at.position + 1 - fresh, width,
          shape_.heads * KeptStride(shape_.kind, width)};
}

void Look::Compare(size_t token, size_t done, const WeightMatrix& keys) const {
  const float* queries = of_.query + FirstHead(token) * shape_.key_width;
  kernels_.matmul(Scores(token) + done, Seen(token), queries, heads_, keys);
}

void Look::ComparePast(Share rows) const {
  size_t done = rows.begin;
  VisitPast(KvPart::kKeys, rows, [&](const WeightMatrix& keys) {
    for (size_t token = token_; token < end_; ++token) Compare(token, done, keys);
    done += keys.rows;
  });
}

void Look::CompareFresh() const {
  for (size_t token = token_; token < end_; ++token)
    Compare(token, past(), Fresh(token, KvPart::kKeys));
}

void Look::Weigh(Share heads) const {
  for (size_t token = token_; token < end_; ++token) {
    const size_t n = Seen(token);
    float* scores = Scores(token);
    for (size_t head = heads.begin; head < heads.end; ++head)
      kernels_.exp_shifted(scores + head * n, Largest(scores + head * n, n), n);
    SumRows(scores + heads.begin * n, heads.size(), n, scores + heads_ * n + heads.begin);
  }
}

// A latent's value is the first part of its key.
void Look::Mix(Share columns) const {
  const size_t width = of_.value_width;
  const auto mix = [&](size_t token, size_t done, const WeightMatrix& values) {
    kernels_.accumulate(Mixed(token) + columns.begin, width, Scores(token) + done, Seen(token),
                        heads_, KeptColumns(values, columns.begin, columns.size()));
  };
  for (size_t token = token_; token < end_; ++token) {
    for (size_t head = 0; head < heads_; ++head)
      std::fill_n(Mixed(token) + head * width + columns.begin, columns.size(), 0.0F);
  }
  size_t done = 0;
  VisitPast(KvPart::kValues, Share(past(), 0, 1), [&](const WeightMatrix& values) {
    for (size_t token = token_; token < end_; ++token) mix(token, done, values);
    done += values.rows;
  });
  for (size_t token = token_; token < end_; ++token) {
    mix(token, done, Fresh(token, KvPart::kValues));
    const float* sums = Scores(token) + heads_ * Seen(token);
    for (size_t head = 0; head < heads_; ++head)
      Divide(Mixed(token) + head * width + columns.begin, columns.size(), sums[head]);
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

// Tokens first … end - 1 of a pass, one sequence after the other.
void AttendAlone(const Kernels& kernels, const Attention& of, size_t first, size_t end,
                 size_t kept_head, float* scores) {
  const std::span<const PassToken> tokens = of.table->tokens;
  for (size_t token = first, next; token < end; token = next) {
    const size_t sequence = tokens[token].first_row;
    for (next = token + 1; next < end && tokens[next].first_row == sequence;) ++next;
    const Look look(kernels, of, token, next, kept_head, scores);
    look.ComparePast({look.past(), 0, 1});
    look.CompareFresh();
    look.Weigh({look.heads(), 0, 1});
    look.Mix({of.value_width, 0, 1});
  }
}

// The lane is the `lane.member`-th of those that look for one token and kept head together: every
// past row is read once for its keys and once for its values, whatever their number.
void AttendTogether(const Kernels& kernels, const Lane& lane, const Share& lanes,
                    const Attention& of, size_t task) {
  const size_t kept = of.fresh.shape->heads, at = lane.member - lanes.begin;
  const Look look(kernels, of, task / kept, task / kept + 1, task % kept,
                  ScratchOf(lane).scores[lanes.begin].data());
  look.ComparePast({look.past(), at, lanes.size(), kRowsTogether});
  if (at + 1 == lanes.size()) look.CompareFresh();
  lane.Wait();
  look.Weigh({look.heads(), at, lanes.size()});
  lane.Wait();
  look.Mix({of.value_width, at, lanes.size(), kGroup});
}

}  // namespace

// Tasks are dealt out one by one, since later tokens see more. Where there are fewer of them than
// members, as when latents are decoded, members share each.
void CpuOperations::Attend(const Lane& lane, const Attention& of) const {
  const size_t count = of.table->tokens.size(), kept = of.fresh.shape->heads;
  const size_t together = TokensTogether(lane, of);
  const size_t tasks = (count + together - 1) / together * kept;
  if (tasks < lane.members()) {
    size_t task = 0;
    while (task + 1 < tasks && lane.member >= Share(lane.members(), task, tasks).end) ++task;
    return AttendTogether(kernels_, lane, Share(lane.members(), task, tasks), of, task);
  }
  float* scores = ScratchOf(lane).scores[lane.member].data();
  for (size_t task = lane.member; task < tasks; task += lane.members()) {
    const size_t block = task / kept;
    AttendAlone(kernels_, of, block * together, std::min((block + 1) * together, count),
                task % kept, scores);
  }
}

}  // namespace model_core
