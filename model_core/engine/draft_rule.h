// DraftRule: whether a draft is worth its time, from what passes took and how many drafts held.
//
// A pass of n sequences that decode takes t ms without drafts, t / n a token. With m drafts it
// takes u ms, the making of the drafts included. So a draft costs (u - t) / m, saves t / n if it
// holds, and pays where its sequence's acceptance is above
//
//   price(n) = (u - t) / m ÷ (t / n)
//
// All are running means: t and the price with weight 1/8, a sequence's acceptance with 1/16. It
// starts as that of all sequences (weight 1/64), and that as 1. The first four passes of n
// sequences go without drafts, and then one in 64, so that t is known. A sequence that does not
// reach the price gets one draft in 16 tokens all the same, and after 64 such tokens in a row none
// any more. None of this changes a token. One thread.
#pragma once

#include <cstddef>
#include <vector>

namespace model_core {

class DraftRule {
 public:
  struct Sequence {
    double acceptance;
    size_t unpaid = 0;  // tokens in a row
    bool given_up = false;
    size_t drafted = 0, accepted = 0;
  };

  // `always`: whatever it costs.
  DraftRule(size_t sequences_max, bool always) : always_(always), passes_(sequences_max + 1) {}

  Sequence Begin() const { return {acceptance_}; }
  // Whether the next token of `sequence`, one of `count` that decode, gets a draft.
  bool Wants(Sequence& sequence, size_t count) const;
  void Judged(Sequence& sequence, bool held);

  // Whether the next pass of `count` sequences goes without drafts.
  bool PlainIsDue(size_t count) const;
  // A pass of nothing but a token each of `count` sequences, and `drafts`.
  void Took(size_t count, size_t drafts, double ms);
  double Price(size_t count) const { return passes_[count].price; }  // 0: not known yet

 private:
  struct Passes {
    size_t plain = 0, since_plain = 0;  // how many
    double plain_ms = 0, price = 0;
    bool priced = false;
  };

  const bool always_;
  double acceptance_ = 1;       // of all sequences
  std::vector<Passes> passes_;  // by the number of sequences
};

}  // namespace model_core
