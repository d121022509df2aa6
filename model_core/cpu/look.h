// What query heads of some tokens do with what they see: compare with keys, weigh, mix values.
#pragma once

#include "model_core/device/arguments.h"
#include "model_core/device/team.h"
#include "model_core/kernels/kernels.h"

namespace model_core {

// Tokens of one sequence that look at some kept heads together: all query heads of these. Three
// steps, which members may share: scores of past rows, weights of heads, sums of columns. How steps
// are cut, and who sees a row together, changes no bit. Several kept heads are seen page by page,
// since they lie side by side in each: memory is read in long stretches.
class Look {
 public:
  Look(const Kernels& kernels, const Attention& of, size_t token, size_t end, Share kept,
       float* scores)
      : kernels_(kernels),
        of_(of),
        shape_(*of.fresh.shape),
        heads_(of.heads / shape_.heads),
        token_(token),
        end_(end),
        kept_(kept),
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
  size_t FirstHead(size_t token, size_t kept) const { return token * of_.heads + kept * heads_; }
  float* Mixed(size_t token, size_t kept) const {
    return of_.mixed + FirstHead(token, kept) * of_.value_width;
  }
  // [heads, seen], then the sums of the heads.
  float* Scores(size_t token, size_t kept) const {
    const size_t before = (token - token_) * kept_.size() + kept - kept_.begin;
    return scores_ + before * heads_ * (Seen(end_ - 1) + 1);
  }

  template <typename See>
  void VisitPast(KvPart part, Share rows, const See& see) const;
  // Calls see(token, kept) for each of both.
  template <typename See>
  void ForAll(const See& see) const;
  WeightMatrix Fresh(size_t token, size_t kept, KvPart part) const;
  void Compare(size_t token, size_t kept, size_t done, const WeightMatrix& keys) const;

  const Kernels& kernels_;
  const Attention& of_;
  const KvShape& shape_;
  const size_t heads_;  // that share the kept one
  const size_t token_, end_;
  const Share kept_;
  float* const scores_;  // room for [tokens, kept, heads, seen + 1]
};

}  // namespace model_core
