#include "model_core/engine/draft_rule.h"

#include <algorithm>

namespace model_core {
namespace {

constexpr size_t kPlainFirst = 4;   // passes
constexpr size_t kPlainEvery = 64;  // passes
constexpr size_t kTryEvery = 16;    // tokens
constexpr size_t kPatience = 64;    // tokens
constexpr double kPassWeight = 1.0 / 8;
constexpr double kSequenceWeight = 1.0 / 16;
constexpr double kAllWeight = 1.0 / 64;
// Where something else took the processor, one pass says nothing: it counts as at most so much.
constexpr double kPlainMost = 2;  // of the mean
constexpr double kPriceMost = 4;

void Mix(double& mean, double value, double weight) { mean += weight * (value - mean); }

}  // namespace

bool DraftRule::Wants(Sequence& sequence, size_t count) const {
  if (always_) return true;
  if (sequence.given_up) return false;
  if (sequence.acceptance > Price(count)) {
    sequence.unpaid = 0;
    return true;
  }
  sequence.given_up = ++sequence.unpaid >= kPatience;
  return sequence.unpaid % kTryEvery == 0 && !sequence.given_up;
}

void DraftRule::Judged(Sequence& sequence, bool held) {
  ++sequence.drafted;
  if (held) ++sequence.accepted;
  Mix(sequence.acceptance, held ? 1 : 0, kSequenceWeight);
  Mix(acceptance_, held ? 1 : 0, kAllWeight);
}

bool DraftRule::PlainIsDue(size_t count) const {
  const Passes& passes = passes_[count];
  return !always_ && (passes.plain < kPlainFirst || passes.since_plain >= kPlainEvery);
}

void DraftRule::Took(size_t count, size_t drafts, double ms) {
  Passes& passes = passes_[count];
  if (drafts == 0) {
    if (passes.plain++ == 0) passes.plain_ms = ms;
    Mix(passes.plain_ms, std::min(ms, kPlainMost * passes.plain_ms), kPassWeight);
    passes.since_plain = 0;
    return;
  }
  ++passes.since_plain;
  if (passes.plain_ms <= 0) return;  // not known, or a clock that stands still
  const double cost = (ms - passes.plain_ms) / static_cast<double>(drafts);
  const double token = passes.plain_ms / static_cast<double>(count);
  const double price = std::clamp(cost / token, 0.0, kPriceMost);
  Mix(passes.price, price, passes.priced ? kPassWeight : 1);
  passes.priced = true;
}

}  // namespace model_core
